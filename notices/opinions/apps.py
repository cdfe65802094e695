"""The opinions app: what the public writes, and the only place where personal data lives."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    """Names the app."""

    name = "notices.opinions"
    label = "opinions"
    verbose_name = _("公众意见")
