"""The outbox app: mails to be sent, retried, and visible when they fail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Names the app."""

    name = "notices.outbox"
    label = "outbox"
    verbose_name = _("待发邮件")
