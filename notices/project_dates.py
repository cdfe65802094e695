"""The dates of a project that start legal terms: submitted, decided, abandoned; recorded once, corrected with a reason.

The periods for which personal data is kept begin with them, so nothing may move one unseen, and an end that nobody else
can check is confirmed by an operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import mandate_gap
from notices.models import NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.permissions import editable_page_paths, is_operator
from notices.reasons import is_reason
from notices.selectors import window_is_over
from notices.services import write_entry


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
    if corrects and not is_reason(reason):
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
            **_confirmed(name, new[name], user, now),
        )
        for name in changed
    ]
    for row in rows:
        _enter(fresh, row, "project_dated", user, now)
    return rows


def _confirmed(name: ProjectDate, day: date | None, user: Any, now: datetime) -> dict[str, Any]:
    if name == ProjectDate.ABANDONED and day is not None and is_operator(user):
        return {"confirmed_by": user, "confirmed_at": now}
    return {}


def standing_change(project: Project, name: ProjectDate) -> ProjectDateChange | None:
    """Return the recording by which a date of a project stands, None while it does not stand by any."""
    rows = [row for row in project.date_changes.all() if row.date == name]
    return rows[-1] if rows and rows[-1].new is not None and rows[-1].new == getattr(project, name) else None


def unconfirmed_ends() -> QuerySet[ProjectDateChange]:
    """Return the recordings that a project was given up which wait for an operator, the oldest first."""
    changes = ProjectDateChange.objects.filter(date=ProjectDate.ABANDONED)
    later = changes.filter(project=OuterRef("project"), pk__gt=OuterRef("pk"))
    return changes.filter(~Exists(later), new=F("project__abandoned_on"), confirmed_at=None)


@transaction.atomic
def confirm_end(*, change: ProjectDateChange, user: Any, now: datetime) -> ProjectDateChange:
    """Confirm that a project was given up on the day recorded; every published notice of it gets a ledger entry.

    Raises PermissionDenied for anybody but an operator, ValidationError when the recording no longer stands or is confirmed,
    and while a notice of the project takes opinions.
    """
    if not is_operator(user):
        raise PermissionDenied
    project = Project.objects.select_for_update().get(pk=change.project_id)
    fresh = standing_change(project, ProjectDate.ABANDONED)
    if fresh is None or fresh.pk != change.pk:
        raise ValidationError(_("终止日期刚刚有改动，请核对现在的登记后再确认。"))
    if fresh.confirmed_at is not None:
        raise ValidationError(_("终止日期已经确认过了。"))
    if codes := [record.code for record in collecting_notices([project], now=now)]:
        raise ValidationError(
            _("公示 %(codes)s 还在征求意见。请在截止或者撤回以后再确认。"), params={"codes": "、".join(codes)}
        )
    fresh.confirmed_by, fresh.confirmed_at = user, now
    fresh.save(update_fields=["confirmed_by", "confirmed_at"])
    _enter(project, fresh, "project_end_confirmed", user, now)
    return fresh


def collecting_notices(projects: Iterable[Project], *, now: datetime) -> list[NoticeRecord]:
    """Return the notices of projects that still take opinions."""
    records = NoticeRecord.objects.filter(page__project__in=projects).for_lists().order_by("code")
    return [record for record in records if not window_is_over(record, now=now)]


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


def _enter(project: Project, row: ProjectDateChange, act: str, user: Any, now: datetime) -> None:
    payload = {
        "date": row.date.removesuffix("_on"),
        "on": row.new.isoformat() if row.new else None,
        "was": row.old.isoformat() if row.old else None,
    }
    role = "operator" if is_operator(user) else "proponent"
    # In one order everywhere: two writers of the same project must not wait for each other's chains.
    records = NoticeRecord.objects.filter(page__project=project).exclude(published_at=None).order_by("code")
    for record in records:
        write_entry(record=record, act=act, role=role, now=now, payload=payload, user=user)
