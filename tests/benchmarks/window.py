"""How long the end of a comment window takes to compute: it is shown on every line of every list."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

from notices.calendars import library_years
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar
from portal.figures import Figure

DAYS = 3650


def run() -> Iterator[Figure]:
    """Compute the window of ten years of publication days."""
    calendar = Calendar(years=library_years(), version="benchmark")
    first = date(2018, 1, 1)
    began = time.perf_counter()
    for number in range(DAYS):
        comment_window(first + timedelta(days=number), working_days=10, calendar=calendar)
    spent = time.perf_counter() - began
    yield Figure("comment window", spent / DAYS * 1e6, "µs", size=f"{DAYS} publication days")
