"""The opinions app: what the public writes, and the only place where personal data lives."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    """Names the app and tells the rules what only it knows."""

    name = "notices.opinions"
    label = "opinions"
    verbose_name = _("公众意见")

    def ready(self) -> None:
        """Register the facts about opinions, their counts at the closing, their public page and the words of their acts."""
        from notices import closing
        from notices.fact_providers import register
        from notices.opinions import ledger_words, public_renderings
        from notices.opinions.closing import counts_at_closing
        from notices.opinions.facts import opinion_facts
        from notices.opinions.public_views import page_as_published

        register(opinion_facts)
        public_renderings.register(page_as_published)
        closing.register(counts_at_closing)
        ledger_words.teach()
