"""The archive app: frozen PDFs, posters and packages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    """Connects the signal handlers of the app."""

    name = "notices.archive"
    label = "archive"
    verbose_name = _("存档")

    def ready(self) -> None:
        """Register signal handlers, words of the ledger, how its check finds the files, jobs and counts."""
        from notices import committed_files, duties, fact_providers, gate
        from notices.archive import signal_handlers
        from notices.archive.models import ArchiveKind, StatementPaper
        from notices.archive.packages.jobs import PACKAGE_JOB
        from notices.archive.sealed.jobs import SEALED_JOB
        from notices.archive.sealed.services import SEALED_KIND
        from notices.archive.selectors import COMMITTED_ARCHIVES
        from notices.archive.statement.counts import opinions_elsewhere
        from notices.archive.statement.cover_facts import statement_against_register
        from notices.archive.statement.duties import renewed_statement
        from notices.archive.statement.jobs import STATEMENT_JOB
        from notices.archive.statement.publishing import stale_statement
        from notices.archive.volumes.background import VOLUMES_JOB
        from notices.archive.volumes.selectors import COMMITTED_VOLUMES, KIND
        from notices.archive.volumes.wording import volume_in_words
        from notices.exports import covers, jobs
        from notices.ledger_words import say, say_kinds

        signal_handlers.connect()
        committed_files.register(COMMITTED_ARCHIVES)
        committed_files.register(COMMITTED_VOLUMES)
        jobs.register(PACKAGE_JOB)
        jobs.register(STATEMENT_JOB)
        jobs.register(VOLUMES_JOB)
        jobs.register(SEALED_JOB)
        say_kinds(
            {
                **dict(ArchiveKind.choices),
                "statement": _("公众参与说明"),
                **dict(StatementPaper.choices),
                KIND: _("意见卷册"),
                SEALED_KIND: _("密封存档包，含公众信息"),
            }
        )
        say("volume", volume_in_words)
        covers.register_facts(statement_against_register)
        fact_providers.register_elsewhere(opinions_elsewhere)
        gate.register_gaps(stale_statement)
        duties.register(renewed_statement)
