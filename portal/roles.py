"""THE role matrix: groups and what they may do. ``apply_roles`` makes the database equal to it.

Proponent groups are one per 建设单位 and are made by ``notices.proponent_services.ensure_proponent_group``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from notices.permissions import OFFICER_GROUP, OPERATOR_GROUP


@dataclass(frozen=True, slots=True)
class Role:
    """A group with its model permissions (``app.codename``) and its page permissions on the home page."""

    group: str
    permissions: tuple[str, ...]
    page_permissions: tuple[str, ...] = ()


ROLES = (
    Role(
        OPERATOR_GROUP,
        (
            "wagtailadmin.access_admin",
            "auth.add_user",
            "auth.change_user",
            "auth.view_user",
            "notices.add_calendarrecord",
            "notices.view_calendarrecord",
            "notices.add_office",
            "notices.change_office",
            "notices.view_office",
            "notices.add_zone",
            "notices.change_zone",
            "notices.view_zone",
            "notices.change_project",
            "notices.view_project",
            "outbox.change_outboxmail",
            "outbox.view_outboxmail",
            "portal.change_portalsettings",
        ),
        ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    ),
    Role(OFFICER_GROUP, ("wagtailadmin.access_admin",)),
)
# Groups that Wagtail's own migrations make; the matrix above replaces them.
WAGTAIL_GROUPS = ("Moderators", "Editors")


def _permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def apply_roles(home: Page) -> None:
    """Make groups and permissions equal to the matrix; members stay."""
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.group)
        group.permissions.set([_permission(name) for name in role.permissions])
        wanted = {_permission(f"wagtailcore.{codename}") for codename in role.page_permissions}
        GroupPagePermission.objects.filter(group=group).exclude(page=home, permission__in=wanted).delete()
        for permission in wanted:
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
