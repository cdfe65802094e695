"""Consents end when their writer says so; a restricted contact is read by the approval authority alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from notices.ledger.models import Chain, Entry
from notices.ledger.services import canonical_bytes, commitment
from notices.opinions import consents as consent_services
from notices.opinions import key_store
from notices.opinions.access import read_contacts
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.consents import Consent, restrict_contact, withdraw_consents
from notices.opinions.facts import opinion_facts
from notices.opinions.file_access import hand_out_original
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    AccessBasis,
    Channel,
    Commenter,
    ContactAccess,
    ContactKind,
    DataKey,
    Outcome,
)
from notices.opinions.orphan_keys import clear_orphan_keys
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.services import PageOne, record_on_behalf
from notices.opinions.signals import opinion_changed
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.pdf import make_pdf
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NOW = PUBLISHED + timedelta(days=1)
ID_NUMBER = "11010519491231002X"
OPEN_PERSON = PageTwo(
    contact_kind=ContactKind.MOBILE,
    contact="13900000001",
    name="测试甲",
    id_number=ID_NUMBER,
    publish_personal=True,
    show_text=True,
    id_number_consent=True,
)


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


@pytest.fixture
def receipt(page):
    return send(page, now=NOW, page_two=OPEN_PERSON)


def last_entry(receipt: Any) -> Entry:
    return receipt.opinion.ledger_entry.chain.entries.order_by("-position").first()


def commenter_of(receipt: Any) -> Commenter:
    return Commenter.objects.get(opinion=receipt.opinion)


def test_a_consent_ends_at_once_with_a_public_entry_and_word_to_others(
    receipt, django_capture_on_commit_callbacks
) -> None:
    heard: list[str] = []

    def listen(sender: Any, opinion: Any, **kwargs: Any) -> None:
        heard.append(opinion.number)

    opinion_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_consents(opinion=receipt.opinion, consents=[Consent.SHOW_TEXT], now=NOW)
    finally:
        opinion_changed.disconnect(listen)
    commenter = commenter_of(receipt)
    assert (commenter.show_text, commenter.publish_personal, commenter.id_number_consent) == (
        False,
        True,
        True,
    )
    assert commenter.consents_changed_at == NOW
    entry = last_entry(receipt)
    assert (entry.act, entry.role, entry.payload) == (
        "consent_withdrawn",
        "public",
        {"numbers": [receipt.opinion.number]},
    )
    assert heard == [receipt.opinion.number]
    assert not verify_chain(Chain.objects.get(pk=entry.chain_id))


def test_withdrawing_again_writes_nothing(receipt) -> None:
    withdraw_consents(opinion=receipt.opinion, consents=list(Consent), now=NOW)
    count = Entry.objects.count()
    assert withdraw_consents(opinion=receipt.opinion, consents=list(Consent), now=NOW) == []
    assert Entry.objects.count() == count


def test_the_id_number_goes_with_its_consent_and_the_entry_binds_what_is_left(receipt) -> None:
    old = commenter_of(receipt)
    withdraw_consents(opinion=receipt.opinion, consents=[Consent.ID_NUMBER], now=NOW)
    commenter = commenter_of(receipt)
    left = unseal(commenter)
    assert (left.id_number, left.contact, left.name) == ("", "13900000001", "测试甲")
    assert commenter.key_id
    assert commenter.sealed
    content = key_store.open_data_key(commenter.key_id).decrypt(bytes(commenter.sealed)).decode()
    salt = bytes.fromhex(json.loads(content)["salt"])
    assert last_entry(receipt).payload["page_two"] == commitment(salt, canonical_bytes(left.identity()))
    with pytest.raises(key_store.KeyMissingError):
        unseal(old)
    assert DataKey.objects.using("keys").filter(wrapped__isnull=False, purpose="commenter").count() == 1


def test_a_connection_that_breaks_after_the_commit_costs_nobody_the_contact(receipt, monkeypatch) -> None:
    def commit_and_break(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        raise OperationalError("server closed the connection")

    original = consent_services._withdraw
    monkeypatch.setattr(consent_services, "_withdraw", commit_and_break)
    with pytest.raises(OperationalError):
        withdraw_consents(opinion=receipt.opinion, consents=[Consent.ID_NUMBER], now=NOW)
    left = unseal(commenter_of(receipt))
    assert (left.id_number, left.contact) == ("", "13900000001")


def test_a_failure_in_between_leaves_everything_as_it_was(receipt, monkeypatch) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(consent_services, "write_entry", fail)
    with pytest.raises(RuntimeError):
        withdraw_consents(opinion=receipt.opinion, consents=list(Consent), now=NOW)
    commenter = commenter_of(receipt)
    assert (commenter.show_text, unseal(commenter).id_number) == (True, ID_NUMBER)
    clear_orphan_keys(now=NOW + timedelta(days=2))
    assert DataKey.objects.using("keys").filter(purpose="commenter").count() == 1


def test_consents_end_after_page_two_was_erased_too(receipt) -> None:
    erase_commenter(opinion=receipt.opinion, now=NOW)
    assert withdraw_consents(opinion=receipt.opinion, consents=list(Consent), now=NOW) == list(Consent)
    assert "page_two" not in last_entry(receipt).payload
    assert commenter_of(receipt).sealed is None


def test_a_code_that_staff_have_seen_only_reads(page, people) -> None:
    receipt = record_on_behalf(
        record=page.record,
        page_one=PageOne(text="来信", channel=Channel.LETTER),
        page_two=OPEN_PERSON,
        received_at=NOW,
        user=people.li,
        now=NOW,
    )
    with pytest.raises(PermissionDenied):
        withdraw_consents(opinion=receipt.opinion, consents=list(Consent), now=NOW)
    with pytest.raises(PermissionDenied):
        restrict_contact(opinion=receipt.opinion, now=NOW)
    html = ask(receipt, acts="show_text", go="confirm").content.decode()
    assert "没有可以撤回或者限制的事项" in html
    assert "由建设单位代录，凭查询码只能查看" in html
    assert commenter_of(receipt).show_text


def read(receipt: Any, user: Any, basis: AccessBasis, now: Any = END + timedelta(hours=1)) -> Any:
    opened = read_contacts(opinions=[receipt.opinion], user=user, basis=basis, reason="核实意见内容", now=now)
    return opened[receipt.opinion.pk]


def test_a_restricted_contact_is_read_by_the_approval_authority_only(receipt, people, page) -> None:
    assert restrict_contact(opinion=receipt.opinion, now=NOW)
    assert not restrict_contact(opinion=receipt.opinion, now=NOW)
    assert (last_entry(receipt).act, last_entry(receipt).payload) == (
        "contact_restricted",
        {"numbers": [receipt.opinion.number]},
    )
    for user, basis in ((people.li, AccessBasis.FEEDBACK), (people.op, AccessBasis.EXCEPTION)):
        with pytest.raises(ValidationError, match="限制使用"):
            read(receipt, user, basis)
    for user in (people.rival, people.outsider, people.stranger):
        with pytest.raises(PermissionDenied):
            read(receipt, user, AccessBasis.FEEDBACK)
    assert not ContactAccess.objects.exists()
    page.project.approval_authority = people.office
    page.project.save()
    assert read(receipt, people.guan, AccessBasis.REQUEST).contact == "13900000001"
    assert ContactAccess.objects.get().opinions.get() == receipt.opinion


def test_in_a_batch_the_restricted_one_is_neither_opened_nor_recorded(receipt, people, page) -> None:
    other = send(page, now=NOW)
    restrict_contact(opinion=receipt.opinion, now=NOW)
    opened = read_contacts(
        opinions=[receipt.opinion, other.opinion],
        user=people.li,
        basis=AccessBasis.FEEDBACK,
        reason="反馈处理情况",
        now=END + timedelta(hours=1),
    )
    assert opened[receipt.opinion.pk] is None
    assert opened[other.opinion.pk].contact == "13900000001"
    assert list(ContactAccess.objects.get().opinions.all()) == [other.opinion]


def test_the_original_of_a_file_is_restricted_like_page_two(page, people) -> None:
    token = new_token(page.record.code, now=NOW)
    upload = SimpleUploadedFile("井.pdf", make_pdf(["监测数据"]))
    files = [stage_file(form_key=token.key, upload=upload, now=NOW).sha256]
    opinion = send(page, now=NOW, token=token, files=files).opinion
    asked = {
        "file": opinion.files.get(),
        "user": people.li,
        "basis": AccessBasis.FEEDBACK,
        "reason": "核实照片",
    }
    hand_out_original(**asked, now=END + timedelta(hours=1))
    restrict_contact(opinion=opinion, now=END + timedelta(hours=2))
    with pytest.raises(ValidationError, match="限制使用"):
        hand_out_original(**asked, now=END + timedelta(hours=3))


def test_nobody_must_be_told_who_restricted_the_contact(receipt, people, page) -> None:
    answer_opinions(
        opinions=[receipt.opinion],
        outcome=Outcome.NOT_ADOPTED,
        reason="水井在影响范围以外。",
        user=people.li,
        now=NOW,
    )
    assert opinion_facts([page])["opinions_untold"] == 1
    restrict_contact(opinion=receipt.opinion, now=NOW)
    assert opinion_facts([page])["opinions_untold"] == 0


def ask(receipt: Any, code: str | None = None, **fields: Any) -> Any:
    given = {"number": receipt.opinion.number, "code": code or receipt.code, **fields}
    return Client(enforce_csrf_checks=True).post("/receipt/consents/", given)


def test_the_writer_chooses_confirms_and_sees_the_result(receipt) -> None:
    page = ask(receipt).content.decode()
    assert "撤回同意：隐去身份后公开意见内容" in page
    assert "请至少选一项" in ask(receipt, go="check").content.decode()
    acts = ["id_number_consent", "restrict"]
    page = ask(receipt, go="check", acts=acts).content.decode()
    assert "身份证号随即删除" in page
    assert commenter_of(receipt).restricted_at is None
    page = ask(receipt, go="confirm", acts=acts).content.decode()
    assert "已办理" in page
    assert "已于2026年3月3日限制使用" in page
    commenter = commenter_of(receipt)
    assert (commenter.restricted_at, commenter.id_number_consent, commenter.show_text) == (NOW, False, True)


@pytest.mark.parametrize("go", ["", "check", "confirm"])
def test_each_step_needs_the_code(receipt, go) -> None:
    page = ask(receipt, code="0" * 12, go=go, acts="show_text").content.decode()
    assert "对不上" in page
    assert commenter_of(receipt).show_text
    assert Client().get("/receipt/consents/").status_code == 405
