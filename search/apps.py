"""The search app: page texts of attachments and public search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Connects the signal handlers and system checks of the app."""

    name = "search"
    label = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        """Register signal handlers, system checks and what proponents are told of unread files."""
        from notices import reading_notes
        from search import checks, signal_handlers
        from search.models import reading_errors

        checks.connect()
        signal_handlers.connect()
        reading_notes.register(reading_errors)
