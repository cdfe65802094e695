"""The window after a statutory item was changed: the later of the old end and a full term from the last channel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.statutory.corrections import last_day_after_correction
from notices.statutory.window import count_working_days

from .schedules import real_calendar

# Published on Thursday 2022-03-17, ten working days: until 2022-03-31. 2022-04-02 is a make-up day, 04-03 to 04-05 are off.
TABLE = [
    ("2022-03-31", [], 10, "2022-03-31"),
    ("2022-03-31", ["2022-03-17"], 10, "2022-03-31"),
    ("2022-03-31", ["2022-03-18"], 10, "2022-04-01"),
    ("2022-03-31", ["2022-03-21"], 10, "2022-04-02"),
    ("2022-03-31", ["2022-03-22"], 10, "2022-04-06"),
    ("2022-03-31", ["2022-03-21", "2022-03-22"], 10, "2022-04-06"),
    ("2022-03-31", ["2022-03-22", "2022-03-21"], 10, "2022-04-06"),
    ("2022-04-15", ["2022-03-22"], 10, "2022-04-15"),
    ("2022-03-24", ["2022-03-22"], 5, "2022-03-29"),
    ("2022-03-31", ["2022-03-22"], 5, "2022-03-31"),
]


@pytest.mark.parametrize(("old", "channels", "days", "expected"), TABLE)
def test_the_later_of_the_old_end_and_a_full_term_from_the_last_channel(
    old: str, channels: list[str], days: int, expected: str
) -> None:
    found = last_day_after_correction(
        date.fromisoformat(old),
        [date.fromisoformat(day) for day in channels],
        working_days=days,
        calendar=real_calendar(),
    )
    assert found == date.fromisoformat(expected)


@settings(max_examples=100)
@given(
    old=st.dates(date(2021, 1, 1), date(2024, 12, 31)),
    offsets=st.lists(st.integers(-20, 40), max_size=4),
    days=st.sampled_from([5, 10]),
)
def test_it_is_never_earlier_and_every_channel_has_its_term(old: date, offsets: list[int], days: int) -> None:
    channels = [old + timedelta(days=offset) for offset in offsets]
    found = last_day_after_correction(old, channels, working_days=days, calendar=real_calendar())
    assert found >= old
    assert all(count_working_days(day, found, real_calendar()) >= days for day in channels)
