"""Until when a window must stay open for each channel to have done its part (Art. 11).

A channel that starts late does not shorten the term: a notice posted on a day is up for the full term counted from that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from notices.statutory.window import ONE_DAY, comment_window, count_working_days
from notices.statutory.workdays import Calendar

INSERTIONS_DUE = 2  # Art. 11 (2)


class Channel(StrEnum):
    """The channels that can be late; the website opens with the notice itself."""

    POSTING = "posting"
    NEWSPAPER = "newspaper"


@dataclass(frozen=True, slots=True)
class Demand:
    """The last day that one late channel needs; ``day`` is when it was posted or printed, ``name`` where."""

    channel: Channel
    name: str
    day: date
    last_day: date


def late_channels(
    *,
    published_on: date,
    last_day: date,
    working_days: int,
    postings: Iterable[tuple[str, date]],
    insertions: Iterable[tuple[str, date]],
    calendar: Calendar,
) -> tuple[Demand, ...]:
    """Return what the channels need beyond the last day, the longest first; nothing when every channel was in time.

    ``postings`` are the sites with the day each went up, ``insertions`` the newspapers with the day of print; leave the
    postings out where Art. 31 exempts from them.
    """
    demands = [
        Demand(Channel.POSTING, name, day, _full_term(day, working_days, calendar))
        for name, day in postings
        if day > published_on
    ]
    demands += _second_insertion(insertions, published_on, calendar)
    late = (demand for demand in demands if demand.last_day > last_day)
    return tuple(sorted(late, key=lambda demand: (demand.last_day, demand.day), reverse=True))


def cure(needed: date, last_day: date, *, today: date, calendar: Calendar) -> date:
    """Return the last day to set now: the one needed, or when that is past as many working days as were missing, from today."""
    if needed >= today:
        return needed
    missing = count_working_days(last_day, needed, calendar)
    return comment_window(today, working_days=max(missing, 1), calendar=calendar).last_day


def _full_term(day: date, working_days: int, calendar: Calendar) -> date:
    return comment_window(day, working_days=working_days, calendar=calendar).last_day


def _second_insertion(
    insertions: Iterable[tuple[str, date]], published_on: date, calendar: Calendar
) -> list[Demand]:
    """Return the demand of the insertion that completes the two; what was printed before publication does not count."""
    by_day = {day: name for name, day in insertions if day >= published_on}
    if len(by_day) < INSERTIONS_DUE:
        return []
    day = sorted(by_day)[INSERTIONS_DUE - 1]
    end = day
    while not calendar.counts(end):  # a term does not end on a day off (民法典 第203条)
        end += ONE_DAY
    return [Demand(Channel.NEWSPAPER, by_day[day], day, end)]
