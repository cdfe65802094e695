"""The exports app: one row definition, many renderers, a record of every export, and long work in the background."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """Names the app and registers its kind of background job."""

    name = "notices.exports"
    label = "exports"
    verbose_name = _("导出")

    def ready(self) -> None:
        """Register exports that take longer than a request."""
        from notices.exports import jobs
        from notices.exports.export_jobs import EXPORT

        jobs.register(EXPORT)
