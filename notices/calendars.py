"""The working-day calendar in force: the library's schedules and those the operator entered, dated and versioned."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from importlib.metadata import version

from chinese_calendar import constants

from notices.models.calendars import CalendarRecord
from notices.statutory.workdays import Calendar, CalendarYear, calendar_year_from_holidays

FIRST_YEAR = 2019  # order no. 4 is in force since 2019-01-01


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


def current_calendar() -> Calendar:
    """Return the calendar with all entered schedules; the latest entry of a year wins over the library.

    The version names the library and the last entered row, so that a notice and a receipt can say what they used.
    """
    years = dict(library_years())
    last = 0
    for record in CalendarRecord.objects.order_by("issued_on", "id"):
        off = [date.fromisoformat(day) for day in record.off_days]
        makeup = [date.fromisoformat(day) for day in record.makeup_days]
        years[record.year] = calendar_year_from_holidays(record.year, off, makeup, record.source)
        last = max(last, record.pk)
    name = f"chinesecalendar-{version('chinesecalendar')}"
    return Calendar(years=years, version=f"{name}+{last}" if last else name)
