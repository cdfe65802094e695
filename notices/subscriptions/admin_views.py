"""What operators see of subscriptions: how many, never whose."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem

from notices.operator_pages import OperatorMenuItem, OperatorPage
from notices.statutory import divisions
from notices.subscriptions.models import Announcement, Subscription

SHOWN = 50


class SubscriptionCountsView(OperatorPage):
    """Numbers by county and by notice, and what was told last."""

    template_name = "subscriptions/admin/counts.html"
    page_title = gettext_lazy("邮件提醒")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count."""
        confirmed = Subscription.objects.confirmed()
        counties = confirmed.filter(record=None).values("county").annotate(count=Count("pk"))
        notices = (
            confirmed.exclude(record=None)
            .values("record__code", "record__page__project_name")
            .annotate(count=Count("pk"))
        )
        return super().get_context_data(
            counties=[
                (divisions.label(row["county"]), row["count"])
                for row in counties.order_by("-count", "county")[:SHOWN]
            ],
            notices=notices.order_by("-count", "record__code")[:SHOWN],
            waiting=Subscription.objects.waiting().count(),
            told=Announcement.objects.select_related("record__page").order_by("-happened_at", "-pk")[:SHOWN],
            **kwargs,
        )


def subscriptions_menu_item() -> MenuItem:
    """Return the entry among the reports."""
    return OperatorMenuItem(
        _("邮件提醒"), reverse("subscription_counts"), name="subscriptions", icon_name="mail", order=920
    )
