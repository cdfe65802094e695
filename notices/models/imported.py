"""Values of a draft that no person typed: where each came from, and who has looked at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.records import NoticeRecord


class Origin(models.TextChoices):
    """Where a value was taken from."""

    TEXT = "text", _("导入")
    ROUND = "round", _("沿用上一轮")


class ImportedField(models.Model):
    """One value, or one row, that was filled in without a person; open until somebody confirmed or changed it.

    ``path`` is the name of a page field, or ``ways:12`` for the row of that key. ``value`` is what stood there then, as
    ``notices.marks.value_at`` writes it. ``start`` and ``end`` lie in the record's source text, ``end`` not included.
    """

    record = models.ForeignKey(NoticeRecord, on_delete=models.CASCADE, related_name="imported_fields")
    path = models.CharField(_("字段"), max_length=60)
    value = models.TextField(_("内容"))
    origin = models.CharField(_("来源"), max_length=10, choices=Origin.choices)
    start = models.PositiveIntegerField(_("原文起点"), null=True)
    end = models.PositiveIntegerField(_("原文终点"), null=True)
    doubt = models.TextField(_("疑问"), blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = _("待确认内容")
        verbose_name_plural = _("待确认内容")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["record", "path"], name="imported_once_per_field")]

    def __str__(self) -> str:
        return f"{self.record} {self.path}"
