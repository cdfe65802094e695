"""Tables of notices: by stage, windows that close in ten working days, windows that wait for a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.calendars import current_calendar, last_known_year, missing_year
from notices.models import NoticeRecord
from notices.opinions.feedback import awaits_answer
from notices.registers import STATES
from notices.statutory.window import count_working_days
from portal.overview.choice import Scope
from portal.overview.tables import Column, OverviewTable, Row

WORKING_DAYS = 10
# Ten working days never reach further, not even over the longest holidays.
REACH = timedelta(days=35)


def by_stage(scope: Scope) -> OverviewTable:
    """Return how many notices are in each state of the register; every notice counts once."""
    counts = [
        (value, str(label), scope.records.in_state(value, scope.today).count()) for value, label in STATES
    ]
    rows = [
        Row((label, str(count)), "" if scope.notice else _register(scope, state=value))
        for value, label, count in counts
        if count
    ]
    total = sum(count for _value, _label, count in counts)
    if rows:
        rows.append(Row((_("合计"), str(total)), "" if scope.notice else _register(scope), is_sum=True))
    return OverviewTable(
        (Column(_("状态"), width=34), Column(_("公示"), number=True)), tuple(rows), _("还没有公示。")
    )


def _register(scope: Scope, **limits: str) -> str:
    values = {**limits, "county": scope.county}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('notice_register:index')}{'?' if query else ''}{query}"


def closing_soon(scope: Scope) -> OverviewTable:
    """Return the windows that close in the next ten working days, the nearest first, with their opinions."""
    today, calendar = scope.today, current_calendar()
    found = scope.records.open_on(today).filter(last_day__lte=today + REACH).select_related("page")
    closing = [
        (record, left)
        for record in found.order_by("last_day", "pk")
        if record.last_day and (left := count_working_days(today, record.last_day, calendar)) <= WORKING_DAYS
    ]
    opinions = scope.opinions.filter(notice__in=[record.page_id for record, _left in closing])
    counted = {
        notice: (total, waiting)
        for notice, total, waiting in opinions.order_by()
        .values("notice")
        .annotate(total=Count("pk"), waiting=Count("pk", filter=awaits_answer()))
        .values_list("notice", "total", "waiting")
    }
    rows = []
    for record, left in closing:
        total, waiting = counted.get(record.page_id, (0, 0))
        cells = (record.page.project_name, _end(record), str(left), str(total), str(waiting), record.code)
        rows.append(Row(cells, _entry(record)))
    return OverviewTable(
        (
            Column(_("项目"), width=40),
            Column(_("截止日")),
            Column(_("剩余工作日"), number=True),
            Column(_("意见"), number=True),
            Column(_("未答复"), number=True),
            Column(_("公示码"), width=10),
        ),
        tuple(rows),
        _("今后十个工作日内没有截止的公示。"),
        _("剩余工作日不算今天。"),
    )


def calendar_warnings(scope: Scope) -> OverviewTable:
    """Return the running windows whose end waits for a holiday schedule, and say which year is missing."""
    today, calendar = scope.today, current_calendar()
    running = scope.records.with_running_windows(today)
    beyond = running.ending_after(date(last_known_year(calendar), 12, 31)).values("pk")
    waiting = running.filter(Q(provisional=True) | Q(pk__in=beyond)).select_related("page")
    rows = tuple(
        Row((record.page.project_name, _end(record), record.code), _entry(record))
        for record in waiting.order_by("last_day", "planned_last_day", "pk")
    )
    year = missing_year(today, calendar)
    missing = (
        _("还没有登记 %(year)s 年的放假安排，跨年的截止日只会延后，不会提前。") % {"year": year}
        if year
        else ""
    )
    return OverviewTable(
        (Column(_("项目"), width=40), Column(_("截止日")), Column(_("公示码"), width=10)),
        rows,
        _("没有截止日受影响的公示。"),
        missing,
    )


def _end(record: NoticeRecord) -> str:
    end = record.last_day or record.planned_last_day
    return (end.isoformat() if end else "") + (_("（暂定）") if record.provisional else "")


def _entry(record: NoticeRecord) -> str:
    return reverse("notice_register:inspect", args=[record.pk])
