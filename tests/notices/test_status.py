"""What a reader is told of a window, day by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from notices.calendars import current_calendar
from notices.selectors import status_of, strip_of
from notices.statutory.window import ZONE
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPENED = datetime(2026, 6, 1, 9, 0, tzinfo=ZONE)  # a Monday


@pytest.mark.parametrize(
    ("day", "left"), [(0, 10), (1, 10), (2, 9), (4, 7), (5, 6), (14, 1)], ids=lambda value: str(value)
)
def test_the_day_of_publication_is_not_among_the_days_left(day: int, left: int) -> None:
    record = make_notice(now=OPENED).record
    now = OPENED + timedelta(days=day)
    status = status_of(record, now=now, calendar=current_calendar())
    assert (status.key, status.working_days_left) == ("open", left)
    strip = strip_of(record, today=now.date(), calendar=current_calendar())
    assert strip is not None
    assert f"还剩 {left} 个工作日" in strip.summary


def test_the_window_is_closed_at_midnight_after_its_last_day() -> None:
    record = make_notice(now=OPENED).record
    last_second = datetime(2026, 6, 15, 23, 59, 59, tzinfo=ZONE)
    assert status_of(record, now=last_second, calendar=current_calendar()).key == "open"
    closed = status_of(record, now=last_second + timedelta(seconds=1), calendar=current_calendar())
    assert (closed.key, closed.can_comment) == ("closed", False)
