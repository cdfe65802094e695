"""Counting requests by sender, for public forms that slow down whoever sends too much.

Addresses are counted as keyed hashes in the shared cache, by the minute or the hour of the clock. Two requests at the
same instant may count as one: limits as wide as ours do not mind.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MINUTE = 60
HOUR = 3600
LONGEST_WAIT = 2.0  # seconds; a thread is held as long, so it stays short
# Requests of one process that may wait at the same time: the other threads stay free for everybody else.
SEATS = 2
_seats = BoundedSemaphore(SEATS)


def client_address(request: HttpRequest) -> str:
    """Return the sender's address: from the header that a trusted proxy sets where one is named, else the peer's."""
    header = getattr(settings, "TRUSTED_PROXY_HEADER", "")
    forwarded = request.META.get(header, "") if header else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def counter_key(kind: str, value: str, seconds: int) -> str:
    """Return the cache key under which a value is counted in the present span of the clock."""
    # A span of the clock in the key ends the counting by itself, however often somebody comes back.
    span = int(time.time() // seconds)
    return f"throttle:{kind}:{span}:{salted_hmac('notices.throttling', value).hexdigest()[:32]}"


def reserve_turn(kind: str, value: str, *, every: float, free: int, longest: float) -> float | None:
    """Reserve the next turn of a value and return how many seconds lie before it; None, and nothing reserved, past ``longest``.

    The first ``free`` ones need not wait, those that follow come one in ``every`` seconds, and a pause earns free ones
    again (the generic cell rate algorithm: all that is kept is when the turns given out so far would be through).
    """
    key = f"turn:{kind}:{salted_hmac('notices.throttling', value).hexdigest()[:32]}"
    now = time.time()
    through = max(cache.get(key, 0.0), now)
    # Rounded: at today's time a float is exact to a quarter of a microsecond only.
    wait = round(through - now - (free - 1) * every, 3)
    if wait > longest:
        return None
    cache.set(key, through + every, through + every - now)
    return max(0.0, wait)


def count_up(key: str, seconds: int) -> int:
    """Count one more and return the count."""
    # Not incr(): backends without one of their own write the sum back with the default timeout.
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count


def wait_on_the_spot(seconds: float, *, pause: Callable[[float], None] = time.sleep) -> bool:
    """Hold the request for some seconds and return true; at once false when as many wait in this process as may."""
    if not _seats.acquire(blocking=False):
        return False
    try:
        pause(seconds)
    finally:
        _seats.release()
    return True
