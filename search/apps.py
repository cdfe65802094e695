"""The search app: page texts of attachments and public search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Connects the signal handlers and system checks of the app."""

    name = "search"
    label = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        """Register signal handlers and system checks."""
        from search import checks, signal_handlers

        checks.connect()
        signal_handlers.connect()
