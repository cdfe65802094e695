"""What filters understand of what was typed."""

from __future__ import annotations

from datetime import date

import pytest

from search.narrowing import as_industry, known, read_day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026/3/31", date(2026, 3, 31)),
        ("2026年3月31日", date(2026, 3, 31)),
        ("20260331", date(2026, 3, 31)),
        ("2026-02-30", None),
        ("0000-01-01", None),
        ("31.3.", None),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


def test_industries_that_differ_in_widths_and_spaces_are_one() -> None:
    assert as_industry(" 铁矿采选（０８１０） ") == as_industry("铁矿采选(0810)") == "铁矿采选(0810)"
    assert as_industry("黑色金属\u3000 采选") == "黑色金属 采选"


@pytest.mark.parametrize(
    ("facet", "value", "is_known"),
    [
        ("county", "141026", True),
        ("county", "14", True),
        ("county", "１４", False),
        ("state", "open", True),
        ("state", "draft", False),
        ("kind", "pre_approval", True),
        ("kind", "x", False),
        ("year", "2026", True),
        ("year", "26", False),
        ("industry", "铁矿采选", True),
    ],
)
def test_only_values_that_a_notice_can_have_narrow(facet: str, value: str, is_known: bool) -> None:
    assert known(facet, value) is is_known
