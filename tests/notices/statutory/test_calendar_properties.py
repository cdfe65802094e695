"""Counting by definition, and windows under every change of the calendar: later or as they were, never earlier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.statutory.revision import revised_window
from notices.statutory.window import comment_window, count_working_days
from notices.statutory.workdays import Calendar, CalendarYear, floor_days, schedule_doubts

from .schedules import real_calendar

DAY = timedelta(days=1)
KNOWN = range(2019, 2027)
known_days = st.dates(date(2019, 1, 1), date(2026, 11, 30))
lengths = st.integers(1, 30)


def works_by_definition(day: date) -> bool:
    """Return whether a day of a known year works, from the published lists alone: listed wins, else Monday to Friday."""
    for year in (day.year + 1, day.year):
        schedule = real_calendar().years.get(year)
        if schedule and day in schedule.makeup_days:
            return True
        if schedule and day in schedule.off_days:
            return False
    return day.isoweekday() <= 5


@settings(deadline=None)
@given(known_days, st.integers(0, 120))
def test_a_count_is_the_number_of_working_days_by_definition(start: date, span: int) -> None:
    end = min(start + span * DAY, date(2026, 12, 31))
    every = [start + n * DAY for n in range(1, (end - start).days + 1)]
    assert count_working_days(start, end, real_calendar()) == sum(map(works_by_definition, every))


@pytest.mark.parametrize("year", KNOWN)
def test_every_day_of_a_published_year_counts_as_its_schedule_says(year: int) -> None:
    every = [date(year, 1, 1) + n * DAY for n in range(365 + (year % 4 == 0))]
    assert every[-1] == date(year, 12, 31)
    calendar = real_calendar(year + 1) if year < KNOWN[-1] else real_calendar()
    assert [day for day in every if calendar.counts(day) is not works_by_definition(day)] == []


@settings(deadline=None)
@given(known_days, st.integers(0, 60), st.integers(0, 60))
def test_a_count_grows_with_its_end_and_adds_up(start: date, first: int, second: int) -> None:
    calendar = real_calendar()
    middle, end = start + first * DAY, start + (first + second) * DAY
    whole = count_working_days(start, end, calendar)
    assert count_working_days(start, middle, calendar) <= whole
    assert whole == count_working_days(start, middle, calendar) + count_working_days(middle, end, calendar)


@pytest.mark.parametrize(("year", "days"), [(2020, 1), (2024, 1), (2023, 0), (2028, 1), (2100, 0)])
def test_the_29th_of_february_counts_where_it_exists(year: int, days: int) -> None:
    calendar = Calendar({year: CalendarYear(year, frozenset(), frozenset(), "no holidays")}, "plain")
    february = count_working_days(date(year, 2, 28), date(year, 3, 1), calendar)
    worked_first_of_march = int(date(year, 3, 1).isoweekday() <= 5)
    leap_day_works = int(days and date(year, 2, 29).isoweekday() <= 5)
    assert february == worked_first_of_march + leap_day_works


def test_a_window_over_a_leap_day_counts_it() -> None:
    assert comment_window(date(2024, 2, 20), calendar=real_calendar()).last_day == date(2024, 3, 5)
    assert comment_window(date(2020, 2, 20), calendar=real_calendar()).last_day == date(2020, 3, 5)


def test_a_holiday_inside_an_extension_is_honoured() -> None:
    # Posted late on 2022-03-25: the full term counts from there and meets Qingming (off 04-03 to 04-05, Saturday 04-02 worked).
    assert comment_window(date(2022, 3, 25), calendar=real_calendar()).last_day == date(2022, 4, 11)
    assert count_working_days(date(2022, 3, 31), date(2022, 4, 11), real_calendar()) == 6


@st.composite
def amendments(draw: st.DrawFn) -> Calendar:
    """Draw any schedules for any years, sensible or not, over the known ones."""
    years = dict(real_calendar().years)
    for year in draw(st.lists(st.integers(2024, 2028), min_size=1, max_size=3, unique=True)):
        every = [date(year - 1, 12, 15) + n * DAY for n in range(380)]
        own = [day for day in every if day.year == year or (day.year == year - 1 and day.month == 12)]
        off = set(draw(st.lists(st.sampled_from(own), max_size=30)))
        makeup = set(draw(st.lists(st.sampled_from(own), max_size=30))) - off
        years[year] = CalendarYear(year, frozenset(off), frozenset(makeup), "drawn")
    return Calendar(years, "drawn")


open_windows = st.tuples(
    st.dates(date(2024, 1, 2), date(2028, 6, 1)), st.sampled_from([5, 10]), st.integers(0, 20)
)


@settings(deadline=None, max_examples=150)
@given(open_windows, amendments(), st.booleans())
def test_no_amendment_ever_shortens_an_open_window(
    window: tuple[date, int, int], amended: Calendar, forgotten: bool
) -> None:
    start, working_days, extra = window
    before = comment_window(start, working_days=working_days, calendar=real_calendar())
    last_day = before.last_day + extra * DAY
    revised = revised_window(
        start,
        last_day,
        working_days=working_days,
        provisional=before.provisional,
        before=None if forgotten else real_calendar(),
        after=amended,
    )
    lawful = comment_window(start, working_days=working_days, calendar=amended).last_day
    end = revised.last_day if revised else last_day
    assert end >= last_day
    assert end >= lawful
    assert end == max(last_day, lawful)


@settings(deadline=None)
@given(open_windows, amendments())
def test_a_window_counted_again_is_not_counted_a_third_time(
    window: tuple[date, int, int], amended: Calendar
) -> None:
    start, working_days, extra = window
    before = comment_window(start, working_days=working_days, calendar=real_calendar())
    last_day, provisional = before.last_day + extra * DAY, before.provisional
    kept = {"working_days": working_days}
    revised = revised_window(
        start, last_day, provisional=provisional, before=real_calendar(), after=amended, **kept
    )
    if revised:
        last_day, provisional = revised.last_day, revised.provisional
    again = revised_window(start, last_day, provisional=provisional, before=amended, after=amended, **kept)
    assert again is None


def test_an_amendment_elsewhere_in_the_year_leaves_a_window_alone() -> None:
    off = real_calendar().years[2026].off_days | {date(2026, 10, 9)}
    amended = CalendarYear(2026, off, real_calendar().years[2026].makeup_days, "amendment")
    after = Calendar({**real_calendar().years, 2026: amended}, "amended")
    for start, touched in ((date(2026, 3, 2), False), (date(2026, 9, 25), True)):
        window = comment_window(start, calendar=real_calendar())
        revised = revised_window(
            start,
            window.last_day,
            working_days=10,
            provisional=False,
            before=real_calendar(),
            after=after,
        )
        assert (revised is not None) is touched


@pytest.mark.parametrize("year", KNOWN)
def test_a_published_schedule_raises_no_doubt_but_by_a_later_law(year: int) -> None:
    # 05-02 (2025) and lunar New Year's Eve (2025) became statutory holidays only with the measure of 2024-11-10.
    doubts = schedule_doubts(real_calendar().years[year])
    assert all("法定节假日" in doubt for doubt in doubts)
    assert year < 2025 or doubts == []


def test_what_looks_wrong_in_a_schedule_is_named() -> None:
    monday, new_year = date(2027, 3, 1), date(2027, 1, 1)
    few = CalendarYear(2027, frozenset({new_year}), frozenset({monday}), "typed in a hurry")
    short, weekday, missing = schedule_doubts(few)
    assert "只有 1 天" in short
    assert "2027-03-01" in weekday
    assert "2027-10-01" in missing
    assert "2027-01-01" not in missing
    assert schedule_doubts(CalendarYear(2027, floor_days(2027), frozenset(), "the floor")) == []


def test_a_schedule_of_a_year_outside_the_table_is_asked_for_its_fixed_holidays_only() -> None:
    days = frozenset({date(2190, 1, 1), date(2190, 5, 1), date(2190, 5, 2)})
    [_few, missing] = schedule_doubts(CalendarYear(2190, days, frozenset(), "far ahead"))
    assert "2190-10-01" in missing
    assert "2190-02" not in missing


def test_a_schedule_may_name_days_of_the_december_before_and_no_others() -> None:
    CalendarYear(2019, frozenset({date(2018, 12, 31)}), frozenset({date(2018, 12, 29)}), "2019")
    for stray in (date(2018, 11, 30), date(2020, 1, 1)):
        with pytest.raises(ValueError, match=stray.isoformat()):
            CalendarYear(2019, frozenset({stray}), frozenset(), "stray")
