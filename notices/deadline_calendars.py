"""Deadlines of comment windows as iCalendar (RFC 5545), of one notice and by county; the only user of icalendar.

The last day is an all-day event: its exclusive end is the next day, which is 24:00 of the last one. A notice keeps its UID for
good; SEQUENCE counts its public changes, so that a calendar moves the entry it has after an extension, and strikes it out
after a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration

from notices.feeds import absolute, as_view, last_changed
from notices.models.records import NoticeRecord, NoticeStage
from notices.public_lists import listed_records, refuse_unknown
from notices.selectors import long_date
from notices.statutory import divisions

KEPT = timedelta(days=60)  # how long a past deadline stays in a county's calendar
REFRESH = timedelta(hours=6)  # how often a calendar program should ask again (RFC 7986)
MAX_EVENTS = 300
TIME_ZONE = "Asia/Shanghai"
ENDED = (NoticeStage.WITHDRAWN, NoticeStage.SUPERSEDED)


def _notice_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the deadline of one notice; a notice without a last day has none."""
    record = get_object_or_404(
        listed_records().select_related("page").prefetch_related("changes"),
        code=code,
        historical=False,
        last_day__isnull=False,
    )
    return _response([record], name=record.page.project_name, file_name=f"{code}.ics")


def _county_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the deadlines of a county that are to come or were of late."""
    refuse_unknown(code)
    records = (
        listed_records()
        .in_county(code)
        .filter(historical=False, last_day__gte=timezone.localdate() - KEPT)
        .select_related("page")
        .prefetch_related("changes")
        .order_by("-last_day", "-pk")[:MAX_EVENTS]
    )
    name = _("%(county)s环评公示截止日") % {"county": divisions.label(code)}
    return _response(records, name=name, file_name=f"{code}.ics")


notice_calendar = as_view(_notice_calendar)
county_calendar = as_view(_county_calendar)


def _response(records: Iterable[NoticeRecord], *, name: str, file_name: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//EIA notice portal//Comment windows//ZH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", TIME_ZONE)
    calendar.add("refresh-interval", vDuration(REFRESH), {"value": "DURATION"})
    # A calendar without any component is not valid: this one stands also where there is no deadline.
    calendar.add_component(Timezone.from_tzid(TIME_ZONE, first_date=date(2020, 1, 1)))
    for record in records:
        calendar.add_component(_event(record))
    headers = {"Content-Disposition": f'inline; filename="{file_name}"'}
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8", headers=headers)


def _event(record: NoticeRecord) -> Event:
    """Return the event of a notice with a last day; its stamps are those of its latest change, so that it reads the same twice."""
    assert record.last_day is not None  # both callers filter
    changed = (last_changed(record) or datetime.now(UTC)).astimezone(UTC)
    event = Event()
    event.add("uid", f"notice-{record.code}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}")
    event.add("sequence", len(record.changes.all()))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", record.last_day)
    event.add("dtend", record.last_day + timedelta(days=1))
    event.add("status", _status(record))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(record))
    event.add("description", _description(record))
    if record.page.location:
        event.add("location", record.page.location)
    event.add("url", absolute(reverse("notice", args=[record.code])))
    return event


def _status(record: NoticeRecord) -> str:
    if record.stage in ENDED:
        return "CANCELLED"
    return "TENTATIVE" if record.provisional else "CONFIRMED"


def _summary(record: NoticeRecord) -> str:
    name = {"name": record.page.project_name}
    if record.stage == NoticeStage.WITHDRAWN:
        return _("【已撤回】%(name)s") % name
    if record.stage == NoticeStage.SUPERSEDED:
        return _("【已被新公示取代】%(name)s") % name
    if record.provisional:
        return _("意见征求截止（暂定）：%(name)s") % name
    return _("意见征求截止：%(name)s") % name


def _description(record: NoticeRecord) -> str:
    """Return until when in Beijing time, by whom, why the notice was withdrawn, and where to read on."""
    lines = [_("建设单位：%(name)s") % {"name": record.page.proponent_name}]
    if record.stage == NoticeStage.WITHDRAWN:
        lines.append(_("已撤回：%(reason)s") % {"reason": record.withdrawal_reason})
    elif record.last_day and record.stage == NoticeStage.PUBLISHED:
        lines.append(_("%(date)s 24:00（北京时间）截止。") % {"date": long_date(record.last_day)})
        if record.provisional:
            lines.append(_("下一年放假安排未公布，截止日暂定，只会延后，不会提前。"))
    lines.append(absolute(reverse("notice", args=[record.code])))
    return "\n".join(lines)
