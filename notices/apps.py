"""The notices app: projects, notices and what is on them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Connects the signal handlers of the app and says what it asks to be done."""

    name = "notices"
    verbose_name = _("公示")

    def ready(self) -> None:
        """Register signal handlers and duties."""
        from notices import (
            confirmation_details,
            correction_duties,
            duties,
            meeting_duties,
            signal_handlers,
        )

        signal_handlers.connect()
        duties.register(meeting_duties.meeting_duties)
        duties.register(correction_duties.correction_duties)
        duties.register(confirmation_details.confirmation_duty)
