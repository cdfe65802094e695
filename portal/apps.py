"""The composition root."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PortalConfig(AppConfig):
    """Registers system checks."""

    name = "portal"
    default = True
    verbose_name = _("平台")

    def ready(self) -> None:
        """Register system checks."""
        from portal import checks

        checks.connect()


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, with superusers out of the operators' reach."""

    user_viewset = "portal.users.UserViewSet"
