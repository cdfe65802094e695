"""Page, archive and receipt say by which calendar a window was counted, the receipt as of the moment of the opinion."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from notices.calendar_services import recompute_windows
from notices.calendar_words import calendar_sentence
from notices.calendars import current_calendar
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.opinions.selectors import receipt_context
from notices.services import extend_window
from tests.factories import an_operator, make_notice
from tests.notices.opinions.helpers import send
from tests.notices.schedules import at, enter_2027
from tests.pdf import text_of_pdf

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DECEMBER = at(2026, 12, 18)


def facts_of(receipt: Any) -> str:
    opinion = Opinion.objects.select_related("notice__record", "ledger_entry").get(pk=receipt.opinion.pk)
    context = receipt_context(opinion, code=receipt.code)
    return render_to_string("opinions/receipt_facts.html", context)


def test_the_page_names_schedule_and_version_and_the_date_of_a_provisional_end(client: Any) -> None:
    page = make_notice(now=DECEMBER)
    html = client.get(f"/n/{page.record.code}/").content.decode()
    record = NoticeRecord.objects.get(page=page)
    assert f"工作日按国务院办公厅2026年放假安排计算（日历版本 {record.calendar_version}）。" in html
    assert "2027年放假安排尚未公布，截止日暂定为2027年1月5日（星期二），只会延后，不会提前。" in html


def test_a_settled_window_names_the_years_of_its_days_alone() -> None:
    page = make_notice(now=at(2026, 3, 2), requested_last_day=at(2027, 2, 1).date())
    words = calendar_sentence(NoticeRecord.objects.get(page=page), calendar=current_calendar())
    assert words.startswith("工作日按国务院办公厅2026年放假安排计算（日历版本 ")
    assert "2027" not in words
    first_round = make_notice(now=at(2026, 3, 2), kind="first_round", project_name="首次项目")
    assert calendar_sentence(NoticeRecord.objects.get(page=first_round), calendar=current_calendar()) == ""


def test_the_receipt_keeps_the_calendar_of_its_moment() -> None:
    page = make_notice(now=DECEMBER)
    before = send(page, now=at(2026, 12, 19))
    old = before.opinion.calendar_version
    enter_2027(now=at(2026, 12, 21))
    recompute_windows(now=at(2026, 12, 21))
    after = send(page, now=at(2026, 12, 22))
    assert (before.opinion.window_provisional, after.opinion.window_provisional) == (True, False)
    assert f"日历版本 {old}）" in facts_of(before)
    assert "截止日暂定为2027年1月5日" in facts_of(before)
    assert f"日历版本 {current_calendar().version}）" in facts_of(after)
    assert "暂定" not in facts_of(after)


def test_the_receipt_says_the_end_of_its_moment_and_that_it_was_extended() -> None:
    page = make_notice(now=at(2026, 3, 2))
    receipt = send(page, now=at(2026, 3, 3))
    assert "延至" not in facts_of(receipt)
    record = NoticeRecord.objects.get(page=page)
    extend_window(
        record=record,
        last_day=at(2026, 3, 31).date(),
        reason="补贴公告",
        user=an_operator(),
        now=at(2026, 3, 4),
    )
    facts = facts_of(receipt)
    assert "至2026年3月16日 24:00" in facts
    assert "提交以后，期限已延至2026年3月31日。" in facts


def test_the_receipt_as_pdf_says_the_same(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(2026, 12, 19))
    receipt = send(make_notice(now=DECEMBER), now=at(2026, 12, 19))
    response = client.post(reverse("receipt_pdf"), {"number": receipt.opinion.number, "code": receipt.code})
    flat = text_of_pdf(response.content)
    assert receipt.opinion.calendar_version in flat
    assert "截止日暂定为2027年1月5日" in flat
