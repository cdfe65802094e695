"""Volumes of comment records: each a PDF of some opinions, replaced when something in it was touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage


class Volume(models.Model):
    """One made volume of a notice: page one of the opinions from ``first_sequence`` to ``last_sequence``.

    ``fingerprint`` is the SHA-256 of all that is printed in it: while it is that of the register, the volume is up to date.
    A replaced volume, or one that held what was erased since, keeps its row and hash; its file is removed and
    ``file`` is empty. ``erased`` counts the texts and files that were erased when it was made. ``as_of`` is the last act on an opinion that it shows and the only date in the file.
    """

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="volumes", verbose_name=_("公示")
    )
    number = models.PositiveIntegerField(_("册"))
    first_sequence = models.PositiveIntegerField(_("首条序号"))
    last_sequence = models.PositiveIntegerField(_("末条序号"))
    first_number = models.CharField(_("首条编号"), max_length=24)
    last_number = models.CharField(_("末条编号"), max_length=24)
    fingerprint = models.CharField(_("内容指纹"), max_length=64)
    as_of = models.DateTimeField(_("内容截至"))
    file = models.FileField(_("文件"), storage=content_storage, max_length=100, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    pages = models.PositiveIntegerField(_("页数"))
    erased = models.PositiveIntegerField(_("销毁和删除的内容数"), default=0)
    tool_versions = models.JSONField(_("软件和字体版本"), default=dict)
    made_at = models.DateTimeField(_("生成时间"))
    superseded_at = models.DateTimeField(_("替换时间"), null=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("替换为")
    )

    class Meta:
        verbose_name = _("意见卷册")
        verbose_name_plural = _("意见卷册")
        ordering = ["notice", "number", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "number"],
                condition=models.Q(superseded_at=None),
                name="volume_in_force_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_number} — {self.last_number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a written row."""
        if not self._state.adding:
            raise ProtectedError("A volume is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ProtectedError("A volume is never deleted.", {self})

    @property
    def count(self) -> int:
        """Return how many opinions it holds."""
        return self.last_sequence - self.first_sequence + 1

    def take_out(self, *, now: datetime) -> None:
        """Take the volume out of use, once; its file is then to be removed. Only ``notices.archive.volumes`` calls this."""
        type(self).objects.filter(pk=self.pk, superseded_at=None).update(superseded_at=now, file="")

    def name_successor(self, successor: Volume) -> None:
        """Say by which volume this one was replaced."""
        type(self).objects.filter(pk=self.pk, superseded_by=None).update(superseded_by=successor)
