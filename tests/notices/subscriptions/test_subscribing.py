"""Asking, confirming, stopping through the pages and the links of the mails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from notices.models import NoticePage
from notices.outbox.models import OutboxMail
from notices.subscriptions import limits
from notices.subscriptions.models import KeyPurpose, SubscriberKey, Subscription
from notices.subscriptions.models.subscriptions import SubscriptionQuerySet
from notices.subscriptions.services import ask, confirm
from tests.factories import make_notice
from tests.notices.subscriptions.helpers import (
    COUNTY,
    DURING,
    EVERYTHING,
    PUBLISHED,
    RESIDENT,
    asked_for,
    links_in,
    record_of,
    subscribed,
)
from tests.people import make_people

COUNTY_FORM = reverse("county_subscribe", args=[COUNTY])
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


@pytest.fixture
def at_work(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a block in which it is a certain moment and what waits for the commit is done at its end."""

    class AtWork:
        def __init__(self, now: datetime) -> None:
            self.blocks = [
                time_machine.travel(now, tick=False),
                django_capture_on_commit_callbacks(execute=True),
            ]

        def __enter__(self) -> None:
            self.blocks[0].start()
            self.blocks[1].__enter__()

        def __exit__(self, *error: Any) -> None:
            self.blocks[1].__exit__(*error)
            self.blocks[0].stop()

    return AtWork


def address_keys() -> int:
    return SubscriberKey.objects.filter(purpose=KeyPurpose.ADDRESS).count()


def ask_by_form(at_work: Any, page: NoticePage | None = None, now: datetime = DURING, **typed: Any) -> Any:
    """Ask for the news of the county, or of a notice, and return the letter that came."""
    if page:
        typed.setdefault("topics", EVERYTHING)
    path = reverse("notice_subscribe", args=[page.record.code]) if page else COUNTY_FORM
    with at_work(now):
        answer = asked_for(path, **typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("subscription_sent"))
    return mail.outbox[-1]


def test_a_resident_asks_confirms_and_stops_without_a_cookie(page: NoticePage, at_work: Any) -> None:
    shown = Client().get(reverse("notice", args=[page.record.code])).content.decode()
    assert reverse("notice_subscribe", args=[page.record.code]) in shown
    letter = ask_by_form(at_work, page)
    assert letter.to == [RESIDENT]
    assert page.project_name in letter.body
    links, browser = links_in(letter), Client(enforce_csrf_checks=True)
    with time_machine.travel(DURING + timedelta(hours=1), tick=False):
        assert "确认邮件提醒" in browser.get(links["confirm"]).content.decode()
        assert not Subscription.objects.confirmed().exists()
        for _again in range(2):
            assert "邮件提醒已开始" in browser.post(links["confirm"]).content.decode()
        assert Subscription.objects.confirmed().get().topics == EVERYTHING
        assert "停止后邮箱立即删除" in browser.get(links["stop"]).content.decode()
        assert Subscription.objects.confirmed().exists()
        assert "邮件提醒已停止" in browser.post(links["stop"]).content.decode()
        assert "已经停止" in browser.post(links["stop"]).content.decode()
    assert not browser.cookies
    assert (Subscription.objects.count(), address_keys()) == (0, 0)


def test_a_county_is_followed_from_its_page(page: NoticePage, at_work: Any) -> None:
    path = reverse("county_subscribe", args=[COUNTY])
    assert path in Client().get(reverse("county", args=[COUNTY])).content.decode()
    assert "安泽县" in Client().get(path).content.decode()
    with at_work(DURING):
        assert asked_for(path).status_code == 302
    with time_machine.travel(DURING, tick=False):
        Client().post(links_in(mail.outbox[-1])["confirm"])
    assert Subscription.objects.confirmed().get().county == COUNTY
    assert Client().get(reverse("county_subscribe", args=["999999"])).status_code == 404


def test_a_mail_program_stops_with_one_click(at_work: Any) -> None:
    """RFC 8058: a POST to the address in the header, without cookies or a page before it."""
    letter = ask_by_form(at_work)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http")
    path = link[link.index("/subscriptions/") :]
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(("hours", "status"), [(47, 200), (49, 410)])
def test_the_link_confirms_for_48_hours(at_work: Any, hours: int, status: int) -> None:
    links = links_in(ask_by_form(at_work))
    with time_machine.travel(DURING + timedelta(hours=hours), tick=False):
        assert Client().post(links["confirm"]).status_code == status
    assert Subscription.objects.confirmed().exists() == (status == 200)


@pytest.mark.parametrize("name", ["subscription_confirm", "subscription_stop"])
def test_an_invented_link_does_nothing(name: str) -> None:
    row = subscribed(county=COUNTY)
    for token in (row.handle, f"{row.handle}.AAAA", f"{row.handle}.1uPPPP.AAAA"):
        assert Client().post(reverse(name, args=[token])).status_code in (200, 410)
    assert Subscription.objects.confirmed().count() == 1


def test_a_link_of_one_kind_is_none_of_the_other(at_work: Any) -> None:
    links = links_in(ask_by_form(at_work))
    with time_machine.travel(DURING, tick=False):
        Client().post(links["stop"].replace("/stop/", "/confirm/"))
        Client().post(links["confirm"].replace("/confirm/", "/stop/"))
    assert Subscription.objects.waiting().count() == 1


def test_a_known_address_is_answered_like_an_unknown_one(at_work: Any) -> None:
    subscribed(county=COUNTY)
    answers, letters = [], []
    for address in ("stranger@example.com", RESIDENT, RESIDENT.upper()):
        before = len(mail.outbox)
        with at_work(DURING):
            answer = asked_for(COUNTY_FORM, email=address)
        answers.append((answer.status_code, answer["Location"], answer.content))
        letters.append([(each.subject, len(each.body)) for each in mail.outbox[before:]])
    assert answers[0] == answers[1] == answers[2]
    assert letters[0] == letters[1] == letters[2]
    assert len(letters[0]) == 1


def test_who_asks_twice_has_one_subscription_with_the_later_topics(page: NoticePage, at_work: Any) -> None:
    first = links_in(ask_by_form(at_work, page))
    second = links_in(ask_by_form(at_work, page, email=RESIDENT.upper(), topics=["answers"]))
    with time_machine.travel(DURING, tick=False):
        for links in (first, second, second):
            assert "邮件提醒已开始" in Client().post(links["confirm"]).content.decode()
        assert Subscription.objects.confirmed().get().topics == ["answers"]
        # The links of both mails stop the one that there is.
        Client().post(second["stop"])
    assert (Subscription.objects.count(), address_keys()) == (0, 0)


def test_a_stranger_cannot_change_what_somebody_is_told_of(page: NoticePage, at_work: Any) -> None:
    row = subscribed(record=record_of(page))
    ask_by_form(at_work, page, topics=["answers"])
    row.refresh_from_db()
    assert row.topics == EVERYTHING


def test_nobodys_mailbox_is_filled_by_a_stranger(at_work: Any) -> None:
    for _again in range(limits.SENT_A_DAY + 2):
        ask_by_form(at_work)
    assert len(mail.outbox) == limits.SENT_A_DAY == Subscription.objects.count()


def test_a_sender_who_asks_too_often_is_told_when_to_come_back(at_work: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "ASKED_AN_HOUR", 2)
    for number in range(2):
        ask_by_form(at_work, email=f"r{number}@example.com")
    with time_machine.travel(DURING, tick=False):
        answer = asked_for(COUNTY_FORM, email="r3@example.com")
    assert answer.status_code == 429
    assert "过一小时再试" in answer.content.decode()
    assert "r3@example.com" in answer.content.decode()  # nothing has to be typed again


def test_a_robot_that_fills_in_every_field_gets_no_mail() -> None:
    with time_machine.travel(DURING, tick=False):
        assert asked_for(COUNTY_FORM, website="x").status_code == 302
    assert not OutboxMail.objects.exists()


def test_what_is_missing_is_said(page: NoticePage) -> None:
    path = reverse("notice_subscribe", args=[page.record.code])
    for typed, message in (
        ({"email": "nobody"}, "邮箱写法不对"),
        ({"email": ""}, "请填写邮箱"),
        ({"email": f"{RESIDENT}\nBcc: x@example.com"}, "邮箱写法不对"),
        ({"topics": []}, "请至少选一项"),
    ):
        with time_machine.travel(DURING, tick=False):
            answer = asked_for(path, **{"topics": ["changes"], **typed})
        assert message in answer.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("stage", "status", "says"),
    [
        ("draft", 404, ""),
        ("approved", 404, ""),
        ("withdrawn", 200, "这份公示不再提醒"),
        ("historical", 200, "这份公示不再提醒"),
        ("closed", 200, "公开意见和答复"),
    ],
)
def test_only_notices_with_news_to_come_are_followed(stage: str, status: int, says: str) -> None:
    page = make_notice(stage=stage)
    answer = Client().get(reverse("notice_subscribe", args=[page.record.code]))
    assert answer.status_code == status
    assert says in answer.content.decode()
    shown = Client().get(reverse("notice", args=[page.record.code]))
    linked = reverse("notice_subscribe", args=[page.record.code]) in shown.content.decode()
    assert linked == (stage == "closed")


def test_the_pages_stay_in_no_cache_and_no_referrer(at_work: Any) -> None:
    links = links_in(ask_by_form(at_work))
    with time_machine.travel(DURING, tick=False):
        for path in (*links.values(), COUNTY_FORM):
            answer = Client().get(path)
            assert "no-store" in answer["Cache-Control"], path
            assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex"), path


def test_the_numbers_are_for_operators_only(page: NoticePage, django_assert_max_num_queries: Any) -> None:
    people = make_people()
    subscribed(record=record_of(page))
    subscribed(county=COUNTY)
    path = reverse("subscription_counts")
    for user in (people.li, people.zhao, people.rival, people.guan, people.outsider):
        client = Client()
        client.force_login(user)
        assert client.get(path).status_code == 302, user
    assert Client().get(path).status_code == 302
    client = Client()
    client.force_login(people.op)
    with django_assert_max_num_queries(60):
        shown = client.get(path).content.decode()
    assert "安泽县" in shown
    assert page.record.code in shown
    assert RESIDENT.partition("@")[0] not in shown


def test_two_links_of_one_address_used_at_the_same_moment_leave_one_subscription(monkeypatch: Any) -> None:
    """The other transaction commits between the look for an older one and the write."""
    first = subscribed(county=COUNTY)
    ask(address=RESIDENT, county=COUNTY, now=DURING)
    second = Subscription.objects.latest("pk")
    same_wish, seen = SubscriptionQuerySet.same_wish, []

    def not_seen_yet(rows: SubscriptionQuerySet, other: Subscription) -> SubscriptionQuerySet:
        seen.append(other)
        return rows.none() if len(seen) == 1 else same_wish(rows, other)

    monkeypatch.setattr(SubscriptionQuerySet, "same_wish", not_seen_yet)
    assert confirm(subscription=second, now=DURING) == first
    assert Subscription.objects.confirmed().get() == first
    assert address_keys() == 1
