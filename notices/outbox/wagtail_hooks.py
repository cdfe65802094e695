"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from notices.outbox.registers import OutboxViewSet


@hooks.register("register_admin_viewset")
def register_viewset() -> Any:
    """Register the list of mails."""
    return OutboxViewSet()
