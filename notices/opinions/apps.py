"""The opinions app: what the public writes, and the only place where personal data lives."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    """Names the app and tells the rules and the lists of duties what only it knows."""

    name = "notices.opinions"
    label = "opinions"
    verbose_name = _("公众意见")

    def ready(self) -> None:
        """Register what other parts ask of the opinions: facts, duties, counts at the closing, public page, words of acts, keys."""
        from notices import closing, duties, fact_providers, home_panel
        from notices.opinions import desk_duties, key_store, ledger_words, public_renderings
        from notices.opinions.closing import counts_at_closing
        from notices.opinions.facts import opinion_facts
        from notices.opinions.home_panel import opinion_lists
        from notices.opinions.public_views import page_as_published
        from notices.outbox import delivery

        fact_providers.register(opinion_facts)
        duties.register(desk_duties.desk_duties, **desk_duties.waiting_counts())
        public_renderings.register(page_as_published)
        closing.register(counts_at_closing)
        delivery.register_keys(key_store.open_data_keys)
        home_panel.register(opinion_lists)
        ledger_words.teach()
