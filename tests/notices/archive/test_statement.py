"""The 公众参与说明: made from the record in the official outline, refused while an opinion waits, published as Art. 20 wants."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from notices.archive.models import ArchiveFile, ElsewhereRound, StatementBuild, StatementChange, StatementFile
from notices.archive.packages.contents import Asked, Item
from notices.archive.packages.parts import statement as statement_part
from notices.archive.statement import building
from notices.archive.statement.building import build_statement, latest_statement
from notices.archive.statement.record import StatementRecord
from notices.archive.statement.writing import record_elsewhere
from notices.committed_files import FileCheck
from notices.content_store import store
from notices.evidence_services import file_evidence
from notices.exports.models import ExportFormat, Profile
from notices.exports.selections import Selection
from notices.exports.services import export_records
from notices.gate import filing_gaps
from notices.judgement import findings_for
from notices.ledger.models import Chain, Entry
from notices.meeting_services import decide_depth
from notices.models import (
    AttachmentKind,
    DepthChoice,
    NewspaperInsertion,
    NoticePage,
    PaperViewing,
    Project,
    SitePosting,
)
from notices.opinions.answering import answer_opinions, redact_opinion
from notices.opinions.consents import Consent, withdraw_consents
from notices.opinions.models import Opinion, Outcome, Topic, TopicMark
from notices.opinions.publication import decide_disclosure, release_opinions
from notices.opinions.redaction import strike
from notices.printing import PrintedFile
from notices.services import chain_key, close_windows, write_entry
from tests.factories import a_scan, make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, looked_at, send
from tests.notices.printing.pdfa import faults
from tests.pdf import make_pdf
from tests.people import People, make_people
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Read = Callable[[bytes], str]
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CLOSED = END + timedelta(hours=1)
LATER = END + 3 * DAY
SECRET = "我家在清水沟村东头，井水发黄。"
SHOWN = "请在下游补一眼监测井。"


@pytest.fixture
def people() -> People:
    """Return everybody."""
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    """Return a closed notice with two opinions, one of which may be shown."""
    page = make_notice(now=PUBLISHED)
    send(page, SECRET, now=PUBLISHED + DAY)
    send(page, SHOWN, now=PUBLISHED + 2 * DAY, page_two=_open_person())
    close_windows(now=CLOSED)
    return NoticePage.objects.get(pk=page.pk)


PRINTED = ("official_outline", "same_bytes", "evidence_takes")


@pytest.fixture(autouse=True)
def _print_seldom(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print PDFs only in the tests of them; the Word file is made of the same blocks and always made."""
    if not any(name in request.node.name for name in PRINTED):
        printed = PrintedFile(make_pdf(["说明"]), 1)
        monkeypatch.setattr(building, "print_statement", lambda *_args, **_kwargs: printed)
        monkeypatch.setattr(building, "make_archives", lambda **_kwargs: [])


def _open_person() -> Any:
    return replace(PERSON, show_text=True)


def project_of(page: NoticePage) -> Project:
    assert page.project is not None
    return page.project


def answer_all(page: NoticePage, people: People) -> None:
    opinions = list(Opinion.objects.filter(notice=page).order_by("sequence"))
    answer_opinions(
        opinions=opinions[:1], outcome=Outcome.NOT_ADOPTED, user=people.li, now=LATER, reason="水质监测达标。"
    )
    answer_opinions(
        opinions=opinions[1:],
        outcome=Outcome.ADOPTED,
        user=people.li,
        now=LATER,
        reason="已补充监测井。",
        report_reference="报告书第六章",
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(page: NoticePage, rest: str = "") -> str:
    return f"/admin/statement/{page.project_id}/{rest}"


def build(page: NoticePage, people: People) -> StatementBuild:
    return build_statement(project=project_of(page), user=people.li, now=LATER)


def words_of(build: StatementBuild) -> str:
    """Return all words of the Word file, cells of tables included."""
    with build.docx.open("rb") as handle:
        return re.sub(
            r"\s+",
            "",
            "".join(node.text or "" for node in Document(handle).element.iter() if node.tag.endswith("}t")),
        )


def test_it_waits_for_the_answer_to_every_opinion_received_in_time(page: NoticePage, people: People) -> None:
    li = signed_in(people.li)
    with time_machine.travel(LATER, tick=False):
        text = li.get(url(page)).content.decode()
        assert "还有 2 条期限内收到的意见没有答复" in text
        assert f"/admin/opinions/{page.pk}/desk/" in text
        job = li.post(url(page, "build/"), follow=True).content.decode()
    assert "还有 2 条期限内收到的意见没有答复" in job
    assert not StatementBuild.objects.exists()


def test_it_waits_for_the_window_to_close(people: People) -> None:
    page = make_notice(now=PUBLISHED)
    with pytest.raises(ValidationError, match="3月16日截止"):
        build_statement(project=project_of(page), user=people.li, now=PUBLISHED + DAY)


def test_the_statement_follows_the_official_outline_and_says_what_is_missing(
    page: NoticePage, people: People, printed_text: Read
) -> None:
    answer_all(page, people)
    li = signed_in(people.li)
    with time_machine.travel(LATER, tick=False):
        li.post(url(page, "build/"))
        overview = li.get(url(page)).content.decode()
    made = latest_statement(project_of(page))
    assert made is not None
    assert made.counts["total"] == Opinion.objects.count() == 2
    word = words_of(made)
    pdf = li.get(f"/admin/statement/builds/{made.pk}.pdf")
    content = b"".join(pdf.streaming_content)  # type: ignore[attr-defined]
    assert faults(content, "A") == []
    for text in (word, printed_text(content)):
        chapters = [
            "1概述",
            "2首次环境影响评价信息公开情况",
            "3征求意见稿公示情况",
            "4其他公众参与情况",
            "5公众意见处理情况",
            "6报批前公开情况",
            "7其他",
            "8诚信承诺",
            "9附件",
        ]
        places = [text.rindex(chapter) for chapter in chapters]
        assert places == sorted(places)
        assert (
            "自2026年3月2日公开，2026年3月16日截止，公开当日不计入，共10个工作日，符合《办法》第十条" in text
        )
        assert "缺证据：征求意见期限内两次报纸公开的登记" in text
        assert "缺证据：公众参与整体情况的概述" in text
        assert "如存在弄虚作假、隐瞒欺骗等情况" in text
        for opinion in Opinion.objects.all():
            assert opinion.number in text
            assert opinion.page_one_commitment in text
    assert "缺证据" in overview
    assert "征求意见期限内两次报纸公开的登记" in overview
    assert f"/admin/notices/records/{page.record.pk}/evidence/" in overview


def test_texts_stand_in_it_only_with_consent_and_after_a_look(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    decide_disclosure(notice=page, shown=True, user=people.li, now=LATER)
    before = words_of(build(page, people))
    assert SECRET not in before
    assert SHOWN not in before
    assert "1条提出人同意公开的意见原文，核对后列入" in before
    shown = Opinion.objects.get(text=SHOWN)
    release_opinions(notice=page, looked_at=looked_at(shown), user=people.li, now=LATER)
    after = words_of(build(page, people))
    assert SECRET not in after
    assert SHOWN in after
    assert "水质监测达标。" in after
    for secret in (PERSON.name, PERSON.contact):
        assert secret not in after


def test_the_same_record_gives_the_same_bytes_and_one_ledger_entry(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    first = build(page, people)
    again = build_statement(project=project_of(page), user=people.zhao, now=LATER + DAY)
    assert again.pk == first.pk
    entry = Entry.objects.get(act="archived", payload__kind="statement")
    assert entry.payload["sha256"] == first.pdf_sha256
    assert entry.payload["opinions"] == 2
    check = FileCheck(Chain.objects.get(key=chain_key(page.record)), page.record, with_bytes=True)
    check.take(list(Entry.objects.filter(act="archived")))
    assert check.finish() == []


def test_evidence_takes_the_place_of_what_was_missing(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    for offset in (1, 3):
        paper = NewspaperInsertion(
            notice=page, newspaper="临汾日报", published_on=(PUBLISHED + offset * DAY).date()
        )
        file_evidence(evidence=paper, uploads=[a_scan("版面.pdf")], user=people.li)
    for village in ("清水沟村", "柳坪村"):
        posting = SitePosting(
            notice=page, village=village, spot="村务公开栏", posted_on=PUBLISHED.date(), removed_on=END.date()
        )
        file_evidence(evidence=posting, uploads=[photo(f"{village}.jpg")], user=people.li)
    viewing = PaperViewing(notice=page, place="办公楼203室", viewed_on=PUBLISHED.date(), visitors=4)
    file_evidence(evidence=viewing, uploads=[], user=people.li)
    decide_depth(
        record=page.record, choice=DepthChoice.NONE, reason="质疑性意见不多。", user=people.li, now=LATER
    )
    made = build(page, people)
    text = words_of(made)
    assert "于2026年3月3日、2026年3月5日刊登，共2次，符合《办法》第十一条" in text
    assert "共2处张贴，最早2026年3月2日" in text
    assert "决定：不召开。理由：质疑性意见不多。" in text
    for gone in ("两次报纸公开", "张贴照片", "纸质报告书的查阅记录", "是否召开座谈会"):
        assert f"缺证据：{gone}" not in text
    with made.docx.open("rb") as handle, ZipFile(handle) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert len(pictures) >= 3


def test_a_round_held_elsewhere_counts_in_the_statement_and_for_the_rules(
    page: NoticePage, people: People
) -> None:
    answer_all(page, people)
    li = signed_in(people.li)
    form = {
        "round": "first_round",
        "channel": "website",
        "name": "县政府网站",
        "url": "https://www.example.com/a1",
        "started_on": "2026-01-12",
        "content": "项目基本情况、联系方式、意见表链接。",
        "count_web": "3",
        "count_letter": "1",
        "new_files": a_scan("截图.pdf"),
    }
    answer = li.post(url(page, "elsewhere/"), form)
    assert answer.status_code == 302
    row = ElsewhereRound.objects.get()
    assert row.opinions == 4
    made = build(page, people)
    text = words_of(made)
    assert made.counts["total"] == 6
    assert "各轮公开、各种方式共收到公众意见6条" in text
    assert "https://www.example.com/a1" in text
    assert "缺证据：县政府网站收到的4条意见的处理情况" in text
    li.post(f"/admin/statement/elsewhere/{row.pk}/", {**form, "handling": "四条均已采纳。", "new_files": ""})
    assert "四条均已采纳。" in words_of(build(page, people))
    with time_machine.travel(LATER, tick=False):
        li.post(url(page, "publish/"), {"planned_on": "2026-04-01"})
        draft = NoticePage.objects.get(kind="pre_approval").get_latest_revision_as_object()
        assert draft.statement_count == 6
        assert not [finding for finding in findings_for(draft) if "收到意见" in finding.message]


def test_an_unstated_number_is_not_nought(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    form = {
        "round": "first_round",
        "channel": "website",
        "name": "县政府网站",
        "started_on": "2026-01-12",
        "content": "略述",
    }
    signed_in(people.li).post(url(page, "elsewhere/"), form)
    text = words_of(build(page, people))
    assert "缺证据：县政府网站收到意见的数量，没有收到的填0" in text
    assert "收到意见的数量没有登记，未计入" in text


def test_the_parts_of_the_author_are_saved_with_what_stood_before(page: NoticePage, people: People) -> None:
    li = signed_in(people.li)
    answer = li.get(url(page, "edit/"))
    assert "建设单位组织的建设项目环境影响评价公众参与整体情况概述。" in answer.content.decode()
    li.post(url(page, "edit/"), {"overview": "第一稿。", "depth": "没有质疑性意见。"})
    li.post(url(page, "edit/"), {"overview": "第二稿。", "depth": "没有质疑性意见。"})
    assert [change.before for change in StatementChange.objects.order_by("pk")] == [
        {"overview": "", "depth": ""},
        {"overview": "第一稿。"},
    ]
    answer_all(page, people)
    text = words_of(build(page, people))
    assert "第二稿。" in text
    assert "缺证据：公众参与整体情况的概述" not in text


def test_a_bad_form_loses_nothing_that_was_typed(page: NoticePage, people: People) -> None:
    form = {
        "round": "first_round",
        "channel": "website",
        "name": "县政府网站",
        "started_on": "2026-01-12",
        "ended_on": "2026-01-01",
        "content": "写了很久的内容",
    }
    answer = signed_in(people.li).post(url(page, "elsewhere/"), form).content.decode()
    assert "结束日期早于开始日期" in answer
    assert "写了很久的内容" in answer
    bad = SimpleUploadedFile("承诺.pdf", b"", content_type="application/pdf")
    answer = signed_in(people.li).post(url(page, "pledge/"), {"upload": bad}).content.decode()
    assert "空文件" in answer
    assert not StatementFile.objects.exists()


def test_the_final_statement_stands_beside_the_one_that_was_made(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    made = build(page, people)
    li = signed_in(people.li)
    word = SimpleUploadedFile("定稿.docx", BytesIO(made.docx.read()).getvalue())
    assert "PDF" in li.post(url(page, "final/"), {"upload": word}).content.decode()
    li.post(url(page, "final/"), {"upload": a_scan("定稿.pdf")})
    li.post(url(page, "pledge/"), {"upload": a_scan("承诺.pdf")})
    text = li.get(url(page)).content.decode()
    assert "其中的数字平台没有核对" in text
    assert "缺证据：盖章的诚信承诺扫描件" not in words_of(build(page, people))
    assert (
        Entry.objects.filter(act="evidence_filed", payload__kind__in=["pledge", "final_statement"]).count()
        == 2
    )


def paper(name: str, words: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_pdf([words]), content_type="application/pdf")


def attached(draft: NoticePage, kind: str) -> list[str]:
    return [row.file_name for row in draft.attachments.filter(kind=kind)]


def test_publishing_leads_to_the_editor_and_a_second_time_replaces_statement_and_report(
    page: NoticePage, people: People
) -> None:
    answer_all(page, people)
    build(page, people)
    li = signed_in(people.li)
    with time_machine.travel(LATER + HOUR, tick=False):
        li.post(url(page, "final/"), {"upload": paper("定稿一.pdf", "第一稿盖章")})
        report = paper("报批稿一.pdf", "报批稿全文")
        answer = li.post(url(page, "publish/"), {"planned_on": "2026-04-01", "report": report})
        draft = NoticePage.objects.get(kind="pre_approval")
        assert answer["Location"] == f"/admin/pages/{draft.pk}/edit/"
        assert draft.project_id == page.project_id
        assert attached(draft, AttachmentKind.STATEMENT) == ["定稿一.pdf"]
        latest = draft.get_latest_revision_as_object()
        assert latest.statement_count == 2
        assert not [row for row in findings_for(latest) if "公众参与说明" in row.message]
    with time_machine.travel(LATER + 2 * HOUR, tick=False):
        li.post(url(page, "final/"), {"upload": paper("定稿二.pdf", "第二稿盖章")})
        # Filing a final statement does not make the build out of date of which it was made.
        assert StatementRecord(project_of(page)).as_of == StatementBuild.objects.get().as_of
        report = paper("报批稿二.pdf", "报批稿全文，已修改")
        li.post(url(page, "publish/"), {"planned_on": "2026-04-02", "report": report})
    assert NoticePage.objects.filter(kind="pre_approval").count() == 1
    assert attached(draft, AttachmentKind.STATEMENT) == ["定稿二.pdf"]
    assert attached(draft, AttachmentKind.FULL_REPORT) == ["报批稿二.pdf"]


def _redact(page: NoticePage, people: People) -> None:
    opinion = Opinion.objects.get(text=SECRET)
    redact_opinion(
        opinion=opinion,
        user=people.li,
        now=LATER + DAY,
        text=strike(SECRET, ["村东头"]),
        struck=["村东头"],
        reason="文中有住址",
    )


def _withdraw_consent(page: NoticePage, people: People) -> None:
    opinion = Opinion.objects.get(text=SHOWN)
    assert withdraw_consents(opinion=opinion, consents=[Consent.SHOW_TEXT], now=LATER + DAY)


def _hold_elsewhere(page: NoticePage, people: People) -> None:
    row = ElsewhereRound(
        project=project_of(page),
        round="first_round",
        channel="website",
        name="县政府网站",
        started_on=PUBLISHED.date(),
        counts={"web": 3},
    )
    record_elsewhere(row=row, uploads=[], user=people.li, now=LATER + DAY)


def _mark_topic(page: NoticePage, people: People) -> None:
    opinion = Opinion.objects.get(text=SHOWN)
    TopicMark.objects.create(opinion=opinion, topic=Topic.WATER, marked_by=people.li, marked_at=LATER + DAY)


def _take_topic_off(page: NoticePage, people: People) -> None:
    TopicMark.objects.get(topic=Topic.AIR).delete()


@pytest.mark.parametrize(
    "change", [_redact, _withdraw_consent, _hold_elsewhere, _mark_topic, _take_topic_off]
)
def test_a_statement_that_is_out_of_date_does_not_go_public(
    page: NoticePage, people: People, change: Callable[[NoticePage, People], None]
) -> None:
    answer_all(page, people)
    opinion = Opinion.objects.get(text=SHOWN)
    for topic in (Topic.AIR, Topic.NOISE):
        TopicMark.objects.create(opinion=opinion, topic=topic, marked_by=people.li, marked_at=LATER)
    build(page, people)
    li = signed_in(people.li)

    def publish(when: timedelta) -> str:
        with time_machine.travel(LATER + when, tick=False):
            return li.post(url(page, "publish/"), {"planned_on": "2026-04-01"}, follow=True).content.decode()

    with time_machine.travel(LATER + HOUR, tick=False):
        li.post(url(page, "final/"), {"upload": paper("定稿一.pdf", "第一稿盖章")})
    publish(2 * HOUR)
    draft = NoticePage.objects.get(kind="pre_approval")
    assert attached(draft, AttachmentKind.STATEMENT) == ["定稿一.pdf"]
    # Reading contacts to tell people the answer changes nothing that it says.
    facts = {"role": "proponent", "payload": {}, "user": people.li, "now": LATER + 3 * HOUR}
    write_entry(record=page.record, act="contacts_read", **facts)
    assert "说明已经过时" not in str(filing_gaps(draft, on=LATER.date()))
    change(page, people)
    # Whoever attached it before the change does not get it approved either.
    assert "说明已经过时" in str(filing_gaps(draft, on=LATER.date()))
    assert "请重新生成" in publish(2 * DAY)
    assert attached(draft, AttachmentKind.STATEMENT) == []
    assert draft.get_latest_revision_as_object().statement_count == 2
    made = build_statement(project=project_of(page), user=people.li, now=LATER + 2 * DAY)
    assert "重新上传定稿" in publish(3 * DAY)
    assert attached(draft, AttachmentKind.STATEMENT) == []
    with time_machine.travel(LATER + 3 * DAY, tick=False):
        li.post(url(page, "final/"), {"upload": paper("定稿二.pdf", "第二稿盖章")})
    publish(4 * DAY)
    assert attached(draft, AttachmentKind.STATEMENT) == ["定稿二.pdf"]
    draft = NoticePage.objects.get(pk=draft.pk)
    assert draft.get_latest_revision_as_object().statement_count == made.counts["total"]


def test_the_cover_of_an_export_says_whether_the_statement_agrees_with_the_register(
    page: NoticePage, people: People
) -> None:
    def said() -> str:
        made = export_records(
            selection=Selection(notices=(page.pk,)),
            user=people.op,
            profile=Profile.BUREAU,
            export_format=ExportFormat.JSONL,
            purpose="核对",
            now=LATER + DAY,
        )
        return str(json.loads(made.handle.readline())["facts"]["公众参与说明与登记数"])

    assert said() == "还没有生成说明"
    answer_all(page, people)
    build(page, people)
    assert said() == "说明 2 条，登记 2 条，一致"
    send(page, "迟来的意见。", now=END + MINUTE, issued=END - MINUTE)
    assert said() == "说明 2 条，登记 3 条，不一致，请重新生成说明"


def test_control_characters_do_not_stop_the_statement(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    form = {
        "round": "first_round",
        "channel": "website",
        "name": "县政府\x0b网站",
        "started_on": "2026-01-12",
        "content": "项目\x0c概况",
        "count_web": "0",
        "new_files": photo("截图.jpg"),
    }
    li = signed_in(people.li)
    li.post(url(page, "elsewhere/"), form)
    li.post(url(page, "edit/"), {"overview": "第一\x0b稿。"})
    row = ElsewhereRound.objects.get()
    assert (row.name, row.content) == ("县政府网站", "项目概况")
    assert project_of(page).statement.overview == "第一稿。"
    # As rows written before they were cleaned.
    ElsewhereRound.objects.update(name="县政府\x0b网站")
    Project.objects.update(name="清水沟\x0b项目" + "长" * 180)
    assert "县政府网站" in words_of(build(page, people))


def test_a_notice_that_was_changed_stands_in_it_as_first_and_as_last_published(
    page: NoticePage, people: People
) -> None:
    answer_all(page, people)
    for version in (1, 2, 3):
        stored = store(BytesIO(make_pdf([f"网页第{version}版"])))
        ArchiveFile.objects.create(
            notice=page,
            version=version,
            notice_version=version,
            as_of=PUBLISHED,
            file=stored.name,
            sha256=stored.sha256,
            size=stored.size,
            pages=1,
            ledger_position=version,
            ledger_head="0" * 64,
            created_at=PUBLISHED,
        )
    first, middle, last = ArchiveFile.objects.order_by("version").values_list("sha256", flat=True)
    text = words_of(build(page, people))
    assert f"公示存档（第1版）SHA-256{first}" in text
    assert f"公示存档（第3版）SHA-256{last}" in text
    assert middle not in text


def test_a_statement_with_gaps_is_not_attached(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    build(page, people)
    with time_machine.travel(LATER, tick=False):
        answer = signed_in(people.li).post(url(page, "publish/"), {"planned_on": "2026-04-01"}, follow=True)
    assert "处缺证据" in answer.content.decode()
    assert not NoticePage.objects.get(kind="pre_approval").attachments.exists()


def test_only_the_proponents_people_write_and_the_bureau_reads(page: NoticePage, people: People) -> None:
    answer_all(page, people)
    made = build(page, people)
    reads = {people.li: 200, people.zhao: 200, people.op: 200, people.guan: 200, people.rival: 404}
    for user, code in reads.items():
        client = signed_in(user)
        assert client.get(url(page)).status_code == code, user
        assert client.get(f"/admin/statement/builds/{made.pk}.docx").status_code == code, user
    for user in (people.op, people.guan, people.rival):
        client = signed_in(user)
        for rest in ("edit/", "pledge/", "final/", "publish/", "elsewhere/"):
            assert client.post(url(page, rest), {"overview": "x"}).status_code in (302, 403, 404), (
                user,
                rest,
            )
        client.post(url(page, "build/"))
    for client in (signed_in(people.outsider), Client()):
        assert client.get(url(page)).status_code in (302, 403, 404)
    assert "撰写说明" not in signed_in(people.guan).get(url(page)).content.decode()
    assert not StatementChange.objects.exists()
    assert StatementBuild.objects.count() == 1


def test_struck_words_in_an_answer_stop_the_statement(page: NoticePage, people: People) -> None:
    opinion = Opinion.objects.get(text=SECRET)
    struck = ["村东头"]
    redact_opinion(
        opinion=opinion,
        text=strike(SECRET, struck),
        struck=struck,
        reason="文中有住址",
        user=people.li,
        now=LATER,
    )
    others = Opinion.objects.filter(notice=page)
    answer_opinions(
        opinions=list(others),
        outcome=Outcome.NOT_ADOPTED,
        user=people.li,
        now=LATER,
        reason="已到村东头查看。",
    )
    with pytest.raises(ValidationError, match=opinion.number):
        build(page, people)


def test_the_page_costs_the_same_for_many_opinions(people: People) -> None:
    costs = []
    for name, count in (("清水沟矿区生态修复项目", 1), ("柳坪沟道治理项目", 6)):
        page = make_notice(now=PUBLISHED, project_name=name)
        for number in range(count):
            send(page, f"意见{number}。", now=PUBLISHED + (number + 1) * HOUR)
        close_windows(now=CLOSED)
        answer_opinions(
            opinions=list(Opinion.objects.filter(notice=page)),
            outcome=Outcome.NOT_ADOPTED,
            user=people.li,
            now=LATER,
            reason="达标。",
        )
        li = signed_in(people.li)
        li.get(url(page))
        with CaptureQueriesContext(connection) as queries:
            assert li.get(url(page)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] < 110


def test_the_package_of_the_notice_holds_the_statement_and_its_papers(
    page: NoticePage, people: People
) -> None:
    answer_all(page, people)
    signed_in(people.li).post(url(page, "pledge/"), {"upload": a_scan("承诺.pdf")})
    made = build(page, people)
    asked = Asked(page.record, Profile.BUREAU, people.op, "归档", LATER, 0)
    items = [item for item in statement_part(asked) if isinstance(item, Item)]
    assert [item.path for item in items][:2] == ["公众参与说明.docx", "公众参与说明.pdf"]
    assert len(items) == 3
    with items[1].open() as handle:
        assert sha256(handle.read()).hexdigest() == made.pdf_sha256
