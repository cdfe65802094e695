"""Slowing down: how long counters last, with the cache that an installation has."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from notices import throttling
from notices.opinions import throttle
from tests.notices.opinions.helpers import PUBLISHED

ROOT = Path(__file__).resolve().parents[3]
NUMBER = "102345-0001-0"


@pytest.fixture(params=["portal.caches.SharedFiles", "django.core.cache.backends.locmem.LocMemCache"])
def waits(request, settings, tmp_path, monkeypatch):
    settings.CACHES = {
        "default": {
            "BACKEND": request.param,
            "LOCATION": str(tmp_path / "cache"),
        }
    }
    cache.clear()
    slept: list[float] = []
    monkeypatch.setattr(throttle, "pause", slept.append)
    return slept


@pytest.fixture
def clock():
    with time_machine.travel(PUBLISHED, tick=False) as traveller:
        yield traveller


def asked_by(address: str = "192.0.2.7"):
    return RequestFactory().get("/receipt/", REMOTE_ADDR=address)


def fail(times: int = 1) -> None:
    for _ in range(times):
        throttle.count_failure(asked_by(), NUMBER)


def test_failures_are_remembered_to_the_end_of_the_hour_and_no_longer(waits, clock) -> None:
    fail(4)
    clock.shift(timedelta(minutes=59))
    throttle.slow_guessing(asked_by(), NUMBER)
    assert waits == [0.5]
    clock.shift(timedelta(minutes=1))
    throttle.slow_guessing(asked_by(), NUMBER)
    assert waits == [0.5]


def test_failures_that_lie_minutes_apart_add_up(waits, clock) -> None:
    for _ in range(4):
        fail()
        clock.shift(timedelta(minutes=10))
    throttle.slow_guessing(asked_by(), NUMBER)
    assert waits == [0.5]


def test_a_number_and_an_address_are_counted_apart(waits, clock) -> None:
    fail(3)
    throttle.slow_guessing(asked_by("192.0.2.8"), NUMBER)
    throttle.slow_guessing(asked_by(), "102345-0002-7")
    throttle.slow_guessing(asked_by("192.0.2.8"), "102345-0002-7")
    assert waits == [0.25, 0.25]


def test_a_thousand_failures_still_end_in_a_short_wait(waits, clock) -> None:
    fail(1030)
    throttle.slow_guessing(asked_by(), NUMBER)
    assert waits == [throttling.LONGEST_WAIT]


def send(key: str = "form", ticket: str = "", address: str = "192.0.2.7"):
    return throttle.wait_for_turn(asked_by(address), key, ticket, arrived=timezone.now())


def test_after_the_free_ones_submissions_come_at_an_even_pace_and_a_pause_earns_free_ones(
    waits, clock, monkeypatch
) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 3)
    assert [send(f"form {number}") for number in range(6)] == [None] * 6
    assert waits == pytest.approx([0.25, 0.5, 0.75], abs=0.001)
    clock.shift(timedelta(seconds=1.5))
    assert [send(f"later {number}") for number in range(4)] == [None] * 4
    assert len(waits) == 4


def test_who_would_wait_long_gets_a_ticket_that_holds_for_the_own_form_only(
    waits, clock, monkeypatch
) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    turns = [send(f"form {number}") for number in range(40)]
    last = turns[-1]
    assert last.seconds == 10
    assert send("form 39", last.ticket).seconds == 10
    clock.shift(timedelta(seconds=10))
    assert send("form 39", last.ticket) is None
    for number in range(40):
        send(f"later {number}")
    assert send("form 39", last.ticket) is None
    assert send("another form", last.ticket).seconds == 10


def test_a_full_queue_gives_no_place_and_lets_nobody_starve(waits, clock, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    monkeypatch.setattr(throttle, "LONGEST_QUEUE", 5.0)
    turns = [send(f"form {number}") for number in range(30)]
    assert turns[-1].seconds == throttle.RETRY
    assert send("form 29", turns[-1].ticket).seconds == throttle.RETRY
    clock.shift(timedelta(seconds=throttle.RETRY))
    assert send("form 29", turns[-1].ticket) is None


def test_a_ticket_speaks_for_the_first_arrival_of_its_own_form_while_the_queue_lasts(
    waits, clock, monkeypatch
) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    monkeypatch.setattr(throttle, "LONGEST_QUEUE", 5.0)
    placed = [send(f"form {number}") for number in range(30)][15].ticket
    crowded = send("form 29").ticket
    for key, ticket in (("form 15", placed), ("form 29", crowded)):
        for later in (timedelta(seconds=61), throttle.HELD_BACK_AT_MOST):
            assert throttle.arrival(key, ticket, now=PUBLISHED + later) == PUBLISHED
        too_late = PUBLISHED + throttle.HELD_BACK_AT_MOST + timedelta(seconds=1)
        assert throttle.arrival(key, ticket, now=too_late) == too_late
        before = PUBLISHED - timedelta(seconds=1)
        assert throttle.arrival(key, ticket, now=before) == before
        for other, forged in (("another form", ticket), (key, ticket + "x"), (key, "")):
            assert throttle.arrival(other, forged, now=too_late) == too_late


def test_one_address_waits_for_itself_only(waits, clock, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 2)
    for number in range(50):
        send(f"flood {number}")
    waits.clear()
    assert send("form", address="192.0.2.8") is None
    assert waits == []


def test_no_more_wait_on_the_spot_than_have_a_seat(clock, monkeypatch) -> None:
    def pause(_seconds: float) -> None:
        # While one waits, others come.
        inner.append(throttling.wait_on_the_spot(1.0, pause=pause))

    inner: list[bool] = []
    assert throttling.wait_on_the_spot(1.0, pause=pause)
    assert inner == [False] + [True] * (throttling.SEATS - 1)
    assert throttling.wait_on_the_spot(1.0, pause=lambda _seconds: None)


def test_guesses_that_find_no_seat_are_not_made(waits, clock, monkeypatch) -> None:
    fail(4)
    monkeypatch.setattr(throttle, "wait_on_the_spot", lambda _seconds, **_kinds: False)
    assert not throttle.slow_guessing(asked_by(), NUMBER)
    assert throttle.slow_guessing(asked_by("192.0.2.8"), "102345-0002-7")


def test_a_receipt_printed_over_and_over_comes_at_a_slow_pace_and_others_do_not_wait(waits, clock) -> None:
    taken = [throttle.slow_printing(NUMBER) for _ in range(20)]
    assert taken == [True] * throttle.FREE_PRINTINGS + [False] * (20 - throttle.FREE_PRINTINGS)
    assert throttle.slow_printing("102345-0002-7")
    for _ in range(3):
        # Whoever comes back when the page says so is served at once or nearly so.
        clock.shift(timedelta(seconds=throttle.SECONDS_A_PRINTING))
        assert throttle.slow_printing(NUMBER)
    clock.shift(timedelta(seconds=throttle.SECONDS_A_PRINTING - 1.5))
    assert throttle.slow_printing(NUMBER)
    assert waits == pytest.approx([1.5], abs=0.001)


def test_counters_are_shared_by_all_processes_of_an_installation(tmp_path) -> None:
    def reserve(count: int) -> str:
        script = (
            "import django; django.setup()\n"
            "from notices.throttling import reserve_turn\n"
            f"for _ in range({count}):\n"
            "    wait = reserve_turn('submit', '192.0.2.7', every=60.0, free=2, longest=3600.0)\n"
            "print(wait)"
        )
        variables = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "PORTAL_DATA": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **variables},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert float(reserve(2)) == 0.0
    assert float(reserve(1)) > 0.0


def test_the_sender_is_the_one_a_trusted_proxy_names_and_else_the_peer(settings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.7"
    )
    assert throttling.client_address(request) == "192.0.2.1"
    settings.TRUSTED_PROXY_HEADER = "HTTP_X_FORWARDED_FOR"
    assert throttling.client_address(request) == "192.0.2.7"
