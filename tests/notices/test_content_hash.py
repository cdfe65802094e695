"""The fingerprint of a notice changes with every published word and with nothing else."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.content_hash import canonical_wording, content_hash, short_hash
from notices.models import Attachment, CommentWay, NoticePage, NoticeRecord, NoticeStage, SummaryPoint
from notices.services import extend_window
from tests.factories import an_operator, attach_pdf, make_draft, make_notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

# A value for every field of a notice that is neither text nor a choice.
OTHER_VALUES: dict[str, Any] = {
    "investment_wan_yuan": Decimal("1500.50"),
    "filing_date": date(2026, 2, 1),
    "contracted_on": date(2026, 2, 2),
    "statement_count": 7,
    "requested_last_day": date(2026, 5, 1),
    "signature_date": date(2026, 3, 18),
    "accepts_late": True,
    "art31_simplified": True,
    "nature": "扩建",
    "kind": "pre_approval",
}
NO_WORDS = {"page_ptr", "project", "planned_date"}
WORDS = sorted(
    field.name
    for field in NoticePage._meta.concrete_fields
    if field.model is NoticePage and field.name not in NO_WORDS
)


def fingerprint(page: Any) -> str:
    return content_hash(page, Attachment.objects.filter(notice_id=page.pk))


def test_every_word_changes_it() -> None:
    page = make_draft(now=NOW)
    seen = {fingerprint(page)}
    for name in WORDS:
        setattr(page, name, OTHER_VALUES.get(name, "改过的字"))
        assert fingerprint(page) not in seen, name
        seen.add(fingerprint(page))


def test_every_row_and_file_changes_it() -> None:
    page = make_draft(now=NOW)
    seen = [fingerprint(page)]
    page.places.get_object_list()[0].distance_km = Decimal("0.66")
    seen.append(fingerprint(page))
    page.places.get_object_list()[1].in_scope = False
    seen.append(fingerprint(page))
    page.paper_places.get_object_list()[0].hours = "每日8:00至18:00"
    seen.append(fingerprint(page))
    page.ways.add(CommentWay(way="fax", address="0357-7000002"))
    seen.append(fingerprint(page))
    page.summary_points.add(SummaryPoint(aspect="water", text="废水不外排。"))
    seen.append(fingerprint(page))
    attach_pdf(page, pages=["补充图件"], title="图件", now=NOW)
    seen.append(fingerprint(page))
    assert len(set(seen)) == len(seen)


def test_nought_kilometres_are_words() -> None:
    page = make_draft(now=NOW)
    page.places.get_object_list()[0].distance_km = None
    without = fingerprint(page)
    page.places.get_object_list()[0].distance_km = Decimal(0)
    assert fingerprint(page) != without


def test_the_same_words_have_the_same_fingerprint_however_they_are_stored() -> None:
    page = make_draft(now=NOW, content="第一段。\r\n第二段。", investment_wan_yuan="1500.00")
    stored = fingerprint(NoticePage.objects.get(pk=page.pk))
    assert fingerprint(page.get_latest_revision_as_object()) == stored
    page.content, page.investment_wan_yuan = "第一段。\n第二段。", Decimal("1500")
    page.planned_date, page.title = date(2026, 4, 1), "另一个标题"
    assert fingerprint(page) == stored


def test_it_is_the_same_from_approval_to_extension() -> None:
    page = make_notice(stage=NoticeStage.APPROVED, now=NOW)
    record = NoticeRecord.objects.get(page=page)
    assert record.approved_revision is not None
    approved = fingerprint(record.approved_revision.as_object())
    published = make_notice(now=NOW)
    before = fingerprint(published)
    record = NoticeRecord.objects.get(page=published)
    assert record.last_day is not None
    extend_window(
        record=record,
        last_day=record.last_day + timedelta(days=9),
        reason="补登",
        user=an_operator(),
        now=NOW,
    )
    assert fingerprint(NoticePage.objects.get(pk=published.pk)) == before == approved


def test_an_empty_field_leaves_no_trace_so_that_a_later_field_changes_no_printed_fingerprint() -> None:
    wording = json.loads(canonical_wording(make_draft(now=NOW), []))
    assert "area" not in wording["notice"]
    assert "" not in wording["notice"].values()


def test_people_compare_sixteen_digits() -> None:
    assert short_hash("0123456789abcdef" * 4) == "0123 4567 89ab cdef"


def test_the_notice_page_shows_it_and_asks_for_no_row_twice(client: Any) -> None:
    page = make_notice(now=NOW)
    url = reverse("notice", args=[NoticeRecord.objects.get(page=page).code])
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        html = client.get(url).content.decode()
    digest = fingerprint(page)
    assert digest in html
    assert short_hash(digest) in html
    rows = [query["sql"] for query in captured if 'FROM "notices_commentway"' in query["sql"]]
    assert len(rows) == 1
