"""Registrations with the Wagtail admin; what happens is elsewhere."""

from __future__ import annotations

from wagtail import hooks

from portal.users import BULK_ACTIONS

# After Wagtail's own of the same names, which these replace.
for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action, order=100)
