"""Working days of China: published schedules, and the careful guess for years that have none yet.

A schedule (国务院办公厅 notice, one a year) lists days off and make-up days (调休). It appears between October and December of
the year before and was amended in mid-year three times in twelve years, so a calendar is a versioned set of records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

SATURDAY = 5
FRIDAY = 4

# A schedule turns weekdays around a holiday into days off. Three days reach far enough around the short holidays. The seven- and
# eight-day holidays reach further than that: 2020-10-08 lies five days after the last statutory day (10-03).
SHORT_MARGIN = 3
LONG_MARGIN = 5
SPRING_FESTIVAL_DAYS = 4  # 除夕 to 初三
# Weekdays between a weekend and 1 January, at most this many, may become days off (2018-12-31 did).
BRIDGE_DAYS = 2
FEWEST_OFF_DAYS = (
    10  # a whole year has at least 13 statutory days (2025 on); fewer listed means that some were left out
)

# All days on which a movable holiday can fall at all, for years outside the table.
_MOVABLE_RANGES = (
    ((1, 20), (2, 25), LONG_MARGIN),
    ((4, 3), (4, 6), SHORT_MARGIN),
    ((5, 26), (6, 26), SHORT_MARGIN),
    ((9, 6), (10, 9), SHORT_MARGIN),
)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's schedule: days off and make-up days, and where it comes from.

    A record may hold days of the December before: the schedule of 2019 made 2018-12-29 a working day.
    Raises ValueError when a day is named both as off and as make-up, or belongs to neither.
    """

    year: int
    off_days: frozenset[date]
    makeup_days: frozenset[date]
    source: str

    def __post_init__(self) -> None:
        both = sorted(self.off_days & self.makeup_days)
        if both:
            days = "、".join(day.isoformat() for day in both)
            raise ValueError(f"{self.year} 年安排中，{days} 既是放假日又是调休上班日，请核对。")
        outside = sorted(
            day for day in self.off_days | self.makeup_days if not is_of_schedule(day, self.year)
        )
        if outside:
            raise ValueError(
                f"{_named(outside)} 不属于 {self.year} 年安排：只能是 {self.year} 年和上一年 12 月的日期。"
            )


def is_of_schedule(day: date, year: int) -> bool:
    """Return whether the schedule of a year may name a day: one of the year or of the December before."""
    return day.year == year or (day.year == year - 1 and day.month == 12)


def calendar_year_from_holidays(
    year: int, off: Iterable[date], makeup: Iterable[date], source: str
) -> CalendarYear:
    """Return a year's schedule made from any two collections of dates."""
    return CalendarYear(year=year, off_days=frozenset(off), makeup_days=frozenset(makeup), source=source)


@dataclass(frozen=True)
class Calendar:
    """The schedules known at one moment, and the name under which notices and receipts cite them."""

    years: Mapping[int, CalendarYear]
    version: str
    _listed: Mapping[date, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        listed: dict[date, bool] = {}
        # In order of years: a later schedule may rule over days of the December before.
        for _year, record in sorted(self.years.items()):
            listed.update(dict.fromkeys(record.off_days, False))
            listed.update(dict.fromkeys(record.makeup_days, True))
        object.__setattr__(self, "_listed", listed)

    def covers(self, year: int) -> bool:
        """Return whether the schedule of a year is known."""
        return year in self.years

    def is_listed(self, day: date) -> bool:
        """Return whether a schedule names the day as off or as make-up."""
        return day in self._listed

    def is_working_day(self, day: date) -> bool | None:
        """Return whether a day is a working day; None while no schedule decides it."""
        listed = self._listed.get(day)
        if listed is not None:
            return listed
        if not self.covers(day.year):
            return None
        if not self.covers(day.year + 1) and _may_bridge_to_new_year(day):
            return None
        return day.weekday() < SATURDAY

    def provisional_working_day(self, day: date) -> bool:
        """Return whether a day counts while no schedule decides it; never true for a day that a schedule may take away.

        No weekend day counts, no statutory holiday, and no weekday close to one.
        """
        if day.weekday() >= SATURDAY:
            return False
        return not _is_near_floor_holiday(day)

    def counts(self, day: date) -> bool:
        """Return whether a day counts: as its schedule says, else provisionally."""
        known = self.is_working_day(day)
        return self.provisional_working_day(day) if known is None else known


def floor_days(year: int) -> frozenset[date]:
    """Return the statutory holidays of a year that no schedule can take away (全国年节及纪念日放假办法, 2024-11-10).

    For years outside the table: every day on which a movable holiday can fall.
    """
    return frozenset(day for days, _margin in _floor_blocks(year) for day in days)


def schedule_doubts(schedule: CalendarYear) -> list[str]:
    """Return what looks wrong in a schedule though nothing forbids it; each sentence says what to check."""
    doubts = []
    if len(schedule.off_days) < FEWEST_OFF_DAYS:
        doubts.append(
            f"放假日期只有 {len(schedule.off_days)} 天，全年一般不少于 {FEWEST_OFF_DAYS} 天，请核对是否漏录。"
            "修改放假安排的通知，也要录入全年完整的安排。"
        )
    weekdays = sorted(day for day in schedule.makeup_days if day.weekday() < SATURDAY)
    if weekdays:
        doubts.append(f"调休上班日 {_named(weekdays)} 本来就是周一至周五，请核对。")
    missing = sorted(_certain_floor_days(schedule.year) - schedule.off_days)
    if missing:
        doubts.append(f"法定节假日 {_named(missing)} 不在放假日期里，请核对。")
    return doubts


def _certain_floor_days(year: int) -> frozenset[date]:
    """Return the statutory holidays of a year that are certain: for years outside the table only the fixed ones."""
    if year in _movable_holidays():
        return floor_days(year)
    return frozenset(day for days, _margin in _fixed_blocks(year) for day in days)


def _named(days: Iterable[date]) -> str:
    return "、".join(day.isoformat() for day in days)


def _is_near_floor_holiday(day: date) -> bool:
    reach = timedelta(days=LONG_MARGIN)
    for year in {(day - reach).year, (day + reach).year}:
        for days, margin in _floor_blocks(year):
            if days[0] - timedelta(days=margin) <= day <= days[-1] + timedelta(days=margin):
                return True
    return False


def _may_bridge_to_new_year(day: date) -> bool:
    """Return whether next year's schedule may make a day of December a day off: it joins a weekend to 1 January."""
    if day.month != 12 or day.weekday() > FRIDAY:
        return False
    new_year = date(day.year + 1, 1, 1)
    return new_year.weekday() <= BRIDGE_DAYS and (new_year - day).days <= new_year.weekday()


@cache
def _movable_holidays() -> dict[int, dict[str, str]]:
    text = files(__package__).joinpath("data/floor_holidays.json").read_text(encoding="utf-8")
    return {int(year): days for year, days in json.loads(text)["years"].items()}


@cache
def _floor_blocks(year: int) -> tuple[tuple[tuple[date, ...], int], ...]:
    """Return each holiday of a year as its days in order and the margin around them, in days."""
    fixed = _fixed_blocks(year)
    movable = _movable_holidays().get(year)
    if movable is None:
        ranges = ((date(year, *first), date(year, *last), margin) for first, last, margin in _MOVABLE_RANGES)
        return fixed + tuple(
            (_span(first, (last - first).days + 1), margin) for first, last, margin in ranges
        )
    eve, *others = (
        date.fromisoformat(f"{year}-{movable[name]}")
        for name in ("new_year_eve", "qingming", "dragon_boat", "mid_autumn")
    )
    spring = (_span(eve, SPRING_FESTIVAL_DAYS), LONG_MARGIN)
    return (*fixed, spring, *((_span(day, 1), SHORT_MARGIN) for day in others))


def _fixed_blocks(year: int) -> tuple[tuple[tuple[date, ...], int], ...]:
    return (
        (_span(date(year, 1, 1), 1), SHORT_MARGIN),
        (_span(date(year, 5, 1), 2), SHORT_MARGIN),
        (_span(date(year, 10, 1), 3), LONG_MARGIN),
    )


def _span(first: date, days: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=offset) for offset in range(days))
