"""What becomes of a window when its calendar changes: later or as it was, never earlier (domain rules 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from notices.statutory.window import comment_window, strip_days
from notices.statutory.workdays import Calendar


@dataclass(frozen=True, slots=True)
class RevisedWindow:
    """A window counted again: its last day and whether that is still provisional."""

    last_day: date
    provisional: bool


def revised_window(
    counted_from: date,
    last_day: date,
    *,
    working_days: int,
    provisional: bool,
    before: Calendar | None,
    after: Calendar,
) -> RevisedWindow | None:
    """Return the window under the calendar ``after``, None when the change does not touch it.

    ``before`` is the calendar under which the window was counted last, None when that cannot be told any more. Only the days of
    the shortest lawful window matter: a longer end that the proponent chose stays as it is.
    """
    shortest = comment_window(counted_from, working_days=working_days, calendar=after)
    end = max(last_day, shortest.last_day)
    if before is None:
        same = (end, shortest.provisional) == (last_day, provisional)
    else:
        same = strip_days(counted_from, shortest.last_day, before) == shortest.days
    return None if same else RevisedWindow(end, shortest.provisional)
