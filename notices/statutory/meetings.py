"""The clocks of a meeting (order no. 4, Arts. 15 and 16), in working days; days are local dates in Asia/Shanghai.

The day from which a term runs is not counted (民法典 第201条): a notice of day D is ten working days before a meeting when the tenth
working day after D is the day of the meeting or an earlier one.
"""

from __future__ import annotations

from datetime import date, timedelta

from notices.statutory.window import ONE_DAY, count_working_days
from notices.statutory.workdays import Calendar

ANNOUNCED_BEFORE = 10  # Art. 15 para. 1
INVITED_BEFORE = 5  # Art. 15 para. 3
MINUTES_WITHIN = 5  # Art. 16


def earliest_meeting(announced_on: date, calendar: Calendar) -> date:
    """Return the first day on which a meeting announced on a day may be held."""
    return _after(announced_on, ANNOUNCED_BEFORE, calendar)


def announce_by(held_on: date, calendar: Calendar) -> date:
    """Return the last day on which the notice of a meeting is in time."""
    return _before(held_on, ANNOUNCED_BEFORE, calendar)


def invite_by(held_on: date, calendar: Calendar) -> date:
    """Return the last day on which experts and representatives are invited in time."""
    return _before(held_on, INVITED_BEFORE, calendar)


def minutes_by(held_on: date, calendar: Calendar) -> date:
    """Return the last day on which the minutes are published in time."""
    return _after(held_on, MINUTES_WITHIN, calendar)


def is_announced_in_time(announced_on: date, held_on: date, calendar: Calendar) -> bool:
    """Whether ten working days lie between the notice and the meeting."""
    return count_working_days(announced_on, held_on, calendar) >= ANNOUNCED_BEFORE


def _after(day: date, working_days: int, calendar: Calendar) -> date:
    while working_days > 0:
        day += ONE_DAY
        working_days -= calendar.counts(day)
    return day


def _before(held_on: date, working_days: int, calendar: Calendar) -> date:
    day, left = held_on, working_days
    while left > 0:
        left -= calendar.counts(day)
        day -= timedelta(days=1)
    return day
