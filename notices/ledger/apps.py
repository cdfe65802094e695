"""The ledger app: a generic append-only hash chain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Names the app."""

    name = "notices.ledger"
    label = "ledger"
    verbose_name = _("台账")
