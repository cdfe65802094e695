"""Registrations of the search app with the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks

from search.index_admin import IndexCheckView, index_menu_item


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Register the page about the index."""
    return [path("search-index/", IndexCheckView.as_view(), name="index_checks")]


hooks.register("register_reports_menu_item", index_menu_item)
