"""Who fails too often waits, account or not; an operator sees and lifts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.signin import lockout
from portal.signin.lockout import ACCOUNT_FAILURES, KEPT, forget_failures
from portal.signin.models import FailedSignIns
from tests.people import People
from tests.portal.signin.steps import enrol, give_password

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WRONG = "用户名或密码不对"
LOCKED = "登录失败次数过多，请 15 分钟后再试"
PAGE = "/admin/signin-security/"
ADDRESS_FAILURES = 6


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock an address after fewer failures than in earnest."""
    monkeypatch.setattr(lockout, "ADDRESS_FAILURES", ADDRESS_FAILURES)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def fail(name: str, times: int, **extra: Any) -> list[str]:
    return [give_password(name, "wrong", **extra)[1].content.decode() for _attempt in range(times)]


@pytest.mark.parametrize("name", ["guan", "nobody-of-this-name"])
def test_after_some_failures_a_name_waits_whether_it_exists_or_not(people: People, name: str) -> None:
    pages = fail(name, ACCOUNT_FAILURES)
    assert all(WRONG in page for page in pages[:-1])
    assert LOCKED in pages[-1]
    # The right password is not looked at, and trying on makes the wait no longer.
    assert LOCKED in give_password(name, name)[1].content.decode()


def test_in_other_letters_it_is_the_same_name(people: People) -> None:
    fail("guan", ACCOUNT_FAILURES - 1)
    assert LOCKED in fail("GUAN", 1)[0]


def test_the_wait_ends_and_counting_begins_anew(people: People, clock: Any) -> None:
    fail("guan", ACCOUNT_FAILURES)
    clock.shift(14 * 60)
    assert "请 1 分钟后再试" in give_password(people.guan)[1].content.decode()
    clock.shift(61)
    assert all(WRONG in page for page in fail("guan", ACCOUNT_FAILURES - 1))
    assert give_password(people.guan)[1].status_code == 302


def test_a_right_password_clears_the_count_of_its_name(people: People) -> None:
    fail("guan", ACCOUNT_FAILURES - 1)
    assert give_password(people.guan)[1].status_code == 302
    assert WRONG in fail("guan", 1)[0]


def test_one_address_that_tries_many_names_waits_and_others_do_not(people: People) -> None:
    for number in range(ADDRESS_FAILURES):
        fail(f"clerk{number}", 1, REMOTE_ADDR="203.0.113.7")
    assert LOCKED in give_password(people.guan, REMOTE_ADDR="203.0.113.7")[1].content.decode()
    assert give_password(people.guan, REMOTE_ADDR="203.0.113.8")[1].status_code == 302


def test_an_ipv6_line_is_one_sender(people: People) -> None:
    for number in range(ADDRESS_FAILURES):
        fail(f"clerk{number}", 1, REMOTE_ADDR=f"2001:db8::{number:x}")
    assert LOCKED in give_password(people.guan, REMOTE_ADDR="2001:db8::ffff")[1].content.decode()
    assert give_password(people.guan, REMOTE_ADDR="2001:db8:0:1::1")[1].status_code == 302


def test_the_other_door_for_passwords_is_shut_as_well(people: People) -> None:
    fail("guan", ACCOUNT_FAILURES)
    browser = Client()
    browser.post("/_util/login/", {"username": "guan", "password": "guan"})
    assert "_auth_user_id" not in browser.session
    assert browser.get("/_util/login/?next=/x/").headers["Location"] == "/admin/login/?next=/x/"


def test_an_operator_sees_and_lifts_the_lock_of_an_account(people: People) -> None:
    browser = enrol(people.op)[0]
    enrol(people.guan)
    fail("guan", ACCOUNT_FAILURES)
    page = browser.get(PAGE).content.decode()
    assert "锁定至" in page
    url = f"{PAGE}{people.guan.pk}/lift/"
    assert url in page
    browser.post(url)
    assert give_password(people.guan)[1].status_code == 302
    assert "锁定至" not in browser.get(PAGE).content.decode()


def test_an_operator_sees_and_lifts_the_lock_of_an_address(people: People) -> None:
    browser = enrol(people.op)[0]
    for number in range(ADDRESS_FAILURES):
        fail(f"clerk{number}", 1, REMOTE_ADDR="203.0.113.7")
    page = browser.get(PAGE).content.decode()
    assert "203.0.113.7" in page
    assert "clerk" not in page  # may have been a password
    row = FailedSignIns.objects.get(address="203.0.113.7")
    browser.post(f"{PAGE}address/{row.pk}/lift/")
    assert give_password(people.guan, REMOTE_ADDR="203.0.113.7")[1].status_code == 302


@pytest.mark.parametrize("name", ["li", "zhao", "rival", "outsider"])
def test_nobody_but_operators_lifts(people: People, name: str) -> None:
    browser = enrol(getattr(people, name))[0]
    fail("guan", ACCOUNT_FAILURES)
    browser.post(f"{PAGE}{people.guan.pk}/lift/")
    row = FailedSignIns.objects.filter(account=None).first()
    if row:
        browser.post(f"{PAGE}address/{row.pk}/lift/")
    assert LOCKED in give_password(people.guan)[1].content.decode()


def test_what_was_typed_as_a_name_is_kept_nowhere_and_all_is_forgotten_after_a_day(
    people: People, clock: Any
) -> None:
    fail("Geheim-Wort-2026", 1)
    assert "Geheim" not in str(list(FailedSignIns.objects.values_list()))
    assert forget_failures(now=timezone.now()) == 0
    assert forget_failures(now=timezone.now() + KEPT + timedelta(seconds=1)) == 2
