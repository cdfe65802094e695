"""Who forgot the password gets a mail, but no stranger fills a mailbox or learns whose account there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from notices.outbox.models import OutboxMail
from portal.signin import password_reset
from portal.signin.password_reset import SENT_AN_HOUR
from tests.people import People

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = "/admin/password_reset/"
DONE = "/admin/password_reset/done/"
TOO_MANY = "重置密码的请求太多，请过一小时再试"
# Of forms against other sites: new with every page.
TOKEN = re.compile(r"[A-Za-z0-9]{64}")
NOBODY = "nobody.of.this.name@example.com"


@pytest.fixture(autouse=True)
def clock() -> Any:
    cache.clear()
    with time_machine.travel(timezone.now().replace(minute=5), tick=False) as clock:
        yield clock


@pytest.fixture
def address(people: People) -> str:
    people.guan.email = "guan@example.com"
    people.guan.save()
    return people.guan.email


def ask(email: str, sender: str = "192.0.2.1") -> Any:
    return Client().post(PAGE, {"email": email}, REMOTE_ADDR=sender)


def test_the_page_is_named_after_the_portal(client: Client) -> None:
    title = client.get(PAGE).content.decode().partition("</title>")[0]
    assert "环评公众参与公示平台" in title
    assert "Wagtail" not in title


def test_the_holder_of_an_account_gets_a_link_that_works(
    address: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(address).url == DONE
    (letter,) = mail.outbox
    assert letter.to == [address]
    link = next(word for word in letter.body.split() if "/admin/password_reset/confirm/" in word)
    opened = Client().get("/" + link.split("/", 3)[3], follow=True)
    assert 'name="new_password1"' in opened.content.decode()


def test_the_answer_is_the_same_whether_the_account_exists(address: str) -> None:
    known, unknown = (ask(email) for email in (address, NOBODY))
    assert (known.status_code, known.url, known.content) == (
        unknown.status_code,
        unknown.url,
        unknown.content,
    )
    assert OutboxMail.objects.count() == 1


def test_an_address_that_was_asked_for_too_often_waits_an_hour_known_or_not(address: str, clock: Any) -> None:
    pages = []
    for email in (address, NOBODY):
        for number in range(SENT_AN_HOUR):
            assert ask(email, f"192.0.2.{number}").url == DONE
        refused = ask(email.upper(), "192.0.2.99").content.decode()
        pages.append(TOKEN.sub("", refused.replace(email.upper(), "")))
    assert TOO_MANY in pages[0]
    assert pages[0] == pages[1]
    assert OutboxMail.objects.count() == SENT_AN_HOUR
    clock.shift(3600)
    assert ask(address).url == DONE


def test_a_sender_who_asks_for_many_addresses_waits(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_reset, "ASKED_AN_HOUR", 2)
    for number in range(2):
        assert ask(f"somebody{number}@example.com").url == DONE
    assert TOO_MANY in ask(address).content.decode()
    assert not OutboxMail.objects.exists()
    assert ask(address, "192.0.2.2").url == DONE
