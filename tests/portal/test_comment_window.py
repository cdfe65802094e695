"""manage.py comment_window against the published schedules of the State Council."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

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


def window(*args: str) -> dict[str, object]:
    out = StringIO()
    call_command("comment_window", *args, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(("published", "last_day", "counting_first"), GOLDEN)
def test_the_window_follows_the_published_schedule(
    published: str, last_day: str, counting_first: str | None
) -> None:
    answer = window(published)
    assert answer["first_day"] == published
    assert answer["last_day"] == last_day
    assert answer["provisional"] is False
    if counting_first:
        assert answer["last_day_counting_first"] == counting_first


def test_a_year_without_a_schedule_gives_a_provisional_end_that_is_not_too_early() -> None:
    answer = window("2026-12-18")
    assert answer["provisional"] is True
    assert str(answer["last_day"]) >= "2027-01-04"
    assert "chinesecalendar" in str(answer["calendar"])


def test_a_simplified_window_is_shorter() -> None:
    assert window("2022-03-17", "--working-days", "5")["last_day"] == "2022-03-24"


def test_a_wrong_date_is_answered_with_how_to_write_one() -> None:
    with pytest.raises(CommandError, match="2022-03-17"):
        window("17.3.2022")
