"""What stands in a statement of opinions whose content or writer is gone, and of meetings; and that it goes public up to date."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from notices import services
from notices.archive.models import StatementBuild, StatementPaper
from notices.archive.statement import building
from notices.archive.statement.building import build_statement
from notices.archive.statement.publishing import prepare_publication
from notices.archive.statement.writing import file_paper
from notices.meeting_services import (
    announce_meeting,
    cancel_meeting,
    decide_depth,
    publish_minutes,
    record_invitations,
)
from notices.models import DepthChoice, Meeting, NoticePage, NoticeRecord, NoticeStage
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.destruction import confirm_destruction, propose_destruction
from notices.opinions.models import DestructionGround, Opinion, Outcome, Topic, TopicMark
from notices.printing import PrintedFile
from notices.services import approve_notice, close_windows, publish_due_notices, revoke_approval
from tests.factories import confirm, make_draft, make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = timedelta(days=1)
LATER = END + 3 * DAY
SECRET, PLAIN = "这里有一句不得公开的话。", "井水发黄。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    """Return a closed notice with two opinions."""
    page = make_notice(now=PUBLISHED)
    send(page, SECRET, now=PUBLISHED + DAY)
    send(page, PLAIN, now=PUBLISHED + 2 * DAY)
    close_windows(now=END + timedelta(hours=1))
    return NoticePage.objects.get(pk=page.pk)


@pytest.fixture(autouse=True)
def _unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the Word file alone; the PDF is made of the same blocks."""
    printed = PrintedFile(make_pdf(["说明"]), 1)
    monkeypatch.setattr(building, "print_statement", lambda *_args, **_kwargs: printed)
    monkeypatch.setattr(building, "make_archives", lambda **_kwargs: [])


def build(page: NoticePage, people: People, **fields: Any) -> StatementBuild:
    assert page.project is not None
    return build_statement(project=page.project, user=people.li, **{"now": LATER, **fields})


def words_of(build: StatementBuild) -> str:
    with build.docx.open("rb") as handle:
        found = [node.text or "" for node in Document(handle).element.iter() if node.tag.endswith("}t")]
    return re.sub(r"\s+", "", "".join(found))


def answer(page: NoticePage, people: People) -> None:
    answer_opinions(
        opinions=list(Opinion.objects.filter(notice=page, destroyed_at=None)),
        outcome=Outcome.NOT_ADOPTED,
        user=people.li,
        now=LATER,
        reason="水质监测达标。",
    )


def test_a_destroyed_opinion_keeps_its_number_and_is_counted_and_flagged(
    page: NoticePage, people: People
) -> None:
    opinion = Opinion.objects.get(text=SECRET)
    proposal = propose_destruction(
        opinion=opinion,
        ground=DestructionGround.STATE_SECRET,
        document="第 3 号通知",
        reason="不宜公开",
        user=people.li,
        now=LATER,
    )
    confirm_destruction(proposal=proposal, user=people.op, now=LATER)
    answer(page, people)
    made = build(page, people)
    text = words_of(made)
    assert SECRET not in text
    assert text.count(opinion.number) == 2  # in chapter 5 and in the list of forms
    assert opinion.page_one_commitment in text
    assert "内容已依法销毁1条" in text
    assert "无须答复" in text
    assert "各轮公开、各种方式共收到公众意见2条" in text
    assert made.counts["total"] == 2


def test_an_erased_writer_leaves_the_opinion_with_a_flag_and_all_counts_as_they_were(
    page: NoticePage, people: People
) -> None:
    answer(page, people)
    before = build(page, people)
    opinion = Opinion.objects.get(text=PLAIN)
    erase_commenter(opinion=opinion, now=LATER + DAY)
    made = build(page, people, now=LATER + DAY)
    text = words_of(made)
    assert made.pk != before.pk
    assert made.counts == before.counts
    assert text.count("（公众信息已删除）") == 1
    assert text.count(opinion.number) == 2
    assert PERSON.contact not in text


def meeting(page: NoticePage, topic: str, held_on: date) -> Meeting:
    return Meeting.objects.create(
        notice=page,
        kind="forum",
        topic=topic,
        held_on=held_on,
        held_time="9:00",
        place="清水沟村村委会二楼会议室",
        eligibility="清水沟村、柳坪村的居民和单位",
        register_how="电话 0357-7000001",
        registration_until=held_on - timedelta(days=7),
        selection_principle="按村分配名额，报名先后为序",
    )


def test_chapter_four_holds_the_meetings_that_took_place_and_misses_minutes(
    page: NoticePage, people: People
) -> None:
    answer(page, people)
    reason = "对防渗措施的质疑较多。"
    decide_depth(record=page.record, choice=DepthChoice.FORUM, reason=reason, user=people.li, now=LATER)
    assert "缺证据：决定召开的会议的公告和纪要" in words_of(build(page, people))
    held_on = date(2026, 4, 10)
    held, dropped = meeting(page, "渗滤液防渗措施", held_on), meeting(page, "搬迁", held_on)
    for row in (held, dropped):
        announce_meeting(meeting=row, user=people.li, now=LATER)
    cancel_meeting(meeting=dropped, reason="无人报名", user=people.li, now=LATER + DAY)
    record_invitations(
        meeting=held, invited_on=(LATER + DAY).date(), count=15, user=people.li, now=LATER + DAY
    )
    after = LATER + 40 * DAY
    text = words_of(build(page, people, now=after))
    assert f"决定：{DepthChoice.FORUM.label}。理由：{reason}" in text
    assert "渗滤液防渗措施" in text
    assert "2026年4月10日9:00" in text
    assert "15人" in text
    assert "按村分配名额，报名先后为序" in text
    assert "缺证据：会议纪要" in text
    assert "搬迁" not in text
    publish_minutes(
        meeting=held,
        text="代表十二人发言，要求公布监测数据。",
        uploads=[SimpleUploadedFile("纪要.pdf", make_pdf(["纪要"]))],
        user=people.li,
        now=after,
    )
    text = words_of(build(page, people, now=after))
    assert "纪要：代表十二人发言，要求公布监测数据。" in text
    assert "缺证据：会议纪要" not in text
    assert "纪要.pdf会议纪要" in text


@pytest.fixture
def _no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the newspapers, postings and papers that the rules want for filed."""
    monkeypatch.setattr(services, "blocking", lambda _findings: [])


def approved(page: NoticePage, people: People) -> NoticeRecord:
    """Return the approved pre-approval notice with a final statement, to open in two days."""
    project, now = page.project, LATER + timedelta(hours=1)
    assert project is not None
    make_draft(
        kind="pre_approval", project=project, now=now, proponent=page.get_parent().specific, statement_count=2
    )
    pdf = {"content_type": "application/pdf"}
    file_paper(
        project=project,
        kind=StatementPaper.FINAL,
        upload=SimpleUploadedFile("定稿.pdf", make_pdf(["定稿盖章"]), **pdf),
        user=people.li,
        now=now,
    )
    report = SimpleUploadedFile("报批稿.pdf", make_pdf(["报批稿全文"]), **pdf)
    prepared = prepare_publication(
        project=project, planned_on=(LATER + 2 * DAY).date(), report=report, user=people.li, now=now
    )
    assert prepared.waiting == ""
    confirm(prepared.page, now=now)
    draft = NoticePage.objects.get(pk=prepared.page.pk)
    return approve_notice(page=draft, revision=draft.get_latest_revision(), user=people.op, now=now)


@pytest.mark.usefixtures("_no_rules")
def test_a_statement_that_went_out_of_date_after_the_approval_does_not_open_and_the_operator_is_told(
    page: NoticePage, people: People
) -> None:
    answer(page, people)
    build(page, people)
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        record = approved(page, people)
    assert record.stage == NoticeStage.APPROVED
    opinion = Opinion.objects.get(text=PLAIN)
    TopicMark.objects.create(opinion=opinion, topic=Topic.WATER, marked_by=people.li, marked_at=LATER + DAY)
    due = LATER + 2 * DAY
    with time_machine.travel(due, tick=False):
        assert publish_due_notices(now=due) == [record.code]
        record.refresh_from_db()
        assert record.stage == NoticeStage.APPROVED
        assert "说明已经过时" in record.refusal[0]
        assert "撤销核对" in record.refusal[0]
        client = Client()
        client.force_login(people.op)
        assert "说明已经过时" in client.get("/admin/").content.decode()
        revoke_approval(record=record, user=people.op, reason="说明过时", now=due)
    record.refresh_from_db()
    assert record.stage == NoticeStage.DRAFT


@pytest.mark.usefixtures("_no_rules")
def test_a_statement_that_is_up_to_date_opens_on_its_day(page: NoticePage, people: People) -> None:
    answer(page, people)
    build(page, people)
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        record = approved(page, people)
    due = LATER + 2 * DAY
    with time_machine.travel(due, tick=False):
        assert publish_due_notices(now=due) == []
    record.refresh_from_db()
    assert record.stage == NoticeStage.PUBLISHED
