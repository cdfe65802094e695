"""How long a window lasts after a statutory item of its notice was changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar


def last_day_after_correction(
    last_day: date, corrected_on: Iterable[date], *, working_days: int, calendar: Calendar
) -> date:
    """Return the last day after a change of a statutory item: the later of the old one and a full term.

    ``corrected_on`` are the days on which the channels (web page, postings, newspaper) carried the change; the term counts from
    the last of them, that day excluded (民法典 第201条). Without any day the old end stands; it never moves earlier.
    """
    days = list(corrected_on)
    if not days:
        return last_day
    return max(last_day, comment_window(max(days), working_days=working_days, calendar=calendar).last_day)
