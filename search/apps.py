"""The search app: page texts of attachments and public search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Connects the signal handlers and system checks of the app, and what it tells proponents and operators."""

    name = "search"
    label = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        """Register signal handlers, system checks, unread files and what is wrong with the index."""
        from notices import reading_notes, troubles
        from search import checks, index_upkeep, signal_handlers
        from search.models import reading_errors

        checks.connect()
        signal_handlers.connect()
        reading_notes.register(reading_errors)
        troubles.register(index_upkeep.index_troubles)
