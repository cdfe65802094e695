"""Working days: what schedules say, and what is assumed where there is none."""

from datetime import date, timedelta

import pytest

from notices.statutory.workdays import Calendar, CalendarYear, calendar_year_from_holidays, floor_days

from .schedules import real_calendar

EMPTY = Calendar({}, "empty")


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2022-03-17", True),
        ("2022-03-19", False),
        ("2022-04-02", True),  # Saturday, make-up day
        ("2022-04-04", False),  # Monday, off
        ("2022-04-05", False),
        ("2022-10-08", True),
        ("2020-01-31", False),  # added by the amendment of 2020-01-27
    ],
)
def test_a_published_schedule_decides(day: str, working: bool) -> None:
    assert real_calendar().is_working_day(date.fromisoformat(day)) is working


def test_a_year_without_schedule_is_unknown_not_free_of_holidays() -> None:
    assert real_calendar().is_working_day(date(2027, 3, 10)) is None
    assert not real_calendar().covers(2027)
    assert real_calendar().covers(2026)


def test_days_of_december_follow_the_schedule_of_the_next_year() -> None:
    years = {
        2018: calendar_year_from_holidays(2018, [], [], "2018"),
        2019: calendar_year_from_holidays(2019, [date(2018, 12, 31)], [date(2018, 12, 29)], "2019"),
    }
    calendar = Calendar(years, "both")
    assert calendar.is_working_day(date(2018, 12, 29)) is True
    assert calendar.is_working_day(date(2018, 12, 31)) is False


def test_a_december_bridge_day_is_unknown_while_the_next_schedule_is() -> None:
    alone = Calendar({2018: calendar_year_from_holidays(2018, [], [], "2018")}, "2018 only")
    assert alone.is_working_day(date(2018, 12, 31)) is None
    assert not alone.counts(date(2018, 12, 31))
    assert alone.is_working_day(date(2018, 12, 28)) is True


def test_a_december_weekday_that_cannot_bridge_stays_known() -> None:
    assert real_calendar().is_working_day(date(2026, 12, 31)) is True


@pytest.mark.parametrize(
    "day",
    [
        "2027-01-02",  # weekend
        "2027-01-01",
        "2027-01-04",  # within three days of New Year
        "2027-02-05",  # lunar New Year's Eve
        "2027-02-12",  # four days after 初三
        "2027-04-05",
        "2027-04-02",
        "2027-06-09",
        "2027-06-11",
        "2027-09-15",
        "2027-10-01",
        "2027-10-08",  # five days after 10-03, as in 2020
    ],
)
def test_a_day_that_a_schedule_may_take_away_does_not_count_provisionally(day: str) -> None:
    assert not EMPTY.provisional_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2027-01-05", "2027-03-10", "2027-04-09", "2027-10-11", "2027-12-01"])
def test_an_ordinary_weekday_counts_provisionally(day: str) -> None:
    assert EMPTY.provisional_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("year", range(2019, 2027))
def test_the_schedules_of_the_past_contain_every_statutory_holiday(year: int) -> None:
    new_year_eve_was_no_holiday = {date(2024, 2, 9)}
    added_in_2025 = {date(year, 5, 2)} if year < 2025 else set()
    expected = floor_days(year) - new_year_eve_was_no_holiday - added_in_2025
    worked = [day for day in expected if real_calendar().is_working_day(day)]
    assert worked == []


def test_years_outside_the_table_use_every_day_a_holiday_can_fall_on() -> None:
    assert {date(2075, 2, 15), date(2075, 4, 5), date(2075, 6, 15), date(2075, 9, 24)} <= floor_days(2075)
    assert any(EMPTY.provisional_working_day(date(2075, 1, 1) + timedelta(days=n)) for n in range(31))


def test_a_day_cannot_be_off_and_make_up_at_once() -> None:
    day = date(2027, 1, 4)
    with pytest.raises(ValueError, match="2027-01-04"):
        CalendarYear(2027, frozenset({day}), frozenset({day}), "typed wrongly")
