"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from notices.importer import start_views
from notices.operator_pages import OperatorMenuItem
from notices.permissions import startable_proponents
from portal import help_views, operation_views
from portal.overview import views as overview_views
from portal.today_file import today_file
from portal.users import BULK_ACTIONS

# After Wagtail's own of the same names, which these replace.
for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action, order=100)


@hooks.register("register_admin_urls")
def start_urls() -> list[Any]:
    """Register the ways to start a notice."""
    return [
        path("notices/start/", start_views.StartView.as_view(), name="notice_start"),
        path(
            "notices/start/<int:proponent_id>/",
            start_views.ProponentStartView.as_view(),
            name="notice_start_for",
        ),
        path(
            "notices/start/<int:proponent_id>/text/", start_views.TextView.as_view(), name="notice_start_text"
        ),
        path(
            "notices/start/<int:proponent_id>/round/",
            start_views.NextRoundView.as_view(),
            name="notice_start_copy",
        ),
    ]


class StartMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to those who can start a notice."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether there is a proponent to start one for."""
        return bool(startable_proponents(request.user).exists())


@hooks.register("register_admin_menu_item")
def start_menu_item() -> MenuItem:
    """Offer a new notice first."""
    return StartMenuItem(
        _("新建公示"), reverse("notice_start"), name="start", icon_name="plus-inverse", order=50
    )


@hooks.register("register_admin_urls")
def operation_urls() -> list[Any]:
    """Register the page on how the installation is."""
    return [
        path("operation/", operation_views.operation, name="operation"),
        path("operation/retry/", operation_views.retry, name="operation_retry"),
    ]


@hooks.register("register_admin_urls")
def overview_urls() -> list[Any]:
    """Register the overview and its tables as files, and the first page as one."""
    return [
        path("today.<slug:extension>", today_file, name="today_file"),
        path("overview/", overview_views.OverviewView.as_view(), name="overview"),
        path(
            "overview/<slug:name>.<slug:extension>",
            overview_views.table_file,
            name="overview_file",
        ),
    ]


@hooks.register("register_admin_menu_item")
def overview_menu_item() -> MenuItem:
    """Stand before the registers that it counts."""
    return overview_views.OverviewMenuItem(
        overview_views.TITLE, reverse("overview"), name="overview", icon_name="table", order=107
    )


@hooks.register("register_settings_menu_item")
def operation_menu_item() -> MenuItem:
    """Stand beside the list of mails."""
    return OperatorMenuItem(
        operation_views.TITLE, reverse("operation"), name="operation", icon_name="cogs", order=230
    )


@hooks.register("register_admin_urls")
def help_urls() -> list[Any]:
    """Register the help of the staff."""
    return [
        path("help/", help_views.StaffHelpView.as_view(), name="staff_help"),
        path("help/<slug:role>/", help_views.StaffHelpView.as_view(), name="staff_help_role"),
    ]


@hooks.register("register_admin_menu_item")
def help_menu_item() -> MenuItem:
    """Stand last; Wagtail's own help, which leads to a foreign site in English, is hidden."""
    return MenuItem(
        help_views.TITLE, reverse("staff_help"), name="help-pages", icon_name="help", order=10_100
    )
