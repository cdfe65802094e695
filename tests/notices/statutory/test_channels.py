"""What a late channel needs: the full term from a posting, the second insertion inside the window."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notices.statutory.channels import Channel, Demand, cure, late_channels

from .schedules import real_calendar

PUBLISHED, LAST = date(2022, 3, 17), date(2022, 3, 31)


def late(**changes: Any) -> tuple[Demand, ...]:
    values: dict[str, Any] = {
        "published_on": PUBLISHED,
        "last_day": LAST,
        "working_days": 10,
        "postings": [],
        "insertions": [],
        "calendar": real_calendar(),
    }
    return late_channels(**(values | changes))


@pytest.mark.parametrize("posted", [date(2022, 3, 16), PUBLISHED])
def test_a_posting_in_time_needs_nothing(posted: date) -> None:
    assert late(postings=[("清水沟村", posted)]) == ()


@pytest.mark.parametrize(
    ("posted", "needed"),
    [
        (date(2022, 3, 18), date(2022, 4, 1)),
        (date(2022, 3, 19), date(2022, 4, 1)),  # a Saturday does not count anyway
        (date(2022, 3, 21), date(2022, 4, 2)),  # ends on a make-up Saturday
        (date(2022, 3, 22), date(2022, 4, 6)),  # across Qingming
    ],
)
def test_a_late_posting_needs_the_full_term_from_its_day(posted: date, needed: date) -> None:
    assert late(postings=[("清水沟村", posted)]) == (Demand(Channel.POSTING, "清水沟村", posted, needed),)


def test_a_late_posting_inside_a_longer_window_needs_nothing() -> None:
    assert late(postings=[("清水沟村", date(2022, 3, 22))], last_day=date(2022, 4, 6)) == ()


def test_the_most_demanding_site_comes_first() -> None:
    demands = late(postings=[("清水沟村", date(2022, 3, 18)), ("柳坪村", date(2022, 3, 22))])
    assert [demand.name for demand in demands] == ["柳坪村", "清水沟村"]


def test_the_second_insertion_must_lie_inside_the_window() -> None:
    first, second = ("临汾日报", PUBLISHED), ("临汾日报", date(2022, 4, 4))
    assert late(insertions=[first, ("临汾日报", LAST)]) == ()
    # Printed on a day off: the term ends on the next working day (民法典 203).
    assert late(insertions=[first, second]) == (
        Demand(Channel.NEWSPAPER, "临汾日报", date(2022, 4, 4), date(2022, 4, 6)),
    )


def test_only_the_insertion_that_completes_two_counts_and_none_from_before() -> None:
    rows = [("临汾日报", day) for day in (date(2022, 3, 10), PUBLISHED, date(2022, 3, 25), date(2022, 4, 8))]
    assert late(insertions=rows) == ()
    assert late(insertions=rows[:2]) == ()


def test_five_working_days_are_the_term_of_a_simplified_notice() -> None:
    [demand] = late(postings=[("清水沟村", date(2022, 3, 22))], working_days=5, last_day=date(2022, 3, 24))
    assert demand.last_day == date(2022, 3, 29)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 3, 25), date(2022, 4, 6)),
        (date(2022, 4, 6), date(2022, 4, 6)),
        # Three working days were missing (04-01, 04-02, 04-06): as many from the day of the decision.
        (date(2022, 4, 11), date(2022, 4, 14)),
    ],
)
def test_a_missed_end_is_cured_by_the_days_that_were_missing(today: date, expected: date) -> None:
    assert cure(date(2022, 4, 6), LAST, today=today, calendar=real_calendar()) == expected
