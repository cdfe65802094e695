"""The dates of a project that start legal terms: submitted, decided, abandoned; recorded once, corrected with a reason.

The periods for which personal data is kept begin with them, so nothing may move one unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import mandate_gap
from notices.models import NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.permissions import editable_page_paths, is_operator
from notices.services import write_entry

_SHORTEST_REASON = 4


def may_date_project(user: Any, project: Project) -> bool:
    """Whether the person records the dates of a project: its proponent, its delegate while authorised, an operator."""
    if not user.is_active or user.is_anonymous:
        return False
    if is_operator(user):
        return True
    proponent = project.proponent
    mine = any(proponent.path.startswith(path) for path in editable_page_paths(user))
    return mine and not mandate_gap(user, proponent, on=timezone.localdate())


@transaction.atomic
def record_project_dates(
    *, project: Project, dates: Mapping[ProjectDate, date | None], user: Any, now: datetime, reason: str = ""
) -> list[ProjectDateChange]:
    """Set the dates of a project and return what changed; every published notice of it gets a ledger entry.

    A date that stood already is changed or taken back only with a reason. Raises PermissionDenied, and ValidationError
    with fields for a date in the future, before the first notice, or out of order.
    """
    if not may_date_project(user, project):
        raise PermissionDenied
    fresh = Project.objects.select_for_update().get(pk=project.pk)
    old = {name: getattr(fresh, name) for name in ProjectDate}
    new = {**old, **{ProjectDate(name): day for name, day in dates.items()}}
    changed = [name for name in ProjectDate if old[name] != new[name]]
    corrects = any(old[name] is not None for name in changed)
    reason = reason.strip()
    if corrects and len(reason) < _SHORTEST_REASON:
        raise ValidationError({"reason": _("更正已登记的日期，请写明原因。")})
    if changed:
        _check(new, _first_public_day(fresh), timezone.localdate(now))
    for name in changed:
        setattr(fresh, name, new[name])
    fresh.save(update_fields=[str(name) for name in changed])
    rows = [
        ProjectDateChange.objects.create(
            project=fresh,
            date=name,
            old=old[name],
            new=new[name],
            reason=reason if old[name] is not None else "",
            made_by=user,
            made_at=now,
        )
        for name in changed
    ]
    for row in rows:
        _enter(fresh, row, user, now)
    return rows


def _first_public_day(project: Project) -> date | None:
    return NoticeRecord.objects.filter(page__project=project).aggregate(day=Min("published_on"))["day"]


def _check(dates: Mapping[ProjectDate, date | None], first: date | None, today: date) -> None:
    errors: dict[str, Any] = {}
    for name, day in dates.items():
        if day is not None and day > today:
            errors[name] = _("日期不能晚于今天；等事情办了再登记。")
        elif day is not None and first is not None and day < first:
            errors[name] = _("日期早于项目第一次公示（%(day)s），请核对。") % {"day": first.isoformat()}
    submitted, decided = dates[ProjectDate.SUBMITTED], dates[ProjectDate.DECIDED]
    if decided is not None and submitted is None:
        errors.setdefault(ProjectDate.SUBMITTED, _("有审批决定的，请同时填写报批日期。"))
    elif decided is not None and submitted is not None and decided < submitted:
        errors.setdefault(ProjectDate.DECIDED, _("审批决定不能早于报批，请核对两个日期。"))
    if decided is not None and dates[ProjectDate.ABANDONED] is not None:
        errors.setdefault(ProjectDate.ABANDONED, _("已经作出审批决定的项目不再登记终止。"))
    if errors:
        raise ValidationError(errors)


def _enter(project: Project, row: ProjectDateChange, user: Any, now: datetime) -> None:
    payload = {
        "date": row.date.removesuffix("_on"),
        "on": row.new.isoformat() if row.new else None,
        "was": row.old.isoformat() if row.old else None,
    }
    role = "operator" if is_operator(user) else "proponent"
    # In one order everywhere: two writers of the same project must not wait for each other's chains.
    records = NoticeRecord.objects.filter(page__project=project).exclude(published_at=None).order_by("code")
    for record in records:
        write_entry(record=record, act="project_dated", role=role, now=now, payload=payload, user=user)
