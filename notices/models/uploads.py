"""Uploads on their way: a large file arrives in parts and is looked at in the background."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.attachments import Attachment, AttachmentKind


def new_token() -> str:
    """Return a name that nobody can guess."""
    return uuid4().hex


class UploadState(models.TextChoices):
    """Where an upload stands."""

    RECEIVING = "receiving", _("正在上传")
    CHECKING = "checking", _("正在检查")
    ADDED = "added", _("已添加")
    REFUSED = "refused", _("未接收")


class Upload(models.Model):
    """One file on its way to a notice. How much has arrived is the size of ``path``, nothing else says it."""

    token = models.CharField(max_length=32, unique=True, default=new_token)
    notice = models.ForeignKey("notices.NoticePage", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=20, choices=AttachmentKind.choices)
    title = models.CharField(_("名称"), max_length=200, blank=True)
    redaction_note = models.TextField(_("删减说明"), blank=True)
    file_name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    state = models.CharField(
        _("状态"), max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING
    )
    reasons = models.JSONField(_("未接收的原因"), default=list, blank=True)
    attachment = models.ForeignKey(Attachment, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("开始时间"))

    class Meta:
        verbose_name = _("上传")
        verbose_name_plural = _("上传")
        ordering = ["-started_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.file_name} {self.get_state_display()}"

    @property
    def path(self) -> Path:
        """Return where the parts are put together."""
        return Path(settings.DATA_DIR) / "uploads" / self.token

    @property
    def received(self) -> int:
        """Return how many bytes have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0
