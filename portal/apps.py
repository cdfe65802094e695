"""The composition root."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registers system checks."""

    name = "portal"
    verbose_name = _("平台")

    def ready(self) -> None:
        """Register system checks."""
        from portal import checks

        checks.connect()
