"""The subscriptions app: who is told by e-mail of new notices of a county and of what happens to a notice."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    """Names the app and tells the outbox where its keys are."""

    name = "notices.subscriptions"
    label = "subscriptions"
    verbose_name = _("邮件提醒")

    def ready(self) -> None:
        """Register the keys of subscribers, and that a restored notice is no news."""
        from notices.outbox import delivery
        from notices.subscriptions import key_store, signal_handlers

        delivery.register_keys(key_store.open_keys)
        signal_handlers.connect()
