"""In-depth participation: whether it is held, why, and what its meetings leave behind (Arts. 14-16)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import content_storage
from notices.models.evidence import Meeting


class DepthChoice(models.TextChoices):
    """What was decided."""

    FORUM = "forum", _("召开公众座谈会")
    HEARING = "hearing", _("召开听证会")
    EXPERTS = "experts", _("召开专家论证会")
    NONE = "none", _("不召开")


class DepthDecision(models.Model):
    """One decision with its reason; a later one stands beside it and replaces it, nothing is overwritten."""

    record = models.ForeignKey(
        "notices.NoticeRecord", on_delete=models.PROTECT, related_name="depth_decisions"
    )
    choice = models.CharField(_("决定"), max_length=10, choices=DepthChoice.choices)
    reason = models.TextField(_("理由"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("深度公众参与决定")
        verbose_name_plural = _("深度公众参与决定")
        ordering = ["-decided_at", "-id"]

    def __str__(self) -> str:
        return f"{self.record} {self.get_choice_display()}"


class MinutesFile(models.Model):
    """A file published with the minutes; never replaced."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes_files")
    file_name = models.CharField(_("文件名"), max_length=255)
    file = models.FileField(_("文件"), storage=content_storage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("格式"), max_length=100)
    published_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("纪要文件")
        verbose_name_plural = _("纪要文件")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name
