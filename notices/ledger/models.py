"""Chains and their entries; an entry is written once and never changed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64


class Chain(models.Model):
    """One chain, its length and its head; the row is the lock that orders appenders."""

    key = models.CharField(_("链"), max_length=60, unique=True)
    length = models.PositiveIntegerField(_("条数"), default=0)
    head = models.CharField(_("链头"), max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("台账链")
        verbose_name_plural = _("台账链")

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One act. What is hashed is public: day, act, role and a payload without personal data.

    ``at`` and ``actor`` are for staff only and are no part of the hash.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField(_("序号"))
    day = models.DateField(_("日期"))
    act = models.CharField(_("事项"), max_length=40)
    role = models.CharField(_("身份"), max_length=20)
    payload = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(_("前一条哈希"), max_length=64)
    hash = models.CharField(_("哈希"), max_length=64)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        ordering = ["chain", "position"]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="ledger_position_once")]
        indexes = [models.Index(fields=["act", "at"], name="ledger_act_at")]

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.position} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a written entry."""
        if not self._state.adding:
            raise ProtectedError("A ledger entry is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProtectedError("A ledger entry is never deleted.", {self})


class DailyRoot(models.Model):
    """The root over the heads of all chains on one day, chained to the root before it.

    ``token`` is the answer of a time-stamping service (RFC 3161) over the 64 characters of ``root``, ``stamped_at`` its time;
    ``stamp_error`` says why there is none yet.
    """

    day = models.DateField(_("日期"), unique=True)
    heads = models.JSONField(_("各链链头"), default=dict)
    previous = models.CharField(_("前一日根"), max_length=64)
    root = models.CharField(_("根"), max_length=64)
    token = models.BinaryField(null=True, editable=False)
    stamped_at = models.DateTimeField(_("时间戳时间"), null=True)
    stamp_error = models.CharField(_("时间戳错误"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("每日根")
        verbose_name_plural = _("每日根")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root[:8]}"


class LedgerCheck(models.Model):
    """What one night's check of the whole ledger found; ``faults`` lists the first of them, without personal data."""

    day = models.DateField(_("日期"), unique=True)
    finished_at = models.DateTimeField(_("完成时间"))
    chains = models.PositiveIntegerField(_("台账数"))
    entries = models.PositiveIntegerField(_("条数"))
    fault_count = models.PositiveIntegerField(_("问题数"))
    faults = models.JSONField(_("问题"), default=list)

    class Meta:
        verbose_name = _("台账核对")
        verbose_name_plural = _("台账核对")
        ordering = ["-day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)
