"""Art. 31: five working days, no posting, the first round merged, only with its evidence and its printed basis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.archive.documents import notice_archive
from notices.archive.editions import editions_of
from notices.archive.posters import posters
from notices.checklist import checklist_of
from notices.guards import NoticeRefusedError
from notices.judgement import findings_for
from notices.models import AttachmentKind, NoticePage, NoticeRecord
from notices.services import approve_notice
from notices.statutory.rules import Level
from tests.factories import an_operator, attach_pdf, confirm, make_draft
from tests.notices.editor_forms import editor_data
from tests.notices.schedules import at
from tests.pdf import text_of_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
NOW = at(2026, 3, 2)
PARK = {
    "art31_simplified": True,
    "art31_park": "安泽经济技术开发区",
    "art31_review": "临环函〔2024〕31号",
    "art31_statement": "本项目符合规划环评结论和审查意见。",
}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def simplified(*, file: bool = True, **fields: Any) -> NoticePage:
    page = make_draft(now=NOW, **{**PARK, **fields})
    if file:
        attach_pdf(page, kind=AttachmentKind.PLANNING_EIA, pages=["审查意见"], title="审查意见", now=NOW)
    return NoticePage.objects.get(pk=page.pk)


def blocked(page: NoticePage) -> set[str]:
    findings = findings_for(page, on=date(2026, 3, 2))
    return {row.field for row in findings if row.level == Level.BLOCK and row.rule_id == "L23"}


def published(**fields: Any) -> NoticeRecord:
    page = simplified(**fields)
    confirm(page)
    approve_notice(page=page, revision=page.get_latest_revision(), user=an_operator(), now=NOW)
    return NoticeRecord.objects.get(page=page)


def test_with_all_its_evidence_a_notice_opens_for_five_working_days_without_postings() -> None:
    record = published()
    assert (record.working_days, record.last_day) == (5, date(2026, 3, 9))
    found = findings_for(record.page, on=date(2026, 3, 20))
    assert "L16" not in {row.rule_id for row in found}


@pytest.mark.parametrize("field", ["art31_park", "art31_review", "art31_statement"])
def test_each_of_the_three_statements_is_needed(field: str) -> None:
    empty: dict[str, Any] = {field: " "}
    page = simplified(**empty)
    assert blocked(page) == {"art31_evidence"}
    with pytest.raises(NoticeRefusedError, match="L23"):
        approve_notice(page=page, revision=page.get_latest_revision(), user=an_operator(), now=NOW)


def test_the_file_of_the_review_opinion_is_needed() -> None:
    page = simplified(file=False)
    assert blocked(page) == {"art31_review_file"}
    [item] = [item for item in checklist_of(page).blocking if item.rule_id == "L23"]
    assert "上传规划环评审查意见" in item.message
    assert item.anchor == "notice-attachments"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"consultant_name": ""}, "consultant"),
        ({"contact_phone": "", "contact_email": ""}, "contact_phone"),
        ({"nature": "扩建"}, "existing_works"),
        ({"nature": "技改"}, "existing_works"),
        ({"nature": "迁建"}, "existing_works"),
    ],
)
def test_the_merged_first_round_brings_what_article_9_asks_for(fields: dict[str, Any], field: str) -> None:
    assert blocked(simplified(**fields)) == {field}
    plain = make_draft(now=NOW, project_name="另一项目", **fields)
    assert blocked(plain) == set()


def test_existing_works_that_are_described_satisfy_it() -> None:
    assert blocked(simplified(nature="扩建", existing_works="现有一期工程已验收，运行正常。")) == set()


def test_switching_it_in_a_draft_recalculates_the_proposed_window(client: Any) -> None:
    people: People = make_people()
    page = make_draft(now=NOW, proponent=people.company_a)
    client.force_login(people.li)

    def shown(**changes: Any) -> str:
        fresh = NoticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        client.post(url, editor_data(fresh, **changes))
        return client.get(reverse("notice_findings", args=[page.pk])).content.decode()

    assert "2026年3月16日" in shown()
    on = shown(**{**PARK, "art31_simplified": "on"})
    assert "2026年3月9日" in on
    assert "上传规划环评审查意见" in on
    off = shown(art31_simplified=None)
    assert "2026年3月16日" in off
    assert "上传规划环评审查意见" not in off


def test_the_basis_is_printed_on_page_archive_and_poster(client: Any) -> None:
    record = published()
    html = client.get(f"/n/{record.code}/").content.decode()
    archive = text_of_pdf(notice_archive(editions_of(record)[-1]).content)
    sheet = text_of_pdf(posters(record).content)
    for text in (html, archive, sheet):
        flat = "".join(text.split())
        assert "第三十一条简化" in flat
        assert "5个工作日" in flat
        assert "安泽经济技术开发区，临环函〔2024〕31号" in flat


def test_an_ordinary_notice_prints_no_such_basis(client: Any) -> None:
    page = make_draft(now=NOW)
    confirm(page)
    record = approve_notice(page=page, revision=page.get_latest_revision(), user=an_operator(), now=NOW)
    assert "第三十一条" not in client.get(f"/n/{record.code}/").content.decode()
