"""Who has opened a file that came with an opinion, and on what ground."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.commenter import AccessBasis
from notices.opinions.models.opinion import OpinionFile
from notices.opinions.models.written_once import WrittenOnce


class FileAccess(WrittenOnce):
    """One download. ``basis`` and ``reason`` are empty where the file was open to its reader together with page one."""

    file = models.ForeignKey(OpinionFile, on_delete=models.PROTECT, related_name="accesses")
    original = models.BooleanField(_("原件"))
    basis = models.CharField(_("依据"), max_length=10, choices=AccessBasis.choices, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("附件下载记录")
        verbose_name_plural = _("附件下载记录")
        ordering = ["-read_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.read_at):%Y-%m-%d} {self.file}"
