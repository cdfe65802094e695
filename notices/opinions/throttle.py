"""Slowing down whoever sends or guesses too much, without turning anybody away.

A whole village may sit behind one address, so the limits are wide and the answer to too many requests is a short wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest

from notices.throttling import HOUR, LONGEST_WAIT, MINUTE, client_address, count_up, counter_key

FREE_SUBMISSIONS_A_MINUTE = 60
FREE_FILES_AN_HOUR = 200
FREE_FAILURES_AN_HOUR = 3
MOST_DOUBLINGS = 8  # a power of the bare count would overflow after a thousand failures

pause: Callable[[float], None] = time.sleep


def slow_submissions(request: HttpRequest) -> None:
    """Count a submission and wait in proportion to how far its address is over the free number of this minute."""
    over = (
        count_up(counter_key("submit", client_address(request), MINUTE), MINUTE) - FREE_SUBMISSIONS_A_MINUTE
    )
    if over > 0:
        pause(min(LONGEST_WAIT, over * 0.05))


def slow_uploads(request: HttpRequest) -> None:
    """Count a request with files and wait in proportion to how far its address is over the free number of this hour."""
    over = count_up(counter_key("files", client_address(request), HOUR), HOUR) - FREE_FILES_AN_HOUR
    if over > 0:
        pause(min(LONGEST_WAIT, over * 0.05))


def slow_guessing(request: HttpRequest, number: str) -> None:
    """Wait before an attempt at a look-up code when this number or this address has failed before in this hour."""
    failures = max(cache.get(key, 0) for key in _guess_keys(request, number))
    if failures >= FREE_FAILURES_AN_HOUR:
        doublings = min(failures - FREE_FAILURES_AN_HOUR, MOST_DOUBLINGS)
        pause(min(LONGEST_WAIT, 0.25 * 2**doublings))


def count_failure(request: HttpRequest, number: str) -> None:
    """Remember a wrong look-up code until the hour of the clock ends."""
    for key in _guess_keys(request, number):
        count_up(key, HOUR)


def _guess_keys(request: HttpRequest, number: str) -> tuple[str, str]:
    return counter_key("number", number, HOUR), counter_key("guess", client_address(request), HOUR)
