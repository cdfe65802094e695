"""From legal acts and dates to mails: who is told of what, once, whatever dies on the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from notices.models import NoticePage
from notices.opinions.publication import decide_disclosure, release_opinions
from notices.outbox import services as outbox
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import send_due
from notices.sealing import Fernet
from notices.services import close_windows, extend_window, withdraw_notice
from notices.signals import notice_restored
from notices.subscriptions import announcing, letters, telling
from notices.subscriptions.models import Announcement, SubscriberKey, Subscription
from notices.subscriptions.services import stop
from notices.subscriptions.tasks import tell_subscribers
from notices.subscriptions.telling import tell
from tests.factories import an_operator, make_notice, make_proponent
from tests.notices.correcting import correct
from tests.notices.opinions.helpers import END, looked_at, send
from tests.notices.opinions.test_public_opinions import OPEN_HEARTED, answer
from tests.notices.subscriptions.helpers import (
    COUNTY,
    DURING,
    PUBLISHED,
    RESIDENT,
    ZONE,
    links_in,
    record_of,
    subscribed,
    told,
)
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BEFORE = PUBLISHED - timedelta(days=1)
NEIGHBOUR = "zhuge.daman@example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


def extended(page: NoticePage, now: datetime, day: date = date(2026, 3, 20)) -> None:
    extend_window(record=record_of(page), last_day=day, reason="柳坪村张贴晚了", user=an_operator(), now=now)


def test_a_new_notice_is_told_to_its_county_and_what_lies_around_it() -> None:
    for number, code in enumerate((COUNTY, "141000", "140000", "141027", "150000")):
        subscribed(f"zhuge{number}@example.com", county=code, now=BEFORE)
    page = make_notice(now=PUBLISHED)
    told(PUBLISHED + MINUTE)
    assert [letter.to[0][5] for letter in mail.outbox] == ["0", "1", "2"]
    letter = mail.outbox[0]
    assert letter.subject == f"新公示：{page.project_name}"
    assert told(PUBLISHED + 2 * MINUTE, *(f"zhuge{number}@example.com" for number in range(5))) == []
    assert "2026年3月16日（星期一） 24:00 截止" in letter.body
    assert f"/n/{page.record.code}/" in letter.body
    assert links_in(letter)["stop"] in letter.extra_headers["List-Unsubscribe"]


def test_an_unconfirmed_or_later_subscriber_is_not_told(page: NoticePage) -> None:
    subscribed(record=record_of(page), now=DURING + timedelta(hours=2))
    subscribed(NEIGHBOUR, record=record_of(page), now=DURING)
    Subscription.objects.filter(confirmed_at=DURING).update(confirmed_at=None)
    extended(page, DURING + timedelta(hours=1))
    assert told(DURING + timedelta(hours=3), RESIDENT, NEIGHBOUR) == []


def test_who_follows_a_notice_is_told_of_extension_correction_and_withdrawal(
    page: NoticePage, people: People
) -> None:
    subscribed(record=record_of(page))
    subscribed(NEIGHBOUR, record=record_of(page), topics=["answers", "deadline"])
    at = DURING + timedelta(hours=1)
    extended(page, at)
    name = page.project_name
    assert told(at + MINUTE, RESIDENT, NEIGHBOUR) == [f"已延期：{name}"]
    assert "延至2026年3月20日（星期五） 24:00" in mail.outbox[0].body
    assert "柳坪村张贴晚了" in mail.outbox[0].body
    correct(page, people, now=at + 5 * MINUTE, contact_phone="0357-7000009")
    assert told(at + 6 * MINUTE, RESIDENT, NEIGHBOUR) == [f"已更正：{name}"]
    assert "第 2 版。征求意见到2026年3月20日（星期五） 24:00 截止" in mail.outbox[0].body
    withdraw_notice(record=record_of(page), reason="项目选址调整", user=an_operator(), now=at + 7 * MINUTE)
    assert told(at + 8 * MINUTE, RESIDENT, NEIGHBOUR) == [f"已撤回：{name}"]
    assert "项目选址调整" in mail.outbox[0].body


def test_another_notices_changes_are_not_told(page: NoticePage) -> None:
    other = make_notice(
        proponent=make_proponent("浮山远山选矿有限公司"), project_name="选矿厂", now=PUBLISHED
    )
    subscribed(record=record_of(other))
    extended(page, DURING + timedelta(hours=1))
    assert told(DURING + timedelta(hours=2)) == []


def test_two_working_days_before_the_end_is_told_by_day_and_once(page: NoticePage) -> None:
    """The window ends on Monday the 16th: from Friday the 13th two working days are left."""
    subscribed(record=record_of(page))
    for day, hour, expected in ((12, 12, 0), (13, 7, 0), (13, 8, 1), (13, 9, 0), (16, 8, 0), (17, 8, 0)):
        assert len(told(datetime(2026, 3, day, hour, 1, tzinfo=ZONE))) == expected, (day, hour)
        if expected:
            assert "还剩 2 个工作日，2026年3月16日（星期一） 24:00 截止" in mail.outbox[0].body


@pytest.mark.parametrize(("day", "expected"), [(16, 1), (17, 0)])
def test_a_clock_that_stood_still_tells_it_until_the_window_closes(
    page: NoticePage, day: int, expected: int
) -> None:
    subscribed(record=record_of(page))
    assert len(told(datetime(2026, 3, day, 8, 1, tzinfo=ZONE))) == expected


def test_an_extension_moves_the_reminder(page: NoticePage) -> None:
    subscribed(record=record_of(page))
    friday = datetime(2026, 3, 13, 9, 0, tzinfo=ZONE)
    assert len(told(friday)) == 1
    extended(page, friday + MINUTE)
    assert told(friday + 2 * MINUTE) == [f"已延期：{page.project_name}"]
    assert told(friday + timedelta(days=6)) == [f"即将截止：{page.project_name}"]


def test_a_reminder_that_an_extension_overtook_is_not_sent(page: NoticePage, monkeypatch: Any) -> None:
    subscribed(record=record_of(page))
    friday = datetime(2026, 3, 13, 9, 0, tzinfo=ZONE)
    with monkeypatch.context() as patch:
        patch.setattr(tell_subscribers.__class__, "enqueue", lambda *args: None)
        told(friday)
    extended(page, friday + MINUTE)
    assert told(friday + timedelta(minutes=20)) == [f"已延期：{page.project_name}"]


def test_answers_made_public_are_told_once_a_day(page: NoticePage, people: People) -> None:
    subscribed(record=record_of(page))
    opinions = [
        send(page, f"请加密监测井{number}。", now=DURING, page_two=OPEN_HEARTED).opinion
        for number in range(2)
    ]
    after = END + timedelta(hours=10)
    close_windows(now=after)
    answer(people, *opinions)
    decide_disclosure(notice=page, shown=True, user=people.li, now=after)
    expected = [[f"已公开意见和答复：{page.project_name}"], []]
    for opinion, subjects in zip(opinions, expected, strict=True):
        release_opinions(notice=page, looked_at=looked_at(opinion), user=people.li, now=after)
        assert told(after + MINUTE) == subjects
        assert all(f"/n/{page.record.code}/opinions/" in letter.body for letter in mail.outbox)


def test_who_stops_gets_nothing_that_waits(page: NoticePage) -> None:
    row = subscribed(record=record_of(page))
    extended(page, DURING + MINUTE)
    announcing.announce_news(now=DURING + 2 * MINUTE)  # nothing is sent before the commit
    assert OutboxMail.objects.filter(state=MailState.QUEUED, key__contains="entry:").count() == 1
    stop(subscription=row)
    assert not OutboxMail.objects.exists()
    mail.outbox.clear()
    send_due(now=DURING + timedelta(hours=1))
    assert mail.outbox == []


class TestBrokenOff:
    """A worker or the clock dies at any point; nobody is told twice, nobody is forgotten."""

    @pytest.fixture
    def crowd(self, page: NoticePage, monkeypatch: Any) -> list[str]:
        """Return seven addresses that follow the notice, told in batches of two; the notice was extended."""
        monkeypatch.setattr(telling, "BATCH", 2)
        addresses = [f"zhuge{number}@example.com" for number in range(7)]
        for address in addresses:
            subscribed(address, record=record_of(page))
        extended(page, DURING + MINUTE)
        return addresses

    def all_told(self, crowd: list[str], now: datetime) -> None:
        told(now)
        with TestCase.captureOnCommitCallbacks(execute=True):
            send_due(now=now + timedelta(hours=1))
        sent = OutboxMail.objects.filter(category="subscription", key__contains=":entry:")
        assert set(sent.values_list("state", flat=True)) == {MailState.SENT}
        assert (
            sent.count()
            == len(crowd)
            == len({key.split(":")[1] for key in sent.values_list("key", flat=True)})
        )
        announcement = Announcement.objects.get(kind="changed")
        assert announcement.done_at is not None
        assert announcement.mails == len(crowd)

    def test_a_worker_dies_while_it_queues(self, crowd: list[str], monkeypatch: Any) -> None:
        """After the second batch is written and before its transaction ends."""
        calls = []

        def dying(**kwargs: Any) -> int:
            calls.append(kwargs)
            queued = outbox.queue_many(**kwargs)
            if len(calls) == 2:
                raise MemoryError
            return queued

        with monkeypatch.context() as patch:
            patch.setattr(telling, "queue_many", dying)
            told(DURING + 2 * MINUTE)
        assert OutboxMail.objects.filter(key__contains=":entry:").count() == 2
        assert told(DURING + 3 * MINUTE) == []  # it may still be at work
        self.all_told(crowd, DURING + 20 * MINUTE)

    def test_the_clock_dies_before_it_asks_a_worker(self, crowd: list[str], monkeypatch: Any) -> None:
        def dying(*args: Any) -> None:
            raise MemoryError

        with monkeypatch.context() as patch:
            patch.setattr(tell_subscribers.__class__, "enqueue", dying)
            with pytest.raises(MemoryError):
                announcing.announce_news(now=DURING + 2 * MINUTE)
        self.all_told(crowd, DURING + 20 * MINUTE)

    def test_two_workers_tell_the_same(self, crowd: list[str]) -> None:
        told(DURING + 2 * MINUTE)
        Announcement.objects.update(done_at=None, last_told=0)
        pk = Announcement.objects.get(kind="changed").pk
        assert tell(announcement_id=pk, now=DURING + 3 * MINUTE) == 0
        self.all_told(crowd, DURING + 4 * MINUTE)

    def test_a_subscriber_leaves_between_reading_and_queueing(
        self, crowd: list[str], monkeypatch: Any
    ) -> None:
        def slow(*args: Any) -> Any:
            if Subscription.objects.count() == len(crowd):
                stop(subscription=Subscription.objects.earliest("pk"))
            return text(*args)

        text = letters.announcement
        monkeypatch.setattr(letters, "announcement", slow)
        told(DURING + 2 * MINUTE)
        assert OutboxMail.objects.filter(key__contains=":entry:").count() == len(crowd) - 1

    def test_whose_key_is_gone_had_left(self, crowd: list[str]) -> None:
        """As when an older copy of the database was restored."""
        row = Subscription.objects.earliest("pk")
        assert row.key_id is not None
        SubscriberKey.objects.filter(pk=row.key_id).delete()
        told(DURING + 2 * MINUTE)
        assert OutboxMail.objects.filter(key__contains=":entry:").count() == len(crowd) - 1
        assert not Subscription.objects.filter(pk=row.pk).exists()

    def test_with_wrong_master_keys_nobody_is_erased_and_all_are_told_later(
        self, crowd: list[str], settings: Any, tmp_path: Path
    ) -> None:
        right, wrong = settings.MASTER_KEYS_FILE, tmp_path / "wrong.keys"
        wrong.write_bytes(Fernet.generate_key())
        settings.MASTER_KEYS_FILE = wrong
        assert told(DURING + 2 * MINUTE) == []
        pk = Announcement.objects.get(kind="changed").pk
        with pytest.raises(telling.KeysNotOpenedError, match="of 7 subscribers"):
            tell(announcement_id=pk, now=DURING + 3 * MINUTE)
        settings.MASTER_KEYS_FILE = right
        assert Subscription.objects.count() == len(crowd)
        self.all_told(crowd, DURING + 20 * MINUTE)


def test_a_batch_costs_the_same_queries_whatever_its_size(page: NoticePage) -> None:
    told(PUBLISHED + MINUTE)
    counts = []
    for size in (2, 9):
        for number in range(size):
            subscribed(f"zhuge{size}.{number}@example.com", record=record_of(page))
        extended(page, DURING + size * MINUTE, date(2026, 3, 17 + size))
        with CaptureQueriesContext(connection) as captured:
            announcing.announce_news(now=DURING + (size + 1) * MINUTE)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_restored_notice_is_no_news_and_old_news_is_none(page: NoticePage) -> None:
    subscribed(county=COUNTY, now=BEFORE)
    assert told(PUBLISHED + timedelta(days=8)) == []
    notice_restored.send(type(page.record), record=record_of(page), now=PUBLISHED + MINUTE)
    assert told(PUBLISHED + 2 * MINUTE) == []


def test_a_notice_that_opens_later_is_told_when_it_opens() -> None:
    subscribed(county=COUNTY, now=BEFORE)
    make_notice(stage="approved", now=PUBLISHED)
    make_notice(stage="historical", project_name="旧公示", now=PUBLISHED)
    assert told(PUBLISHED + MINUTE) == []
