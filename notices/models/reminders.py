"""Who wants no reminders by e-mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderChoice(models.Model):
    """A person's choice; without a row reminders are sent."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_choice"
    )
    wanted = models.BooleanField(_("到期和逾期事项用电子邮件提醒我"), default=True)

    class Meta:
        verbose_name = _("提醒设置")
        verbose_name_plural = _("提醒设置")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.wanted}"
