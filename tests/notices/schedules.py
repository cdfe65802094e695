"""Holiday schedules for tests: an invented one for 2027, and amendments of 2026."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from notices.calendar_services import AddedCalendar, add_calendar
from notices.calendars import library_years
from notices.statutory.workdays import floor_days

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = "关于2027年部分节假日安排的通知（试验）"
AMENDMENT = "关于调整2026年放假安排的通知（试验）"
OFF_2027 = sorted(floor_days(2027) | {date(2027, 1, 2), date(2027, 1, 3)})
MAKEUP_2027 = [date(2027, 1, 9), date(2027, 2, 20)]


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """Return a moment in Shanghai."""
    return datetime(year, month, day, hour, tzinfo=ZONE)


def enter_2027(*, now: datetime, off: Iterable[date] = OFF_2027, **changes: Any) -> AddedCalendar:
    """Enter the schedule of 2027."""
    values: dict[str, Any] = {
        "source": SOURCE,
        "issued_on": timezone.localdate(now),
        "user": None,
        "makeup_days": MAKEUP_2027,
    }
    return add_calendar(year=2027, off_days=off, now=now, **(values | changes))


def amend_2026(*extra_off: date, now: datetime, makeup: Iterable[date] = ()) -> AddedCalendar:
    """Enter the whole schedule of 2026 once more, with further days off or made up."""
    known = library_years()[2026]
    return add_calendar(
        year=2026,
        off_days=(known.off_days | set(extra_off)) - set(makeup),
        makeup_days=known.makeup_days | set(makeup),
        source=AMENDMENT,
        issued_on=timezone.localdate(now),
        user=None,
        now=now,
    )
