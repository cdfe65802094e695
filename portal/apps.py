"""The composition root."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PortalConfig(AppConfig):
    """Registers system checks, what operators are told, and looks for writes that change public pages."""

    name = "portal"
    default = True
    verbose_name = _("平台")

    def ready(self) -> None:
        """Register system checks, troubles, the look at writes, and their mark for the search."""
        from notices import troubles
        from portal import checks, page_changes
        from portal.troubles import installation_troubles
        from search import standing

        checks.connect()
        troubles.register(installation_troubles)
        standing.register(page_changes.mark_now)
        connection_created.connect(page_changes.watch, dispatch_uid="page_changes")


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, with superusers out of the operators' reach."""

    user_viewset = "portal.users.UserViewSet"
