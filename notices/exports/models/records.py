"""The record of every export: who took what, when, for what purpose."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Profile(models.TextChoices):
    """For whom an export is made; it decides on columns and rows."""

    BUREAU = "bureau", _("主管部门")
    PROPONENT = "proponent", _("建设单位")
    PUBLIC = "public", _("公开")


class ExportFormat(models.TextChoices):
    """File formats."""

    XLSX = "xlsx", _("Excel 表格（XLSX）")
    CSV = "csv", _("文本表格（CSV）")
    DOCX = "docx", _("Word 文档（DOCX）")
    PDF = "pdf", _("PDF")
    JSONL = "jsonl", _("数据（JSON Lines）")


class ExportRecord(models.Model):
    """What one export took of one notice, never changed; the ledger entry of the notice carries the same hash.

    An export over several notices is one such row in each of them, with its own ``rows`` and the hash of the one file.
    ``scope`` says in words what it was limited to, empty for all records of the one notice. ``made_by`` is None for what was
    made at the server's console, where nobody is signed in.
    """

    notice = models.ForeignKey("notices.NoticePage", on_delete=models.PROTECT, related_name="exports")
    profile = models.CharField(_("范围"), max_length=10, choices=Profile.choices)
    format = models.CharField(_("格式"), max_length=5, choices=ExportFormat.choices)
    scope = models.TextField(_("条件"), blank=True)
    purpose = models.CharField(_("用途"), max_length=200)
    rows = models.PositiveIntegerField(_("行数"))
    sha256 = models.CharField("SHA-256", max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("导出记录")
        verbose_name_plural = _("导出记录")
        ordering = ["-made_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.made_at):%Y-%m-%d} {self.get_format_display()}"
