"""The working-day calendar in force: the library's schedules and those the operator entered, dated and versioned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version

from chinese_calendar import constants

from notices.models.calendars import CalendarRecord
from notices.statutory.workdays import Calendar, CalendarYear, calendar_year_from_holidays

FIRST_YEAR = 2019  # order no. 4 is in force since 2019-01-01
SCHEDULE_EXPECTED_FROM = (11, 1)  # the earliest schedule of the last twelve years came on 25 October


@cache
def library_years() -> dict[int, CalendarYear]:
    """Return the years that the calendar library knows, from the year the order came into force."""
    off: dict[int, list[date]] = defaultdict(list)
    makeup: dict[int, list[date]] = defaultdict(list)
    for day in constants.holidays:
        off[day.year].append(day)
    for day in constants.workdays:
        makeup[day.year].append(day)
    source = f"chinesecalendar {version('chinesecalendar')}"
    return {
        year: calendar_year_from_holidays(year, off[year], makeup[year], source)
        for year in off
        if year >= FIRST_YEAR
    }


def schedule_of(record: CalendarRecord) -> CalendarYear:
    """Return an entered schedule as the pure code takes it."""
    off = [date.fromisoformat(day) for day in record.off_days]
    makeup = [date.fromisoformat(day) for day in record.makeup_days]
    return calendar_year_from_holidays(record.year, off, makeup, record.source)


def current_calendar() -> Calendar:
    """Return the calendar with all entered schedules; the latest entry of a year wins over the library.

    The version names the library and the last entered row, so that a notice and a receipt can say what they used.
    """
    return calendar_of(CalendarRecord.objects.order_by("issued_on", "id"))


def calendar_of(records: Iterable[CalendarRecord]) -> Calendar:
    """Return the calendar of the library and some entered schedules, which are in the order of their issue."""
    years = dict(library_years())
    last = 0
    for record in records:
        years[record.year] = schedule_of(record)
        last = max(last, record.pk)
    return Calendar(years=years, version=_version(last))


def last_entry_of(calendar_version: str) -> int | None:
    """Return the last entered row that a version knew, 0 for none; None when another library stood behind it."""
    library, _plus, last = calendar_version.partition("+")
    return int(last or 0) if library == _version(0) else None


def missing_year(today: date, calendar: Calendar) -> int | None:
    """Return the year whose schedule should be known by now and is not: this year's, from 1 November next year's."""
    if not calendar.covers(today.year):
        return today.year
    due = (today.month, today.day) >= SCHEDULE_EXPECTED_FROM
    return today.year + 1 if due and not calendar.covers(today.year + 1) else None


def last_known_year(calendar: Calendar) -> int:
    """Return the last year whose schedule is known."""
    return max(calendar.years)


def _version(last: int) -> str:
    name = f"chinesecalendar-{version('chinesecalendar')}"
    return f"{name}+{last}" if last else name
