"""The accounts of a 建设单位: its group, and what the group may do below its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission

if TYPE_CHECKING:
    from notices.models.pages import ProponentPage

GROUP_PREFIX = "建设单位："
_NAME_LENGTH = 130  # of a group's 150, room for prefix and number
_PAGE_PERMISSIONS = ("add_page", "change_page")


@transaction.atomic
def ensure_proponent_group(*, page: ProponentPage) -> Group:
    """Return the group of a 建设单位, which bears its name and may add and edit below its page but not publish.

    What is missing is made; safe to run again. A group that has lost its page is never taken over: its members belong
    to somebody else.
    """
    name = _group_name(page)
    group = page.group
    if group is None:
        group = Group.objects.create(name=name)
        page.group = group
        type(page)._default_manager.filter(pk=page.pk).update(group=group)
    elif group.name != name:
        group.name = name
        group.save(update_fields=["name"])
    group.permissions.add(_permission("wagtailadmin", "access_admin"))
    for codename in _PAGE_PERMISSIONS:
        permission = _permission("wagtailcore", codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    return group


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _group_name(page: ProponentPage) -> str:
    """Return the plain name, with the page's number where another group has it already."""
    name = f"{GROUP_PREFIX}{page.title[:_NAME_LENGTH]}"
    taken = Group.objects.filter(name=name).exclude(pk=page.group_id).exists()
    return f"{name}（{page.pk}）" if taken else name
