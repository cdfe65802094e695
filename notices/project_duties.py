"""The yearly reminder of a project whose end nobody has recorded: until then its personal data cannot be erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.duties import Duty
from notices.models import NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind
from notices.statutory.periods import add_months
from notices.statutory.workdays import Calendar

LEAD = timedelta(days=30)
FIRST_AFTER = timedelta(days=365) - LEAD  # after the window, never later than the first reminder


def missing_end(record: NoticeRecord, today: date, calendar: Calendar) -> Iterator[Duty]:
    """Yield the recording of decision or end, from a month before each year after the window is over."""
    start = _begins(record)
    project = record.page.project
    if start is None or project is None or project.decided_on or project.abandoned_on:
        return
    years = 1
    while add_months(start, 12 * (years + 1)) - LEAD <= today:
        years += 1
    due_on = add_months(start, 12 * years)
    if today < due_on - LEAD:
        return
    yield Duty(
        key="project-end",
        label=_("登记项目的报批、审批决定或终止日期"),
        due_on=due_on,
        url=reverse("project_dates", args=[project.pk]),
        detail=_("没有这些日期，公众的个人信息不能按期删除。"),
    )


def _begins(record: NoticeRecord) -> date | None:
    """Return from when the years count: the end of the window; the publication of a first round that led no further."""
    if record.stage != NoticeStage.PUBLISHED or record.historical:
        return None
    if record.page.kind == NoticeKind.DRAFT_REPORT:
        return record.last_day
    if record.page.kind == NoticeKind.FIRST_ROUND and record.last_day is None:
        return record.published_on
    return None
