"""The comment window: golden dates, properties, and the last second."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.statutory.window import (
    GRACE,
    DayKind,
    Timeliness,
    classify,
    comment_window,
    count_working_days,
    deadline,
    strip_days,
    working_days_left,
)
from notices.statutory.workdays import Calendar, calendar_year_from_holidays, floor_days

from .schedules import real_calendar

GOLDEN = [
    ("2022-03-17", "2022-03-31", "2022-03-30"),
    ("2022-03-16", "2022-03-30", "2022-03-29"),
    ("2022-03-21", "2022-04-02", "2022-04-01"),
    ("2022-03-22", "2022-04-06", "2022-04-02"),
    ("2022-09-27", "2022-10-14", None),
    ("2019-04-25", "2019-05-10", "2019-05-09"),
    ("2024-06-05", "2024-06-20", "2024-06-19"),
    ("2025-02-07", "2025-02-20", "2025-02-19"),
    ("2025-06-03", "2025-06-17", "2025-06-16"),
    ("2026-12-17", "2026-12-31", None),
]


@pytest.mark.parametrize(("published", "last_day", "counting_first"), GOLDEN)
def test_golden_windows_of_ten_working_days(
    published: str, last_day: str, counting_first: str | None
) -> None:
    window = comment_window(date.fromisoformat(published), calendar=real_calendar())
    assert window.first_day.isoformat() == published
    assert window.last_day.isoformat() == last_day
    assert counting_first is None or window.last_day_counting_first.isoformat() == counting_first
    assert not window.provisional
    assert window.calendar == "real-2026"


def test_a_window_into_a_year_without_schedule_is_provisional_and_not_too_early() -> None:
    window = comment_window(date(2026, 12, 18), calendar=real_calendar())
    assert window.provisional
    assert window.last_day == date(2027, 1, 5)


def test_a_window_far_beyond_every_schedule_ends() -> None:
    window = comment_window(date(2150, 1, 10), working_days=250, calendar=Calendar({}, "none"))
    assert window.provisional
    assert window.days[-1].number == 250


@pytest.mark.parametrize("number", [0, -1, 251])
def test_an_impossible_number_of_working_days_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="工作日数"):
        comment_window(date(2022, 3, 17), working_days=number, calendar=real_calendar())


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(9999, 12, 31)])
def test_an_impossible_year_is_refused(day: date) -> None:
    with pytest.raises(ValueError, match="年份"):
        comment_window(day, calendar=real_calendar())


def test_publication_on_a_day_off_leaves_nothing_to_count_first() -> None:
    window = comment_window(date(2022, 3, 19), calendar=real_calendar())
    assert window.last_day == window.last_day_counting_first == date(2022, 4, 1)


def test_the_strip_shows_publication_working_days_gaps_and_make_up_days() -> None:
    days = {day.date: day for day in comment_window(date(2022, 3, 22), calendar=real_calendar()).days}
    assert (days[date(2022, 3, 22)].kind, days[date(2022, 3, 22)].number) == (DayKind.PUBLICATION, None)
    assert (days[date(2022, 3, 23)].kind, days[date(2022, 3, 23)].number) == (DayKind.WORKING, 1)
    assert days[date(2022, 3, 26)].kind is DayKind.WEEKEND
    assert (days[date(2022, 4, 2)].kind, days[date(2022, 4, 2)].number) == (DayKind.MAKEUP, 9)
    assert days[date(2022, 4, 4)].kind is DayKind.HOLIDAY
    assert days[date(2022, 4, 6)].number == 10
    assert len(days) == 16


def test_the_strip_of_an_extended_window_counts_on() -> None:
    days = strip_days(date(2022, 3, 17), date(2022, 4, 2), real_calendar())
    assert days[-1].number == 12


def test_the_strip_marks_provisional_days() -> None:
    days = {day.date: day for day in strip_days(date(2026, 12, 31), date(2027, 1, 6), real_calendar())}
    assert days[date(2027, 1, 4)].kind is DayKind.PROVISIONAL_SKIPPED
    assert days[date(2027, 1, 5)].kind is DayKind.WORKING
    assert days[date(2027, 1, 5)].provisional
    assert not days[date(2026, 12, 31)].provisional


def test_a_strip_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="截止日早于公开日"):
        strip_days(date(2022, 3, 17), date(2022, 3, 16), real_calendar())


def test_a_mistyped_year_is_refused_instead_of_counted() -> None:
    with pytest.raises(ValueError, match="超过三年"):
        strip_days(date(2022, 3, 17), date(9999, 3, 31), real_calendar())
    with pytest.raises(ValueError, match="超过三年"):
        count_working_days(date(202, 3, 17), date(2022, 3, 31), real_calendar())


@pytest.mark.parametrize(
    ("today", "left"),
    [("2022-03-17", 11), ("2022-03-18", 10), ("2022-03-26", 4), ("2022-03-31", 1), ("2022-04-01", 0)],
)
def test_today_counts_among_the_working_days_left(today: str, left: int) -> None:
    assert working_days_left(date.fromisoformat(today), date(2022, 3, 31), real_calendar()) == left


published_days = st.dates(date(2019, 1, 1), date(2028, 12, 31))
lengths = st.integers(1, 30)


@settings(deadline=None)
@given(published_days, lengths)
def test_a_window_holds_exactly_its_working_days_and_ends_on_one(published: date, number: int) -> None:
    calendar = real_calendar()
    window = comment_window(published, working_days=number, calendar=calendar)
    assert count_working_days(published, window.last_day, calendar) == number
    assert calendar.counts(window.last_day)
    assert [day.number for day in window.days if day.number] == list(range(1, number + 1))
    assert window.last_day_counting_first <= window.last_day
    assert window.days[0].date == published
    assert window.days[-1].date == window.last_day


@settings(deadline=None)
@given(published_days, lengths)
def test_a_later_publication_or_a_longer_term_never_ends_earlier(published: date, number: int) -> None:
    calendar = real_calendar()
    end = comment_window(published, working_days=number, calendar=calendar).last_day
    assert (
        comment_window(published + timedelta(days=1), working_days=number, calendar=calendar).last_day >= end
    )
    assert comment_window(published, working_days=number + 1, calendar=calendar).last_day > end


@settings(deadline=None)
@given(st.integers(2020, 2026), st.integers(-31, 360), lengths)
def test_no_real_schedule_moved_a_provisional_end_later(year: int, offset: int, number: int) -> None:
    published = date(year, 1, 1) + timedelta(days=offset)
    before = comment_window(published, working_days=number, calendar=real_calendar(year - 1))
    after = comment_window(published, working_days=number, calendar=real_calendar(year))
    assert before.last_day >= after.last_day


@st.composite
def plausible_schedules(draw: st.DrawFn) -> Calendar:
    """Draw a schedule of a coming year: the statutory days off, some near weekdays off, some weekend days made up."""
    year = draw(st.integers(2027, 2059))
    floor = floor_days(year)
    every = [date(year, 1, 1) + timedelta(days=offset) for offset in range(365)]
    near = sorted({other + timedelta(days=step) for other in floor for step in range(-3, 4)})
    off = set(
        draw(st.lists(st.sampled_from([day for day in near if day.weekday() < 5 and day.year == year])))
    )
    weekends = [day for day in every if day.weekday() >= 5 and day not in floor]
    makeup = set(draw(st.lists(st.sampled_from(weekends), max_size=8)))
    known = real_calendar().years
    return Calendar(
        {**known, year: calendar_year_from_holidays(year, floor | off, makeup, "drawn")}, f"drawn-{year}"
    )


@settings(deadline=None)
@given(plausible_schedules(), st.integers(-31, 330), lengths)
def test_no_plausible_schedule_moves_a_provisional_end_later(
    schedule: Calendar, offset: int, number: int
) -> None:
    published = date(max(schedule.years), 1, 1) + timedelta(days=offset)
    before = comment_window(published, working_days=number, calendar=real_calendar())
    after = comment_window(published, working_days=number, calendar=schedule)
    assert before.last_day >= after.last_day


END = deadline(date(2022, 3, 31))
OPENED = datetime(2022, 3, 17, 0, 0, tzinfo=END.tzinfo)
SECOND = timedelta(seconds=1)


def test_a_window_ends_at_midnight_in_shanghai() -> None:
    assert END.isoformat() == "2022-04-01T00:00:00+08:00"
    assert datetime(2022, 3, 31, 16, 0, tzinfo=UTC) == END


@pytest.mark.parametrize(
    ("now", "issued", "accepts_late", "expected"),
    [
        (OPENED - SECOND, None, False, Timeliness.NOT_OPEN),
        (OPENED - SECOND, None, True, Timeliness.NOT_OPEN),
        (OPENED, None, False, Timeliness.INSIDE),
        (END - SECOND, None, False, Timeliness.INSIDE),
        (END - timedelta(microseconds=1), None, False, Timeliness.INSIDE),
        (END, None, False, Timeliness.CLOSED),
        (END, END - SECOND, False, Timeliness.LATE),
        (END + GRACE, END - SECOND, False, Timeliness.LATE),
        (END + GRACE + SECOND, END - SECOND, False, Timeliness.CLOSED),
        (END + SECOND, END, False, Timeliness.CLOSED),
        (END + GRACE + SECOND, None, True, Timeliness.LATE),
        (datetime(2022, 3, 31, 15, 59, 59, tzinfo=UTC), None, False, Timeliness.INSIDE),
        (datetime(2022, 3, 31, 16, 0, 0, tzinfo=UTC), None, False, Timeliness.CLOSED),
    ],
)
def test_the_last_second_decides(
    now: datetime, issued: datetime | None, accepts_late: bool, expected: Timeliness
) -> None:
    found = classify(
        now,
        first_day_start=OPENED,
        last_day=date(2022, 3, 31),
        form_issued_at=issued,
        accepts_late=accepts_late,
    )
    assert found is expected


def test_a_window_without_a_set_end_stays_open() -> None:
    assert classify(END + timedelta(days=400), first_day_start=OPENED, last_day=None) is Timeliness.INSIDE


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        classify(datetime(2022, 3, 20, 8, 0), first_day_start=OPENED, last_day=None)  # noqa: DTZ001
