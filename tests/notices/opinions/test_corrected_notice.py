"""An opinion names the version that its writer saw; a correction meanwhile is told, and no text is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from notices.ledger.models import Chain
from notices.models import NoticePage
from notices.opinions.form_tokens import new_token
from notices.opinions.models import Channel, Opinion
from notices.opinions.services import PageOne, record_on_behalf
from notices.services import chain_key
from tests.factories import make_notice
from tests.notices.correcting import correct, fresh
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import PUBLISHED, Filler, hidden, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OPEN = PUBLISHED + timedelta(days=1)
TYPED = {"text": "请加密监测井。", "contact": "13900000001"}


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


@pytest.fixture
def clock() -> Any:
    cache.clear()
    with time_machine.travel(OPEN, tick=False) as traveller:
        yield traveller


def press(filler: Filler, clock: Any, go: str, step: str) -> str:
    """Press a button after a while, and go on with the token of the answer as a browser does."""
    clock.shift(20)
    html: str = filler.post(go, step, **TYPED).content.decode()
    if 'name="token"' in html:
        filler.token = hidden(html, "token")
    return html


def test_a_form_opened_before_a_correction_shows_it_before_anything_is_sent(
    clock: Any, people: People, page: NoticePage
) -> None:
    filler = Filler(page)
    filler.open()
    press(filler, clock, "check", "contact")
    correct(page, people, now=timezone.now(), contact_phone="0357-7000009")
    told = press(filler, clock, "send", "check")
    assert "公示已更正为第 2 版" in told
    assert f"/n/{page.record.code}/#changes" in told
    assert TYPED["text"] in told
    assert TYPED["contact"] in told
    assert not Opinion.objects.exists()
    receipt = press(filler, clock, "send", "check")
    assert "第 2 版" in receipt
    opinion = Opinion.objects.get()
    assert (opinion.notice_version, opinion.notice_revision_id) == (2, fresh(page).record.revision_id)


def test_on_the_way_it_is_told_once(clock: Any, people: People, page: NoticePage) -> None:
    filler = Filler(page)
    filler.open()
    correct(page, people, "slip", timezone.now(), content="分层填埋。")
    told = press(filler, clock, "contact", "opinion")
    assert "公示已更正" in told
    assert "页面打开得太久" not in told
    assert "您的信息怎么用" in told
    assert "公示已更正" not in press(filler, clock, "check", "contact")
    assert "第 2 版" in press(filler, clock, "send", "check")


def test_a_repeated_submission_still_gets_its_first_receipt(
    clock: Any, people: People, page: NoticePage
) -> None:
    filler = Filler(page)
    filler.open()
    press(filler, clock, "check", "contact")
    first = press(filler, clock, "send", "check")
    correct(page, people, now=timezone.now(), contact_phone="0357-7000009")
    again = press(filler, clock, "send", "check")
    opinion = Opinion.objects.get()
    assert opinion.number in first
    assert opinion.number in again
    assert opinion.notice_version == 1


def test_a_form_opened_afterwards_says_nothing(clock: Any, people: People, page: NoticePage) -> None:
    correct(page, people, now=timezone.now(), contact_phone="0357-7000009")
    filler = Filler(page)
    filler.open()
    assert "公示已更正" not in press(filler, clock, "check", "contact")
    assert "第 2 版" in press(filler, clock, "send", "check")


def test_one_that_arrives_in_the_same_moment_names_what_was_seen(people: People, page: NoticePage) -> None:
    first_revision = page.record.revision_id
    token = new_token(page.record.code, now=OPEN, version=1)
    correct(page, people, now=OPEN, contact_phone="0357-7000009")
    opinion = send(page, token=token, now=OPEN + timedelta(minutes=1)).opinion
    assert (opinion.notice_version, opinion.notice_revision_id) == (1, first_revision)
    assert verify_chain(Chain.objects.get(key=chain_key(page.record))) == []


@pytest.mark.parametrize(("arrived", "version"), [(-1, 1), (1, 2)])
def test_a_letter_names_the_version_in_force_when_it_arrived(
    people: People, page: NoticePage, arrived: int, version: int
) -> None:
    corrected_at = PUBLISHED + timedelta(days=3)
    correct(page, people, now=corrected_at, contact_phone="0357-7000009")
    receipt = record_on_behalf(
        record=fresh(page).record,
        page_one=PageOne(text="来信", channel=Channel.LETTER),
        page_two=None,
        received_at=corrected_at + timedelta(hours=arrived),
        user=people.li,
        now=corrected_at + timedelta(days=1),
    )
    assert receipt.opinion.notice_version == version
