"""The clocks of Arts. 15 and 16 across weekends, holidays and make-up days."""

from __future__ import annotations

from datetime import date

import pytest

from notices.statutory.meetings import (
    announce_by,
    earliest_meeting,
    invite_by,
    is_announced_in_time,
    minutes_by,
)
from tests.notices.statutory.schedules import real_calendar

CALENDAR = real_calendar()


@pytest.mark.parametrize(
    ("announced", "earliest"),
    [
        (date(2022, 3, 17), date(2022, 3, 31)),
        (date(2022, 3, 21), date(2022, 4, 2)),  # a Saturday that is a working day
        (date(2022, 3, 22), date(2022, 4, 6)),  # over 清明
        (date(2022, 9, 27), date(2022, 10, 14)),  # over 国庆 with two make-up days
    ],
)
def test_a_meeting_follows_its_notice_by_ten_working_days(announced: date, earliest: date) -> None:
    assert earliest_meeting(announced, CALENDAR) == earliest
    assert is_announced_in_time(announced, earliest, CALENDAR)
    assert not is_announced_in_time(date.fromordinal(announced.toordinal() + 1), earliest, CALENDAR)


@pytest.mark.parametrize(
    ("held", "invite", "minutes"),
    [
        (date(2022, 3, 31), date(2022, 3, 24), date(2022, 4, 8)),
        (date(2022, 10, 14), date(2022, 10, 9), date(2022, 10, 21)),
        (date(2022, 5, 3), date(2022, 4, 24), date(2022, 5, 10)),  # on a day off
    ],
)
def test_the_clocks_before_and_after_a_meeting(held: date, invite: date, minutes: date) -> None:
    announce = announce_by(held, CALENDAR)
    assert is_announced_in_time(announce, held, CALENDAR)
    assert not is_announced_in_time(date.fromordinal(announce.toordinal() + 1), held, CALENDAR)
    assert (invite_by(held, CALENDAR), minutes_by(held, CALENDAR)) == (invite, minutes)
