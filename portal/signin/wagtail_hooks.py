"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from notices.operator_pages import OperatorMenuItem
from portal.signin import admin_views, views
from portal.signin.second_factor import ENROLLED, LIFTED, RENEWED, RESET


@hooks.register("register_admin_urls")
def signin_urls() -> list[Any]:
    """Register a person's own page and the operators' pages."""
    return [
        path("two-factor/", views.own, name="signin_own"),
        path("signin-security/", admin_views.AccountsView.as_view(), name="signin_accounts"),
        path("signin-security/<int:pk>/reset/", admin_views.ResetView.as_view(), name="signin_reset"),
        path("signin-security/<int:pk>/lift/", admin_views.lift_account, name="signin_lift"),
        path("signin-security/address/<int:pk>/lift/", admin_views.lift_address, name="signin_lift_address"),
    ]


@hooks.register("register_settings_menu_item")
def accounts_menu_item() -> MenuItem:
    """Stand before the page on the installation."""
    return OperatorMenuItem(
        admin_views.TITLE, reverse("signin_accounts"), name="signin-security", icon_name="key", order=225
    )


@hooks.register("register_account_menu_item")
def own_menu_item(request: HttpRequest) -> dict[str, Any] | None:
    """Lead from the account page to the own second factor."""
    if not settings.TWO_FACTOR:
        return None
    return {
        "url": reverse("signin_own"),
        "label": views.OWN_TITLE,
        "help_text": _("恢复码还剩几个、生成新的恢复码、更换验证器。"),
    }


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name what the record of changes says about signing in."""
    actions.register_action(ENROLLED, _("绑定验证器"), _("绑定了验证器"))
    actions.register_action(RENEWED, _("更换恢复码"), _("生成了新的恢复码"))
    actions.register_action(LIFTED, _("解除登录锁定"), _("解除了登录锁定"))

    @actions.register_action(RESET)
    class ResetFormatter(LogFormatter):  # type: ignore[misc]
        """Says why."""

        label = _("重置两步验证")

        def format_message(self, log_entry: Any) -> str:
            """Return the reason with it."""
            return f"{self.label}：{log_entry.data.get('reason', '')}"
