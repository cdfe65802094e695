"""Slowing down: how long counters last, with the cache that an installation has."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from notices import throttling
from notices.opinions import throttle
from tests.notices.opinions.helpers import PUBLISHED

NUMBER = "102345-0001-0"


@pytest.fixture(params=["filebased.FileBasedCache", "locmem.LocMemCache"])
def waits(request, settings, tmp_path, monkeypatch):
    settings.CACHES = {
        "default": {
            "BACKEND": f"django.core.cache.backends.{request.param}",
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


def test_a_minute_of_submissions_ends_though_somebody_keeps_sending(waits, clock, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS_A_MINUTE", 3)
    for _ in range(10):
        throttle.slow_submissions(asked_by())
        clock.shift(timedelta(seconds=20))
    assert waits == []
    for _ in range(4):
        throttle.slow_submissions(asked_by())
    assert len(waits) == 2


def test_the_sender_is_the_one_a_trusted_proxy_names_and_else_the_peer(settings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.7"
    )
    assert throttling.client_address(request) == "192.0.2.1"
    settings.TRUSTED_PROXY_HEADER = "HTTP_X_FORWARDED_FOR"
    assert throttling.client_address(request) == "192.0.2.7"
