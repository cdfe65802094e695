"""The exports app: one row definition, many renderers, and a record of every export."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """Names the app."""

    name = "notices.exports"
    label = "exports"
    verbose_name = _("导出")
