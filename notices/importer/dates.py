"""Dates in notices: single ones, ranges whose end leaves out year or month, and the date below a notice."""

from __future__ import annotations

import re
from datetime import date

YEARS = range(1990, 2100)
_DATE_PARTS = r"(?:(?P<{0}y>(?:19|20)\d\d) ?[年.\-/] ?)?(?P<{0}m>1[0-2]|0?[1-9]) ?[月.\-/] ?(?P<{0}d>3[01]|[12]\d|0?[1-9])(?!\d) ?[日号]?"
FULL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d) ?[年.\-/] ?(?P<m>1[0-2]|0?[1-9]) ?[月.\-/] ?(?P<d>3[01]|[12]\d|0?[1-9])(?!\d) ?[日号]?"
)
_WEEKDAY = r"(?: ?\((?:星期|周)[一二三四五六日天]\))?"
_CLOCK = r"(?: ?\d{1,2}[:时]\d{0,2}分?)?"
RANGE = re.compile(
    r"(?<!\d)"
    + _DATE_PARTS.format("a")
    + _WEEKDAY
    + _CLOCK
    + r" ?(?:起|开始)? ?(?:-{1,4}|~{1,2}|至|到|止|起至) ?"
    + r"(?:"
    + _DATE_PARTS.format("b")
    + r"|(?P<only>3[01]|[12]\d|0?[1-9]) ?[日号])"
    + _WEEKDAY
    + _CLOCK
)


def as_date(year: int, month: int, day: int) -> date | None:
    """Return a date, None when there is no such day."""
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def range_dates(match: re.Match[str]) -> tuple[date | None, date | None]:
    """Return the two days of a range; both None where the years are not stated or the end lies before the start."""
    if not match["ay"]:
        return None, None
    year, month = int(match["ay"]), int(match["am"])
    start = as_date(year, month, int(match["ad"]))
    if match["only"]:
        end = as_date(year, month, int(match["only"]))
    else:
        end = as_date(int(match["by"] or year), int(match["bm"]), int(match["bd"]))
    if start is None or end is None or end < start:
        return None, None
    return start, end
