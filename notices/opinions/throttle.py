"""Slowing down whoever sends or guesses too much, without turning anybody away.

A whole village may sit behind one address, so the limits are wide. Whoever is over them waits for a turn: on the spot
while it is short and few others wait, else at home, with a ticket that keeps the place in the queue.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.opinions.form_tokens import form_key_hash
from notices.throttling import (
    HOUR,
    LONGEST_WAIT,
    client_address,
    count_up,
    counter_key,
    reserve_turn,
    wait_on_the_spot,
)

FREE_SUBMISSIONS = 60
SECONDS_A_SUBMISSION = 0.25
LONGEST_QUEUE = 600.0  # seconds; who finds it full is given no place in it and tries again
RETRY = 30.0
# How long a ticket speaks for the first arrival: the longest queue, and the time to press the button once more.
HELD_BACK_AT_MOST = timedelta(seconds=LONGEST_QUEUE + 120)
FREE_FILES_AN_HOUR = 200
FREE_FAILURES_AN_HOUR = 3
FREE_PRINTINGS = 6
SECONDS_A_PRINTING = 10.0
MOST_DOUBLINGS = 8  # a power of the bare count would overflow after a thousand failures
FULL_UPLOADS = gettext_lazy("现在上传的人太多，这次没有添加。请过几秒再添加一次。")
FULL_PRINTINGS = gettext_lazy(
    "这张回执刚刚生成过几次。请过 %(seconds)d 秒再点一次，或者打印、截图保存这一页。"
)
FULL = gettext_lazy("现在查询的人太多，请过几秒再查一次。")

pause: Callable[[float], None] = time.sleep
_SALT = "notices.opinions.turn"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that has not come: ``ticket`` keeps the place in the queue and the arrival, ``seconds`` is when to come back."""

    ticket: str
    seconds: int

    @property
    def message(self) -> str:
        """Return what to do."""
        return _("现在提交的人很多。您填写的内容都在，请过 %(seconds)s 秒再点一次。") % {
            "seconds": self.seconds
        }


def arrival(form_key: str, ticket: str, *, now: datetime) -> datetime:
    """Return when a submission first arrived: waiting for a turn makes nobody late."""
    found = _read_ticket(ticket, form_key)
    return found.arrived if found and now - HELD_BACK_AT_MOST <= found.arrived <= now else now


def wait_for_turn(request: HttpRequest, form_key: str, ticket: str, *, arrived: datetime) -> Turn | None:
    """Return None when the turn of a submission has come, if need be after a short wait; else the turn to come back at.

    ``ticket`` is what an earlier turn of the same form gave, else empty; ``arrived`` is what the next one says of its first
    arrival. A ticket is good for its own form only, and a form is taken once, so that nobody gains by collecting them.
    """
    held = _read_ticket(ticket, form_key)
    due = held.due if held else None
    if due is None:
        wait = reserve_turn(
            "submit",
            client_address(request),
            every=SECONDS_A_SUBMISSION,
            free=FREE_SUBMISSIONS,
            longest=LONGEST_QUEUE,
        )
        if wait is None:
            return Turn(_ticket(form_key, None, arrived), math.ceil(RETRY))
        due = time.time() + wait
    left = due - time.time()
    if left <= 0 or (left <= LONGEST_WAIT and wait_on_the_spot(left, pause=pause)):
        return None
    return Turn(_ticket(form_key, due, arrived), math.ceil(left))


@dataclass(frozen=True, slots=True)
class _Held:
    """What a ticket says: when the turn comes, None where the queue was full, and when the form first arrived."""

    due: float | None
    arrived: datetime


def _ticket(form_key: str, due: float | None, arrived: datetime) -> str:
    return signing.dumps([form_key_hash(form_key), due, arrived.isoformat()], salt=_SALT)


def _read_ticket(ticket: str, form_key: str) -> _Held | None:
    try:
        holder, due, arrived = signing.loads(ticket, salt=_SALT)
        held = _Held(None if due is None else float(due), datetime.fromisoformat(arrived))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return held if holder == form_key_hash(form_key) else None


def slow_uploads(request: HttpRequest) -> bool:
    """Count a request with files and wait in proportion to how far its address is over the free number of this hour.

    Returns false when too many wait already: the files are then not taken, and FULL_UPLOADS says so.
    """
    over = count_up(counter_key("files", client_address(request), HOUR), HOUR) - FREE_FILES_AN_HOUR
    return over <= 0 or wait_on_the_spot(min(LONGEST_WAIT, over * 0.05), pause=pause)


def slow_printing(number: str) -> bool:
    """Wait for the turn of a receipt's next PDF or picture, each of which costs a second of computing.

    By number: a household at one address prints all of its receipts at once. Returns false when the turn is further off
    than anybody is held, or too many wait: nothing is printed then, and FULL_PRINTINGS says when to come back.
    """
    wait = reserve_turn("print", number, every=SECONDS_A_PRINTING, free=FREE_PRINTINGS, longest=LONGEST_WAIT)
    return wait is not None and (wait <= 0 or wait_on_the_spot(wait, pause=pause))


def slow_guessing(request: HttpRequest, number: str) -> bool:
    """Wait before an attempt at a look-up code when this number or this address has failed before in this hour.

    Returns false when too many wait already: the attempt is then not made, and FULL says so.
    """
    failures = max(cache.get(key, 0) for key in _guess_keys(request, number))
    if failures < FREE_FAILURES_AN_HOUR:
        return True
    doublings = min(failures - FREE_FAILURES_AN_HOUR, MOST_DOUBLINGS)
    return wait_on_the_spot(min(LONGEST_WAIT, 0.25 * 2**doublings), pause=pause)


def count_failure(request: HttpRequest, number: str) -> None:
    """Remember a wrong look-up code until the hour of the clock ends."""
    for key in _guess_keys(request, number):
        count_up(key, HOUR)


def _guess_keys(request: HttpRequest, number: str) -> tuple[str, str]:
    return counter_key("number", number, HOUR), counter_key("guess", client_address(request), HOUR)
