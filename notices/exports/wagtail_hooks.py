"""Registers the export form in the admin."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from notices.exports.views import export_view


@hooks.register("register_admin_urls")
def export_urls() -> list[URLPattern]:
    """Return the admin addresses of exports."""
    return [path("opinions/export/<str:code>/", export_view, name="export_opinions")]
