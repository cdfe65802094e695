"""Look-up and the receipt as PDF."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from notices.opinions import throttle
from notices.opinions.answering import answer_opinions, erase_commenter, redact_opinion
from notices.opinions.feedback import log_feedback
from notices.opinions.models import Outcome
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, send
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    cache.clear()
    slept: list[float] = []
    monkeypatch.setattr(throttle, "pause", slept.append)
    with time_machine.travel(PUBLISHED + timedelta(days=2), tick=False):
        yield slept
    cache.clear()


@pytest.fixture
def receipt():
    return send(make_notice(now=PUBLISHED), "水井怎么办？\n请答复 😀", now=PUBLISHED)


def look(number: str, code: str, path: str = "/receipt/"):
    return Client(enforce_csrf_checks=True).post(path, {"number": number, "code": code})


def test_the_form_stands_at_a_fixed_address() -> None:
    make_notice(now=PUBLISHED)
    assert "查询码" in Client().get("/receipt/").content.decode()


def test_number_and_code_show_the_state_and_later_the_answer(receipt) -> None:
    response = look(receipt.opinion.number, receipt.code)
    page = response.content.decode()
    assert "已收到，尚未答复" in page
    assert receipt.opinion.ledger_entry.hash in page
    assert "no-store" in response["Cache-Control"]
    answer_opinions(
        opinions=[receipt.opinion],
        outcome=Outcome.NOT_ADOPTED,
        reason="水井在影响范围以外。",
        user=make_people().li,
        now=PUBLISHED + timedelta(days=1),
    )
    page = look(receipt.opinion.number, receipt.code).content.decode()
    assert "未采纳" in page
    assert "水井在影响范围以外。" in page


def test_a_wrong_code_shows_nothing_and_slows_the_next_attempts(receipt, waits) -> None:
    wrong = f"{(int(receipt.code) + 1) % 10**12:012d}"
    for _ in range(6):
        page = look(receipt.opinion.number, wrong).content.decode()
        assert "对不上" in page
        assert "水井怎么办" not in page
    assert waits == [0.25, 0.5, 1.0]
    assert "水井怎么办" in look(receipt.opinion.number, receipt.code).content.decode()


def test_mistyped_numbers_are_explained_without_counting_as_guesses(receipt, waits) -> None:
    for _ in range(8):
        page = look("12", "345").content.decode()
    assert "编号不对" in page
    assert "十二位数字" in page
    assert waits == []


def test_the_page_two_of_a_receipt_is_never_shown(receipt) -> None:
    assert "13900000001" not in look(receipt.opinion.number, receipt.code).content.decode()


def test_the_pdf_holds_number_code_text_and_proof(receipt) -> None:
    response = look(receipt.opinion.number, receipt.code, "/receipt/pdf/")
    assert response["Content-Type"] == "application/pdf"
    assert receipt.opinion.number in response["Content-Disposition"]
    document = pypdfium2.PdfDocument(response.content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    flat = "".join(text.split())
    for words in (
        receipt.opinion.number,
        receipt.code,
        "水井怎么办",
        "2026-03-02",
        receipt.opinion.ledger_entry.hash,
    ):
        assert "".join(words.split()) in flat
    assert "13900000001" not in flat


def test_the_pdf_needs_the_code_too_and_is_never_fetched_by_address(receipt) -> None:
    assert look(receipt.opinion.number, "0" * 12, "/receipt/pdf/")["Content-Type"].startswith("text/html")
    assert (
        Client().get(f"/receipt/pdf/?number={receipt.opinion.number}&code={receipt.code}").status_code == 405
    )


def test_the_result_tells_feedback_redaction_consents_and_what_was_erased() -> None:
    people = make_people()
    page = make_notice(now=PUBLISHED, proponent=people.company_a)
    receipt = send(page, "我家在东头，水井怎么办？", now=PUBLISHED)
    later = PUBLISHED + timedelta(days=1)
    redact_opinion(
        opinion=receipt.opinion, text="■■，水井怎么办？", reason="能认出住处", user=people.li, now=later
    )
    answer_opinions(
        opinions=[receipt.opinion], outcome=Outcome.NOT_ADOPTED, reason="达标", user=people.li, now=later
    )
    log_feedback(
        opinions=[receipt.opinion],
        way="phone",
        result="no_response",
        note="家人接听，改日再打",
        user=people.li,
        now=later,
    )
    html = look(receipt.opinion.number, receipt.code).content.decode()
    for words in ("公开时遮盖了部分文字", "能认出住处", "我家在东头", "电话：未联系上", "不同意"):
        assert words in html
    assert "家人接听" not in html
    erase_commenter(opinion=receipt.opinion, now=later)
    html = look(receipt.opinion.number, receipt.code).content.decode()
    assert "已于2026年3月3日删除" in html


def test_a_look_up_costs_the_same_with_many_supplements(receipt, django_assert_max_num_queries) -> None:
    for _ in range(5):
        send(receipt.opinion.notice, now=PUBLISHED, supplement_to=receipt.opinion)
    look(receipt.opinion.number, receipt.code)
    with django_assert_max_num_queries(14):
        html = look(receipt.opinion.number, receipt.code).content.decode()
    assert html.count("-0006-") == 1
