"""The comment window: its days, its end, and what arrived in time.

Days are local dates in Asia/Shanghai. The day of publication is not counted (民法典 第201条), a window ends at 24:00 of its last
day (第203条), and a window that reaches into a year without a schedule has a provisional end that can only be too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from notices.statutory.workdays import SATURDAY, Calendar

ZONE = ZoneInfo("Asia/Shanghai")
GRACE = timedelta(minutes=30)
ONE_DAY = timedelta(days=1)
DEFAULT_WORKING_DAYS = 10  # Art. 10 para. 2
MAX_WORKING_DAYS = 250
MAX_SPAN_DAYS = 1100  # a mistyped year must not keep a server counting
YEARS = range(1949, 2201)


class DayKind(StrEnum):
    """What a day is in the strip of a window."""

    PUBLICATION = "publication"
    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    PROVISIONAL_SKIPPED = "provisional-skipped"


class Timeliness(StrEnum):
    """Whether an opinion that arrives at a moment is taken."""

    NOT_OPEN = "not_open"
    INSIDE = "inside"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WindowDay:
    """One calendar day of a window; ``number`` counts working days from 1 and is None for a day that does not count."""

    date: date
    kind: DayKind
    number: int | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The shortest lawful window of a publication day.

    ``first_day`` is the publication day: opinions are welcome, it is not counted. ``last_day_counting_first`` is the end that common
    practice would take. ``provisional`` says that some day has no schedule yet; ``calendar`` names the calendar used.
    """

    first_day: date
    last_day: date
    last_day_counting_first: date
    provisional: bool
    calendar: str
    working_days: int
    days: tuple[WindowDay, ...]


def comment_window(
    published_on: date, *, working_days: int = DEFAULT_WORKING_DAYS, calendar: Calendar
) -> Window:
    """Return the shortest lawful window for a notice published on a day.

    Raises ValueError when ``working_days`` is not between 1 and 250 or the year is out of range.
    """
    _check_range(published_on, working_days)
    last_day = _nth_working_day(published_on, working_days, calendar)
    earlier = working_days - 1 if calendar.counts(published_on) else working_days
    days = strip_days(published_on, last_day, calendar)
    return Window(
        first_day=published_on,
        last_day=last_day,
        last_day_counting_first=_nth_working_day(published_on, earlier, calendar),
        provisional=any(day.provisional for day in days),
        calendar=calendar.version,
        working_days=working_days,
        days=days,
    )


def strip_days(first_day: date, last_day: date, calendar: Calendar) -> tuple[WindowDay, ...]:
    """Return every calendar day from the publication day to the last day, for drawing; the first is not numbered.

    Raises ValueError when the last day lies before the first or more than three years after it.
    """
    if last_day < first_day:
        raise ValueError("截止日早于公开日，请核对日期。")
    _check_span(first_day, last_day)
    days = [WindowDay(first_day, DayKind.PUBLICATION)]
    number = 0
    for offset in range(1, (last_day - first_day).days + 1):
        day = first_day + timedelta(days=offset)
        counted = calendar.counts(day)
        number += counted
        days.append(
            WindowDay(
                day,
                _kind(day, calendar, counted=counted),
                number if counted else None,
                provisional=calendar.is_working_day(day) is None,
            )
        )
    return tuple(days)


def count_working_days(start_exclusive: date, end_inclusive: date, calendar: Calendar) -> int:
    """Return the working days after one day up to and including another; 0 when the end is not later.

    Raises ValueError when they lie more than three years apart.
    """
    _check_span(start_exclusive, end_inclusive)
    span = (end_inclusive - start_exclusive).days
    return sum(calendar.counts(start_exclusive + timedelta(days=offset)) for offset in range(1, span + 1))


def working_days_left(today: date, last_day: date, calendar: Calendar) -> int:
    """Return the working days left up to the last day; today counts if it is a working day."""
    return count_working_days(today - ONE_DAY, last_day, calendar)


def deadline(last_day: date) -> datetime:
    """Return the end of a window: 24:00 of its last day, which is 00:00 of the next (民法典 第203条)."""
    return datetime.combine(last_day + ONE_DAY, time.min, tzinfo=ZONE)


def classify(
    now: datetime,
    *,
    first_day_start: datetime,
    last_day: date | None,
    form_issued_at: datetime | None = None,
    accepts_late: bool = False,
) -> Timeliness:
    """Return whether an opinion arriving now is inside the window, late but taken, or refused.

    ``first_day_start`` is the moment at which the notice opened; ``last_day`` is None for a window without a set end (first round).
    Late is a form issued before the deadline and sent within 30 minutes after it, or any late opinion where the notice takes them.
    Raises ValueError for a time without a zone.
    """
    for moment in (now, first_day_start, form_issued_at):
        if moment is not None and moment.utcoffset() is None:
            raise ValueError("a moment without a time zone cannot be compared with a deadline")
    if now < first_day_start:
        return Timeliness.NOT_OPEN
    if last_day is None:
        return Timeliness.INSIDE
    end = deadline(last_day)
    if now < end:
        return Timeliness.INSIDE
    in_grace = form_issued_at is not None and form_issued_at < end and now <= end + GRACE
    return Timeliness.LATE if in_grace or accepts_late else Timeliness.CLOSED


def _check_range(published_on: date, working_days: int) -> None:
    if not 1 <= working_days <= MAX_WORKING_DAYS:
        raise ValueError(f"工作日数应在 1 至 {MAX_WORKING_DAYS} 之间。")
    if published_on.year not in YEARS:
        raise ValueError(f"公开日期的年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间。")


def _check_span(first: date, last: date) -> None:
    if (last - first).days > MAX_SPAN_DAYS:
        raise ValueError("两个日期相距超过三年，请核对日期。")


def _nth_working_day(start_exclusive: date, number: int, calendar: Calendar) -> date:
    day = start_exclusive
    while number > 0:
        day += ONE_DAY
        number -= calendar.counts(day)
    return day


def _kind(day: date, calendar: Calendar, *, counted: bool) -> DayKind:
    weekend = day.weekday() >= SATURDAY
    if counted:
        return DayKind.MAKEUP if weekend else DayKind.WORKING
    if calendar.is_listed(day):
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if weekend else DayKind.PROVISIONAL_SKIPPED
