"""Registrations of the subscriptions app with the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks

from notices.subscriptions.admin_views import SubscriptionCountsView, subscriptions_menu_item


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Register the page of numbers."""
    return [path("subscriptions/", SubscriptionCountsView.as_view(), name="subscription_counts")]


hooks.register("register_reports_menu_item", subscriptions_menu_item)
