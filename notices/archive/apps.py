"""The archive app: frozen PDFs, posters and packages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    """Connects the signal handlers of the app."""

    name = "notices.archive"
    label = "archive"
    verbose_name = _("存档")

    def ready(self) -> None:
        """Register signal handlers, the words of the kinds of archives, and how the ledger's check finds their files."""
        from notices import committed_files
        from notices.archive import signal_handlers
        from notices.archive.models import ArchiveKind
        from notices.archive.packages.jobs import PACKAGE_JOB
        from notices.archive.selectors import COMMITTED_ARCHIVES
        from notices.exports import jobs
        from notices.ledger_words import say_kinds

        signal_handlers.connect()
        committed_files.register(COMMITTED_ARCHIVES)
        jobs.register(PACKAGE_JOB)
        say_kinds(dict(ArchiveKind.choices))
