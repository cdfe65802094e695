"""A supplement is an opinion of its own that names the first one and takes over its contact without showing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.ledger.models import Entry
from notices.opinions.answering import erase_commenter
from notices.opinions.consents import restrict_contact
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import LIFETIME, new_token
from notices.opinions.models import Channel, ContactKind, Opinion
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.services import OpinionRefusedError, PageOne, record_on_behalf
from notices.opinions.supplements import submit_supplement
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, hidden, send
from tests.pdf import make_pdf, text_of_pdf
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NOW = PUBLISHED + timedelta(days=1)
WRITER = PageTwo(
    contact_kind=ContactKind.MOBILE,
    contact="13900000021",
    name="测试乙",
    address="测试乡测试村",
    id_number="11010519491231002X",
    show_text=True,
    id_number_consent=True,
)
NOTHING_TYPED = PageTwo()


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.fixture
def first(page):
    return send(page, "第一条意见", now=PUBLISHED, page_two=WRITER)


class Adder:
    """Somebody who adds to an opinion in a browser without JavaScript."""

    def __init__(self, first: Any) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.first = first
        self.url = f"/n/{first.opinion.notice.record.code}/opinion/"
        self.token = ""

    def start(self, code: str | None = None) -> str:
        """Press the button of the look-up; return the page."""
        given = {"number": self.first.opinion.number, "code": code or self.first.code}
        html = self.client.post("/receipt/supplement/", given).content.decode()
        if 'name="token"' in html:
            self.token = hidden(html, "token")
        return html

    def post(self, go: str, step: str, **fields: str) -> str:
        """Press a button of the form."""
        given = {"token": self.token, "go": go, "step": step, **fields}
        html: str = self.client.post(self.url, given).content.decode()
        return html


@pytest.fixture
def adder(first):
    return Adder(first)


def test_from_the_look_up_through_the_form_to_a_receipt_of_its_own(adder, first, clock) -> None:
    pages = [adder.start()]
    assert f'补充编号 <span class="num">{first.opinion.number}</span>' in pages[0]
    clock.shift(20)
    pages.append(adder.post("contact", "opinion", text="再补充一点"))
    assert "不填就沿用上次留的联系方式" in pages[1]
    pages.append(adder.post("check", "contact", text="再补充一点"))
    assert "沿用上次留的联系方式" in pages[2]
    pages.append(adder.post("send", "check", text="再补充一点"))
    second = Opinion.objects.order_by("sequence").last()
    assert (second.sequence, second.supplement_to, second.text) == (2, first.opinion, "再补充一点")
    assert second.number in pages[3]
    assert second.ledger_entry.payload["supplement_to"] == first.opinion.number
    for html in pages:
        for secret in ("13900000021", "测试乙", "测试乡测试村", "11010519491231002X", first.code):
            assert secret not in html
    adder.post("send", "check", text="再补充一点")
    assert Opinion.objects.count() == 2
    looked_up = (
        Client().post("/receipt/", {"number": first.opinion.number, "code": first.code}).content.decode()
    )
    assert second.number in looked_up
    assert "补充的意见凭它自己的编号和查询码查询" in looked_up


def test_contact_name_and_address_are_taken_over_but_neither_id_number_nor_consents(page, first) -> None:
    taken_over = unseal(supplement(page, first).opinion.commenter)
    expected = replace(WRITER, id_number="", show_text=False, id_number_consent=False)
    assert taken_over == expected
    typed = PageTwo(contact_kind=ContactKind.EMAIL, contact="new@example.com", show_text=True)
    assert unseal(supplement(page, first, page_two=typed).opinion.commenter) == typed


def supplement(page: Any, first: Any, *, page_two: PageTwo = NOTHING_TYPED, now: Any = NOW) -> Any:
    token = new_token(page.record.code, now=now, supplement_to=first.opinion.number)
    return submit_supplement(
        record=page.record,
        token=token,
        page_one=PageOne(text="补充"),
        page_two=page_two,
        clock=lambda: now,
    )


def test_a_supplement_brings_files_of_its_own(page, first) -> None:
    token = new_token(page.record.code, now=NOW, supplement_to=first.opinion.number)
    upload = SimpleUploadedFile("监测.pdf", make_pdf(["监测数据"]))
    named = [stage_file(form_key=token.key, upload=upload, now=NOW).sha256]
    taken = submit_supplement(
        record=page.record,
        token=token,
        page_one=PageOne(text="附件是监测数据"),
        page_two=NOTHING_TYPED,
        files=named,
        clock=lambda: NOW,
    )
    assert [file.sha256 for file in taken.opinion.files.all()] == named
    assert not first.opinion.files.exists()
    response = Client().post("/receipt/pdf/", {"number": taken.opinion.number, "code": taken.code})
    flat = "".join(text_of_pdf(response.content).split())
    assert named[0] in flat
    assert first.opinion.number in flat


@pytest.mark.parametrize("end", [restrict_contact, erase_commenter])
def test_a_contact_that_may_not_be_used_must_be_typed_anew(page, first, adder, clock, end) -> None:
    end(opinion=first.opinion, now=NOW)
    with pytest.raises(ValidationError, match="另留一个联系方式"):
        supplement(page, first)
    adder.start()
    clock.shift(20)
    assert "请留一个联系方式" in adder.post("check", "contact", text="补充")
    adder.post("send", "check", text="补充", contact="13900000022")
    assert unseal(Opinion.objects.get(sequence=2).commenter).contact == "13900000022"


def test_an_expired_form_stays_a_supplement(adder, first, clock) -> None:
    adder.start()
    clock.shift(LIFETIME + timedelta(seconds=1))
    html = adder.post("send", "check", text="补充")
    assert "请再点一次" in html
    adder.token = hidden(html, "token")
    clock.shift(20)
    adder.post("send", "check", text="补充")
    assert Opinion.objects.get(sequence=2).supplement_to == first.opinion


def test_after_the_window_nothing_is_added(adder, page, first, clock) -> None:
    clock.move_to(END + timedelta(hours=1))
    html = adder.start()
    assert "现在不能在网上补充意见" in html
    assert "/receipt/supplement/" not in html
    with pytest.raises(OpinionRefusedError):
        supplement(page, first, now=END + timedelta(hours=1))


def test_a_wrong_code_opens_no_form(adder) -> None:
    assert 'name="token"' not in adder.start(code="0" * 12)
    assert Client().get("/receipt/supplement/").status_code == 405


def test_a_code_that_staff_have_seen_adds_nothing() -> None:
    people = make_people()
    page = make_notice(now=PUBLISHED, proponent=people.company_a)
    letter = record_on_behalf(
        record=page.record,
        page_one=PageOne(text="来信", channel=Channel.LETTER),
        page_two=WRITER,
        received_at=NOW,
        user=people.li,
        now=NOW,
    )
    assert "现在不能在网上补充意见" in Adder(letter).start()
    with pytest.raises(ValidationError, match="找不到要补充的意见"):
        supplement(page, letter)


def test_an_opinion_of_another_notice_is_not_added_to(first) -> None:
    other = make_notice(now=PUBLISHED, project_name="另一个项目")
    entries = Entry.objects.count()
    with pytest.raises(ValidationError, match="找不到要补充的意见"):
        supplement(other, first)
    assert (Opinion.objects.count(), Entry.objects.count()) == (1, entries)
