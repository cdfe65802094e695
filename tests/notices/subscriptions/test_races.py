"""Stopping and confirming at the same moment: neither fails, and what is left can be read and written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.db.models.signals import pre_delete

from notices.subscriptions import services
from notices.subscriptions.key_store import open_keys
from notices.subscriptions.models import Subscription
from notices.subscriptions.services import ask, confirm, stop
from tests.notices.subscriptions.helpers import COUNTY, DURING, RESIDENT, subscribed

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)
# Long enough for the other to come to its end where nothing keeps it waiting.
HEAD_START = 0.5


class Meanwhile:
    """Does something in another thread when asked first; waits for its end only as long as a lock would not."""

    def __init__(self, pool: ThreadPoolExecutor, act: Callable[[], object]) -> None:
        self._pool, self._act = pool, act
        self.future: Future[object] | None = None

    def begin(self, *_arguments: object, **_options: object) -> None:
        if self.future is None:
            self.future = self._pool.submit(self._run)
            wait([self.future], timeout=HEAD_START)

    def result(self) -> object:
        assert self.future is not None
        return self.future.result(timeout=30)

    def _run(self) -> object:
        try:
            return self._act()
        finally:
            connections.close_all()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@contextmanager
def in_the_middle_of_deleting(meanwhile: Meanwhile) -> Iterator[None]:
    """When it is known what goes along, and nothing is gone yet."""
    pre_delete.connect(meanwhile.begin, sender=Subscription)
    try:
        yield
    finally:
        pre_delete.disconnect(meanwhile.begin, sender=Subscription)


def wish() -> Subscription:
    ask(address=RESIDENT, county=COUNTY, now=DURING)
    return Subscription.objects.latest("pk")


def left_over() -> list[Subscription]:
    """Return what is in force, each with a key that opens."""
    rows = list(Subscription.objects.filter(merged_into=None))
    assert open_keys([row.key_id for row in rows if row.key_id]).keys() == {row.key_id for row in rows}
    return rows


def test_a_wish_confirmed_while_the_older_one_is_stopped_is_in_force_itself(pool: ThreadPoolExecutor) -> None:
    older, newer = subscribed(county=COUNTY), wish()
    meanwhile = Meanwhile(pool, lambda: confirm(subscription=newer, now=DURING))
    with in_the_middle_of_deleting(meanwhile):
        stop(subscription=older)
    assert meanwhile.result() == newer
    assert [(row.pk, row.confirmed_at) for row in left_over()] == [(newer.pk, DURING)]


def test_a_wish_confirmed_while_it_is_stopped_is_stopped(pool: ThreadPoolExecutor) -> None:
    row = wish()
    meanwhile = Meanwhile(pool, lambda: confirm(subscription=row, now=DURING))
    with in_the_middle_of_deleting(meanwhile):
        stop(subscription=row)
    assert meanwhile.result() is None
    assert left_over() == []


def test_an_older_one_stopped_while_a_newer_is_merged_into_it_goes_with_it(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = subscribed(county=COUNTY), wish()
    meanwhile = Meanwhile(pool, lambda: stop(subscription=older))
    drop_mails = services._drop_mails

    def drop(handles: Any) -> None:
        meanwhile.begin()
        drop_mails(handles)

    monkeypatch.setattr(services, "_drop_mails", drop)
    confirm(subscription=newer, now=DURING)
    meanwhile.result()
    assert not Subscription.objects.exists()


def test_two_confirmations_at_once_leave_one_subscription(pool: ThreadPoolExecutor) -> None:
    first, second = wish(), wish()
    meanwhile = Meanwhile(pool, lambda: confirm(subscription=first, now=DURING))
    meanwhile.begin()
    confirm(subscription=second, now=DURING)
    assert meanwhile.result() is not None
    (row,) = left_over()
    assert row.confirmed_at == DURING


def test_a_subscription_stopped_twice_at_once_is_stopped(pool: ThreadPoolExecutor) -> None:
    row = subscribed(county=COUNTY)
    meanwhile = Meanwhile(pool, lambda: stop(subscription=row))
    with in_the_middle_of_deleting(meanwhile):
        stop(subscription=row)
    meanwhile.result()
    assert left_over() == []
