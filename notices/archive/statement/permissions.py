"""Who may read and who may write the statement of a project."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from notices.capacity import mandate_gap
from notices.models import NoticeRecord, Project
from notices.permissions import editable_page_paths, is_officer, is_operator, visible_records


def may_write(user: Any, project: Project) -> bool:
    """Whether the person writes for the 建设单位 (Arts. 6 and 19): its staff, or its delegate while authorised; no operator."""
    return _is_of_proponent(user, project) and not mandate_gap(
        user, project.proponent, on=timezone.localdate()
    )


def may_read(user: Any, project: Project) -> bool:
    """Whether the person sees the statement in the making: the 建设单位, operators, officers of the divisions."""
    if not user.is_active or user.is_anonymous:
        return False
    if is_operator(user) or _is_of_proponent(user, project):
        return True
    records = NoticeRecord.objects.filter(page__project=project)
    return is_officer(user) and bool(visible_records(records, user).exists())


def _is_of_proponent(user: Any, project: Project) -> bool:
    if not user.is_active or user.is_anonymous or is_operator(user):
        return False
    return any(project.proponent.path.startswith(path) for path in editable_page_paths(user))
