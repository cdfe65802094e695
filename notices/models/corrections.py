"""Corrections of a published notice while they are prepared and checked; what they led to stands in NoticeChange."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.records import NoticeChange, NoticeRecord


class CorrectionClass(models.TextChoices):
    """How deep a correction goes; what follows from it differs."""

    SLIP = "slip", _("文字更正")
    STATUTORY = "statutory", _("法定事项变更")
    SUBSTANCE = "substance", _("内容重大变化，另行公示")


class CorrectionState(models.TextChoices):
    """Whether a correction is still under way; that it waits for its check is told by its workflow."""

    OPEN = "open", _("正在办理")
    APPLIED = "applied", _("已公开")
    ABANDONED = "abandoned", _("已放弃")


class Correction(models.Model):
    """One correction: its class, its public reason and the version it starts from; at most one is open at a time.

    A slip or a statutory item is edited on the notice itself, as a draft beside the public wording. A change of substance is
    written into ``draft``, a notice of its own that takes the old one's place when it is published.
    """

    record = models.ForeignKey(NoticeRecord, on_delete=models.PROTECT, related_name="corrections")
    correction_class = models.CharField(_("类别"), max_length=12, choices=CorrectionClass.choices)
    reason = models.TextField(_("原因"))
    state = models.CharField(
        _("状态"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN
    )
    base_version = models.PositiveIntegerField(_("更正前版本"))
    draft = models.ForeignKey(
        "notices.NoticePage", on_delete=models.SET_NULL, null=True, related_name="replaces"
    )
    change = models.OneToOneField(
        NoticeChange, on_delete=models.PROTECT, null=True, related_name="correction"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("开始时间"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering = ["opened_at", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(state="open"), name="one_open_correction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.get_correction_class_display()}"
