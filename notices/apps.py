"""The notices app: projects, notices and what is on them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Connects the signal handlers of the app and registers its duties."""

    name = "notices"
    verbose_name = _("公示")

    def ready(self) -> None:
        """Register signal handlers and the duties of each subject."""
        from notices import (
            confirmation_details,
            correction_duties,
            duties,
            evidence_duties,
            extensions,
            meeting_duties,
            project_duties,
            signal_handlers,
        )

        signal_handlers.connect()
        duties.register(evidence_duties.provide)
        duties.register(meeting_duties.meeting_duties)
        duties.register(correction_duties.correction_duties)
        duties.register(extensions.extension_duties)
        duties.register(project_duties.missing_end)
        duties.register(confirmation_details.confirmation_duty)
