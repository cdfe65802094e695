"""The review checklist (Art. 25): every point with what the record holds, links, no conclusion; for those who review."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from notices.archive.review_evidence import _FINDERS
from notices.archive.review_sheet import review_sheet
from notices.evidence_services import file_evidence
from notices.meeting_services import decide_depth
from notices.models import DepthChoice, NewspaperInsertion, NoticePage, NoticeStage, SitePosting
from notices.opinions.answering import answer_opinions
from notices.opinions.models import Outcome
from notices.statutory.review import REVIEW
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.people import People, make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)
CLOSED = END + timedelta(hours=2)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(now=PUBLISHED, proponent=people.company_a)


def document(page: NoticePage) -> Any:
    record = NoticePage.objects.get(pk=page.pk).record
    return Document(BytesIO(review_sheet(record, now=CLOSED)))


def rows(page: NoticePage) -> dict[str, list[str]]:
    """Return provision, record and conclusion by the question."""
    found = {}
    for table in document(page).tables:
        for row in table.rows:
            question, *rest = [cell.text for cell in row.cells]
            found[question] = rest
    return found


def links(page: NoticePage) -> list[str]:
    return [part.target_ref for part in document(page).part.rels.values() if "hyperlink" in part.reltype]


def question(key: str) -> str:
    return next(point.question for group in REVIEW for point in group.points if point.key == key)


def test_every_point_of_the_statute_has_its_evidence_and_an_empty_conclusion(page: NoticePage) -> None:
    table = rows(page)
    points = [point for group in REVIEW for point in group.points]
    assert {point.key for point in points} == set(_FINDERS)
    for point in points:
        article, evidence, conclusion = table[point.question]
        assert article.rstrip("※") == point.article
        assert article.endswith("※") != point.checked
        assert evidence
        assert conclusion == ""


def test_dates_channels_and_counts_stand_as_registered(people: People, page: NoticePage) -> None:
    opinions = [send(page, f"第{number}条意见。", now=PUBLISHED).opinion for number in range(3)]
    answer_opinions(
        opinions=opinions[:2], outcome=Outcome.NOT_ADOPTED, reason="不属实", user=people.li, now=CLOSED
    )
    paper = NewspaperInsertion(notice=page, newspaper="临汾日报", published_on=(PUBLISHED + DAY).date())
    file_evidence(evidence=paper, uploads=[photo("版面.jpg")], user=people.li, now=CLOSED)
    posting = SitePosting(notice=page, village="清水沟村", spot="村务公开栏", posted_on=PUBLISHED.date())
    file_evidence(evidence=posting, uploads=[], user=people.li, now=CLOSED)
    table = rows(page)
    assert (
        "2026-03-02 至 2026-03-16 24:00，首日不计入，共 10 个工作日（法定最短 10 个）"
        in table[question("window")][1]
    )
    assert table[question("newspaper")][1] == "临汾日报 2026-03-03，文件 1 个"
    assert table[question("posting")][1] == "清水沟村村务公开栏：张贴2026-03-02，撤除未登记，没有文件"
    assert f"{page.record.code}：登记 3 条，其中逾期 0 条（网上 3）" in table[question("count")][1]
    assert "未采纳 2，未答复 1" in table[question("answered")][1]
    assert "待反馈 2" in table[question("told")][1]
    assert "未见" in table[question("first_round")][1]
    assert table[question("statement")][1] == "未见"
    assert PERSON.contact not in str(table)


def test_links_are_absolute_and_lead_to_pages_that_the_officer_may_open(
    client: Any, people: People, page: NoticePage, settings: Any
) -> None:
    send(page, "一条意见。", now=PUBLISHED)
    client.force_login(people.guan)
    found = set(links(page))
    assert len(found) >= 6
    for url in found:
        assert url.startswith(f"{settings.WAGTAILADMIN_BASE_URL}/")
        answer = client.get(url.removeprefix(settings.WAGTAILADMIN_BASE_URL))
        assert answer.status_code == 200, url


@pytest.mark.parametrize(
    ("name", "status"), [("guan", 200), ("op", 200), ("li", 302), ("rival", 302), ("outsider", 302)]
)
def test_officers_and_operators_fetch_it(
    client: Any, people: People, page: NoticePage, name: str, status: int
) -> None:
    client.force_login(getattr(people, name))
    url = reverse("notice_review_sheet", args=[page.record.pk])
    assert client.get(url).status_code == status
    if name in ("guan", "li"):
        entry = client.get(reverse("notice_register:inspect", args=[page.record.pk])).content.decode()
        assert (url in entry) == (status == 200)


def test_an_officer_of_another_county_and_a_draft_find_nothing(
    client: Any, people: People, page: NoticePage
) -> None:
    draft = make_notice(stage=NoticeStage.DRAFT, proponent=people.company_a)
    client.force_login(people.op)
    assert client.get(reverse("notice_review_sheet", args=[draft.record.pk])).status_code == 404
    people.office.division_codes = ["141027"]
    people.office.save()
    client.force_login(people.guan)
    assert client.get(reverse("notice_review_sheet", args=[page.record.pk])).status_code == 404


def test_its_queries_do_not_grow_with_the_opinions(page: NoticePage) -> None:
    counts = []
    for number in (1, 5):
        for each in range(number):
            send(page, f"第{number}{each}条意见。", now=PUBLISHED)
        with CaptureQueriesContext(connection) as queries:
            document(page)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_the_same_record_gives_the_same_bytes(page: NoticePage) -> None:
    record = NoticePage.objects.get(pk=page.pk).record
    assert review_sheet(record, now=CLOSED) == review_sheet(record, now=CLOSED)


def test_control_characters_in_a_reason_do_not_stop_it(client: Any, people: People, page: NoticePage) -> None:
    decide_depth(
        record=page.record, choice=DepthChoice.NONE, reason="质疑\x0b不多。", user=people.li, now=CLOSED
    )
    client.force_login(people.guan)
    answer = client.get(reverse("notice_review_sheet", args=[page.record.pk]))
    assert answer.status_code == 200
    words = [node.text or "" for node in Document(BytesIO(answer.content)).element.iter()]
    assert any("质疑不多。" in word for word in words)
