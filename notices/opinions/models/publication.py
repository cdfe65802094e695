"""What the public sees of opinions after closing: the proponent's choice, and each text that somebody looked at before."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.answering import Answer
from notices.opinions.models.opinion import Opinion, Redaction
from notices.opinions.models.written_once import WrittenOnce


class Disclosure(WrittenOnce):
    """The proponent's choice whether a notice shows opinions with their answers; the latest row counts."""

    notice = models.ForeignKey(
        "notices.NoticePage", on_delete=models.PROTECT, related_name="opinion_disclosures"
    )
    shown = models.BooleanField(_("公开意见和答复"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("公开意见的决定")
        verbose_name_plural = _("公开意见的决定")
        ordering = ["decided_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.notice_id} {timezone.localtime(self.decided_at):%Y-%m-%d}"


class WithdrawnBecause(models.TextChoices):
    """Why a released text is shown no longer."""

    STAFF = "staff", _("撤下")
    EXPOSED = "exposed", _("公开页面中发现被遮盖的文字")
    DESTROYED = "destroyed", _("内容已依法销毁")


class PublicRelease(WrittenOnce):
    """One opinion whose text and answer somebody looked at before they went public.

    It holds for the ``answer`` and the ``redaction`` that were seen: another answer or redaction waits to be looked at
    again. A release that the check stopped is kept with ``withdrawn_at`` set from the start.
    """

    changeable: ClassVar[frozenset[str]] = frozenset({"withdrawn_at", "withdrawn_by", "withdrawn_because"})

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="releases")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")
    redaction = models.ForeignKey(Redaction, on_delete=models.PROTECT, null=True, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("核对时间"))
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_because = models.CharField(
        _("撤下原因"), max_length=10, choices=WithdrawnBecause.choices, blank=True
    )

    class Meta:
        verbose_name = _("意见公开记录")
        verbose_name_plural = _("意见公开记录")
        ordering = ["checked_at", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["opinion"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="opinion_released_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {timezone.localtime(self.checked_at):%Y-%m-%d}"
