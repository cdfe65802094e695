"""What is erased by itself, and that nothing of an address is left."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from notices.models import NoticePage
from notices.outbox.models import OutboxMail
from notices.services import withdraw_notice
from notices.statutory.facts import NoticeKind
from notices.subscriptions import key_store
from notices.subscriptions.expiry import erase_ended
from notices.subscriptions.models import KeyPurpose, SubscriberKey, Subscription
from notices.subscriptions.services import ask
from tests.factories import an_operator, make_notice
from tests.notices.opinions.helpers import END
from tests.notices.subscriptions.helpers import COUNTY, DURING, PUBLISHED, RESIDENT, record_of, subscribed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MONTH = timedelta(days=30)


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


def kept() -> tuple[int, int]:
    return Subscription.objects.count(), SubscriberKey.objects.filter(purpose=KeyPurpose.ADDRESS).count()


def test_what_nobody_confirms_is_erased_after_48_hours_with_its_mail(page: NoticePage) -> None:
    ask(address=RESIDENT, record=record_of(page), topics=["changes"], now=DURING)
    assert OutboxMail.objects.count() == 1
    assert erase_ended(now=DURING + timedelta(hours=47)) == 0
    assert erase_ended(now=DURING + timedelta(hours=48)) == 1
    assert (kept(), OutboxMail.objects.count()) == ((0, 0), 0)


def test_a_subscription_to_a_notice_ends_a_month_after_closing(page: NoticePage) -> None:
    subscribed(record=record_of(page))
    subscribed(county=COUNTY)
    assert erase_ended(now=END + MONTH - timedelta(days=1, minutes=1)) == 0
    assert erase_ended(now=END + MONTH) == 1
    assert Subscription.objects.get().county == COUNTY
    assert kept() == (1, 1)


def test_a_withdrawn_notice_has_ended_as_well(page: NoticePage) -> None:
    subscribed(record=record_of(page))
    withdraw_notice(record=record_of(page), reason="选址调整", user=an_operator(), now=DURING)
    assert erase_ended(now=DURING + MONTH - timedelta(days=1)) == 0
    assert erase_ended(now=DURING + MONTH) == 1


def test_a_first_round_ends_with_its_second() -> None:
    first = make_notice(now=PUBLISHED, kind=NoticeKind.FIRST_ROUND, project_name="两轮项目")
    subscribed(record=record_of(first), topics=["changes"])
    year = timedelta(days=365)
    assert erase_ended(now=PUBLISHED + year) == 0
    second = make_notice(now=PUBLISHED + timedelta(days=60), project_name="两轮项目")
    assert record_of(second).page.project_id == record_of(first).page.project_id
    assert erase_ended(now=PUBLISHED + timedelta(days=89)) == 0
    assert erase_ended(now=PUBLISHED + timedelta(days=90)) == 1


def test_the_command_erases_and_says_how_many(page: NoticePage) -> None:
    subscribed(record=record_of(page))
    with time_machine.travel(END + MONTH, tick=False):
        printed = StringIO()
        call_command("expire_personal_data", "--dry-run", stdout=printed)
        assert "邮件提醒到期 1 个" in printed.getvalue()
        assert kept() == (1, 1)
        call_command("expire_personal_data", stdout=printed)
    assert "已删除 1 个到期的邮件提醒" in printed.getvalue()
    assert kept() == (0, 0)


def test_a_key_that_nothing_names_is_deleted_after_a_week(page: NoticePage) -> None:
    subscribed(record=record_of(page))
    key_store.create_key(now=DURING)
    erase_ended(now=DURING + timedelta(days=7))
    assert kept() == (1, 2)
    erase_ended(now=DURING + timedelta(days=8))
    assert kept() == (1, 1)


def test_the_hash_of_an_address_needs_the_key_store() -> None:
    before = key_store.address_hash(RESIDENT)
    assert before == key_store.address_hash(RESIDENT.upper())
    SubscriberKey.objects.filter(purpose=KeyPurpose.HASH).delete()
    assert key_store.address_hash(RESIDENT) != before
