"""The receipt as page, PDF, picture and e-mail."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections
from django.template import TemplateDoesNotExist
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from notices.opinions import lookup_views, mails, throttle
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.consents import Consent, restrict_contact, withdraw_consents
from notices.opinions.destruction import confirm_destruction, propose_destruction
from notices.opinions.files import erase_files, stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import Answer, Channel, ContactKind, DestructionGround, Opinion, Outcome
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne, record_on_behalf
from notices.outbox.delivery import WAITS, masked_addresses, send_one, unseal
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import send_due
from notices.printing import PrintingFaultError
from notices.sealing import InvalidToken
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, send
from tests.pdf import text_of_pdf
from tests.people import make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ADDRESS = "ceshi.jia@example.com"
BY_MAIL = PageTwo(contact_kind=ContactKind.EMAIL, contact=ADDRESS, name="测试甲")
NOW = PUBLISHED + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def page(people):
    return make_notice(now=PUBLISHED, proponent=people.company_a)


def ask(receipt: Any, path: str) -> Any:
    fields = {"number": receipt.opinion.number, "code": receipt.code}
    return Client(enforce_csrf_checks=True).post(path, fields)


def picture_in(html: str) -> bytes:
    found = re.search(r'src="data:image/png;base64,([^"]+)"', html)
    assert found
    return base64.b64decode(found[1])


def test_the_pdf_holds_all_that_a_receipt_must_say(page) -> None:
    receipt = send(page, "请加密监测井。\n第二行", now=NOW, village="柳坪村")
    entry = receipt.opinion.ledger_entry
    flat = "".join(text_of_pdf(ask(receipt, "/receipt/pdf/").content).split())
    for words in (
        receipt.opinion.number,
        receipt.code,
        "2026-03-03 09:00:00 +08:00",
        f"公示码 {page.record.code}",
        "第 1 版",
        "2026年3月2日至2026年3月16日 24:00",
        "请加密监测井。第二行",
        "柳坪村",
        f"第 {entry.position} 条",
        entry.previous,
        entry.hash,
        "本条指纹是提交后的台账末端",
    ):
        assert "".join(words.split()) in flat, words


def test_the_picture_is_a_narrow_png_in_a_page_that_nobody_stores(page) -> None:
    receipt = send(page, "担心渗漏影响水井。𬒔峪沟 😀" * 60, now=NOW)
    response = ask(receipt, "/receipt/picture/")
    assert "长按图片保存" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    data = picture_in(response.content.decode())
    assert len(data) < 300_000
    picture = Image.open(BytesIO(data))
    assert picture.width == 720
    assert 1500 < picture.height < 5000
    foot = picture.convert("L").crop((0, picture.height - 20, 720, picture.height))
    assert min(foot.tobytes()) > 240


def test_the_picture_needs_the_code_and_is_never_fetched_by_address(page) -> None:
    receipt = send(page, now=NOW)
    wrong = Client().post("/receipt/picture/", {"number": receipt.opinion.number, "code": "0" * 12})
    assert "data:image" not in wrong.content.decode()
    assert Client().get("/receipt/picture/").status_code == 405


@pytest.mark.parametrize("path", ["/receipt/picture/", "/receipt/pdf/"])
def test_a_failed_printing_leaves_a_page_to_keep_and_no_text_in_the_log(
    page, path, monkeypatch, caplog
) -> None:
    receipt = send(page, "不能印出来的意见", now=NOW)

    def fail(*args: Any, **kwargs: Any) -> bytes:
        raise PrintingFaultError("不能印出来的意见")

    monkeypatch.setattr(lookup_views, "render_pdf", fail)
    monkeypatch.setattr(lookup_views, "receipt_picture", fail)
    html = ask(receipt, path).content.decode()
    assert "暂时不能生成" in html
    assert "不能印出来的意见" in html
    assert "不能印出来的意见" not in caplog.text


@pytest.mark.parametrize("path", ["/receipt/picture/", "/receipt/pdf/"])
def test_whoever_prints_a_receipt_too_often_is_told_when_to_come_back(page, path, monkeypatch) -> None:
    receipt = send(page, now=NOW)
    monkeypatch.setattr(throttle, "FREE_PRINTINGS", 0)
    response = ask(receipt, path)
    assert (response.status_code, response["Retry-After"]) == (429, "10")
    assert "请过 10 秒再点一次" in response.content.decode()
    assert receipt.opinion.text in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_whoever_leaves_an_address_gets_the_receipt_by_mail(page, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        token = new_token(page.record.code, now=NOW)
        file = stage_file(form_key=token.key, upload=photo("井.jpg"), now=NOW)
        text = "井水发黄 & 有味。\n第二行"
        receipt = send(page, text, now=NOW, page_two=BY_MAIL, token=token, files=[file.sha256])
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    code = f"{receipt.code[:4]} {receipt.code[4:8]} {receipt.code[8:]}"
    for words in (receipt.opinion.number, code, page.title, page.record.code, "2026年3月16日", "/receipt/"):
        assert words in letter.body
    entry = receipt.opinion.ledger_entry
    for proof in (text, "井.jpg", file.sha256, f"第 {entry.position} 条", entry.previous, entry.hash):
        assert proof in letter.body
    assert "测试甲" not in f"{letter.subject} {letter.body}"
    row = OutboxMail.objects.get()
    assert ADDRESS not in row.subject + row.key
    assert (row.state, row.sealed) == (MailState.SENT, None)


def test_a_repeated_form_and_a_telephone_number_bring_no_mail(page) -> None:
    token = new_token(page.record.code, now=NOW)
    for _ in range(2):
        send(page, now=NOW, page_two=BY_MAIL, token=token)
    send(page, now=NOW)
    assert OutboxMail.objects.count() == 1


def test_what_is_destroyed_is_not_mailed_any_more(page, people) -> None:
    token = new_token(page.record.code, now=NOW)
    file = stage_file(form_key=token.key, upload=photo("王家的井.jpg"), now=NOW)
    named = send(page, now=NOW, page_two=BY_MAIL, token=token, files=[file.sha256]).opinion
    erase_files(opinion=named, now=NOW)
    secret = send(page, "不宜公开的位置。", now=NOW, page_two=BY_MAIL).opinion
    proposal = propose_destruction(
        opinion=secret,
        ground=DestructionGround.STATE_SECRET,
        document="保密行政管理部门 2026 年第 3 号通知",
        reason="涉及设施",
        user=people.li,
        now=NOW,
    )
    assert OutboxMail.objects.get().key == f"opinion:{secret.number}:receipt"
    confirm_destruction(proposal=proposal, user=people.op, now=NOW)
    assert not OutboxMail.objects.exists()


def test_an_opinion_is_taken_though_its_mail_cannot_be_written(page, monkeypatch, caplog) -> None:
    def fail(*args: Any, **kwargs: Any) -> str:
        raise TemplateDoesNotExist(ADDRESS)

    monkeypatch.setattr(mails, "render_to_string", fail)
    receipt = send(page, now=NOW, page_two=BY_MAIL)
    assert Opinion.objects.get() == receipt.opinion
    assert not OutboxMail.objects.exists()
    assert receipt.opinion.number in caplog.text
    assert ADDRESS not in caplog.text


def test_a_failed_mail_is_seen_on_the_register_entry_without_the_address(page, people, settings) -> None:
    receipt = send(page, now=NOW, page_two=BY_MAIL)
    settings.EMAIL_BACKEND = "tests.does_not_exist.Backend"
    for attempt in range(len(WAITS) + 1):
        send_due(now=NOW + attempt * max(WAITS))
    assert OutboxMail.objects.get().state == MailState.FAILED
    client = Client()
    client.force_login(people.li)
    html = client.get(f"/admin/opinion_register/inspect/{receipt.opinion.pk}/").content.decode()
    assert "回执邮件未送达" in html
    assert ADDRESS not in html
    client.force_login(people.op)
    html = client.get("/admin/outbox_mail/").content.decode()
    assert "意见回执" in html
    assert ADDRESS not in html


def answer(people: Any, *receipts: Any, now: Any = NOW, **fields: Any) -> Any:
    fields = {"outcome": Outcome.NOT_ADOPTED, "reason": "水井在影响范围以外。", **fields}
    opinions = [receipt.opinion for receipt in receipts]
    return answer_opinions(opinions=opinions, user=people.li, now=now, **fields)


def test_an_answer_is_mailed_to_each_writer_with_an_address_once(
    page, people, django_capture_on_commit_callbacks
) -> None:
    by_mail = [send(page, now=NOW, page_two=BY_MAIL) for _ in range(2)]
    by_phone = send(page, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        given = answer(people, *by_mail, by_phone)
    assert mails.queue_answer_mails(answer=given, now=NOW) == 0
    letters = [letter for letter in mail.outbox if "答复" in letter.subject]
    assert {letter.subject for letter in letters} == {
        f"意见答复 {receipt.opinion.number}" for receipt in by_mail
    }
    assert all(letter.to == [ADDRESS] and "水井在影响范围以外。" in letter.body for letter in letters)
    assert not any(receipt.code[:4] in letter.body for receipt in by_mail for letter in letters)


@pytest.mark.parametrize("end", [restrict_contact, erase_commenter])
def test_a_restricted_or_erased_contact_gets_no_mail_not_even_one_that_waits(page, people, end) -> None:
    receipt = send(page, now=NOW, page_two=BY_MAIL)
    assert OutboxMail.objects.count() == 1
    end(opinion=receipt.opinion, now=NOW)
    assert not OutboxMail.objects.exists()
    answer(people, receipt)
    assert not OutboxMail.objects.exists()


def test_a_copy_of_the_outbox_tells_nothing_once_page_two_is_erased(page, people) -> None:
    receipt = send(page, now=NOW, page_two=BY_MAIL)
    answer(people, receipt)
    mails.queue_answer_mails(answer=Answer.objects.get(), now=NOW)
    copies = [bytes(each.sealed) for each in OutboxMail.objects.all() if each.sealed]
    assert [unseal(copy).to for copy in copies] == [ADDRESS] * 2
    erase_commenter(opinion=receipt.opinion, now=NOW)
    for copy in copies:
        with pytest.raises(InvalidToken):
            unseal(copy)
    restored = OutboxMail.objects.create(
        key="restored", category="opinion_receipt", sealed=copies[0], created_at=NOW, next_attempt_at=NOW
    )
    assert masked_addresses([restored]) == {restored.pk: ""}
    mail.outbox.clear()
    assert isinstance(send_one(mail_id=restored.pk, now=NOW), InvalidToken)
    assert mail.outbox == []


def test_a_waiting_mail_still_goes_out_after_the_id_number_was_withdrawn(
    page, django_capture_on_commit_callbacks
) -> None:
    receipt = send(
        page, now=NOW, page_two=replace(BY_MAIL, id_number="110101199003077774", id_number_consent=True)
    )
    withdraw_consents(opinion=receipt.opinion, consents=[Consent.ID_NUMBER], now=NOW)
    mail.outbox.clear()
    assert send_due(now=NOW) == 1
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]


def test_the_operators_list_opens_the_addresses_of_a_page_at_once(page, people) -> None:
    client = Client()
    client.force_login(people.op)
    needed = []
    for more in (1, 6):
        for _number in range(more):
            send(page, now=NOW, page_two=BY_MAIL)
        client.get("/admin/outbox_mail/")
        with CaptureQueriesContext(connection) as queries, CaptureQueriesContext(connections["keys"]) as keys:
            html = client.get("/admin/outbox_mail/").content.decode()
        needed.append((len(queries), len(keys)))
        assert "c***@example.com" in html
    assert needed[0] == needed[1]


def test_whoever_is_said_to_have_written_a_letter_is_told_of_its_recording(page, people) -> None:
    record_on_behalf(
        record=page.record,
        page_one=PageOne(text="来信的意见", channel=Channel.LETTER),
        page_two=BY_MAIL,
        received_at=NOW,
        user=people.li,
        now=NOW,
    )
    sealed = OutboxMail.objects.get().sealed
    assert sealed
    body = unseal(sealed).body
    assert "由建设单位代录。如果您没有提过意见" in body
