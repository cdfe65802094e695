"""Holiday schedules that the operator enters or imports, beside those the calendar library knows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarRecord(models.Model):
    """One published schedule of a year; a later row for the same year is an amendment. Rows are never changed."""

    year = models.PositiveIntegerField(_("年份"))
    off_days = models.JSONField(_("放假日期"), default=list)
    makeup_days = models.JSONField(_("调休上班日期"), default=list)
    source = models.CharField(_("来源文件"), max_length=200)
    issued_on = models.DateField(_("发布日期"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("节假日安排")
        verbose_name_plural = _("节假日安排")
        ordering = ["year", "issued_on", "id"]

    def __str__(self) -> str:
        return f"{self.year} {self.source}"
