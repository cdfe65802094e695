"""Slowing down whoever sends or guesses too much, without turning anybody away.

A whole village may sit behind one address, so the limits are wide and the answer to too many requests is a short wait.
Addresses are counted as keyed hashes in the shared cache, by the minute or the hour of the clock. Two requests at the
same instant may count as one: a limit this wide does not mind.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MINUTE = 60
HOUR = 3600
FREE_SUBMISSIONS_A_MINUTE = 60
FREE_FAILURES_AN_HOUR = 3
MOST_DOUBLINGS = 8  # a power of the bare count would overflow after a thousand failures
LONGEST_WAIT = 2.0  # seconds; a worker is held as long, so it stays short

pause: Callable[[float], None] = time.sleep


def client_address(request: HttpRequest) -> str:
    """Return the sender's address: from the header that a trusted proxy sets where one is named, else the peer's."""
    header = getattr(settings, "TRUSTED_PROXY_HEADER", "")
    forwarded = request.META.get(header, "") if header else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _key(kind: str, value: str, seconds: int) -> str:
    # A span of the clock in the key ends the counting by itself, however often somebody comes back.
    span = int(time.time() // seconds)
    return f"throttle:{kind}:{span}:{salted_hmac('notices.opinions.throttle', value).hexdigest()[:32]}"


def _count(key: str, seconds: int) -> int:
    # Not incr(): backends without one of their own write the sum back with the default timeout.
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count


def slow_submissions(request: HttpRequest) -> None:
    """Count a submission and wait in proportion to how far its address is over the free number of this minute."""
    over = _count(_key("submit", client_address(request), MINUTE), MINUTE) - FREE_SUBMISSIONS_A_MINUTE
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
        _count(key, HOUR)


def _guess_keys(request: HttpRequest, number: str) -> tuple[str, str]:
    return _key("number", number, HOUR), _key("guess", client_address(request), HOUR)
