"""Volumes of comment records: page one whole and page two never, made anew only where something was touched."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from notices.archive.models import Volume
from notices.archive.volumes import make_volumes, making, ranges, volumes_of
from notices.archive.volumes.making import LEFT_AFTER, clear_volumes
from notices.archive.volumes.selectors import volume_states
from notices.exports.models import ExportRecord
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeRecord
from notices.models.attachments import content_storage
from notices.opinions.answering import answer_opinions, redact_opinion
from notices.opinions.consents import Consent, withdraw_consents
from notices.opinions.destruction import confirm_destruction, propose_destruction
from notices.opinions.files import erase_files, stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import ContactKind, DestructionGround, Opinion, Outcome
from notices.opinions.models.opinion import DESTROYED_TEXT
from notices.opinions.page_two import PageTwo
from notices.opinions.verification import verify_ledger
from notices.printing import PrintedPath, PrintingFaultError, PrintOrder
from notices.printing.job import Job
from notices.printing.rendering import print_html
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.notices.printing.pdfa import faults
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Read = Callable[[bytes], str]
OPEN = PUBLISHED + timedelta(days=1)
AFTER = END + timedelta(hours=2)
SECRET = "藁垡坡背后的洞口朝东开，夜里进出的车走北边便道。"
WRITER = PageTwo(
    contact_kind=ContactKind.MOBILE,
    contact="13912345678",
    name="测试人乙",
    address="某村七号",
    show_text=True,
)


@pytest.fixture(autouse=True)
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Print in this process and keep the titles; ``test_child_processes_…`` tests the children."""
    titles: list[str] = []

    def print_here(
        orders: Iterable[tuple[int, PrintOrder]], folder: Path
    ) -> Iterator[tuple[int, PrintedPath | PrintingFaultError]]:
        for key, order in orders:
            titles.append(order.title)
            job = Job(order.variant, order.title, order.lang, order.created)
            made = print_html(order.html, job, missing_glyphs=order.missing_glyphs)
            path = folder / uuid4().hex
            path.write_bytes(made.content)
            yield key, PrintedPath(path, made.pages)

    monkeypatch.setattr(making, "print_in_children", print_here)
    monkeypatch.setattr(ranges, "OPINIONS_EACH", 2)
    return titles


@pytest.fixture(autouse=True)
def _no_files_of_other_tests() -> None:
    shutil.rmtree(Path(content_storage().path("volumes")), ignore_errors=True)


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page: NoticePage) -> People:
    return make_people()


def record_of(page: NoticePage) -> NoticeRecord:
    return NoticeRecord.objects.select_related("page").get(page=page)


def make(page: NoticePage, now: Any = AFTER) -> list[Volume]:
    return make_volumes(record_id=page.record.pk, now=now)


def content_of(volume: Volume) -> bytes:
    with volume.file.open("rb") as handle:
        return handle.read()


def stored() -> set[str]:
    storage = content_storage()
    if not storage.exists("volumes"):
        return set()
    return {
        file for folder in storage.listdir("volumes")[0] for file in storage.listdir(f"volumes/{folder}")[1]
    }


def with_file(page: NoticePage, name: str) -> Opinion:
    token = new_token(page.record.code, now=OPEN)
    upload = SimpleUploadedFile(name, make_pdf(["监测数据"]))
    file = stage_file(form_key=token.key, upload=upload, now=OPEN)
    return send(page, "见附件。", now=OPEN, token=token, files=[file.sha256], page_two=WRITER).opinion


def destroy(opinion: Opinion, people: People, now: Any) -> None:
    proposal = propose_destruction(
        opinion=opinion,
        ground=DestructionGround.STATE_SECRET,
        document="第 3 号通知",
        reason="不宜公开",
        user=people.li,
        now=now,
    )
    confirm_destruction(proposal=proposal, user=people.op, now=now)


def test_a_volume_shows_page_one_files_by_hash_and_answers_and_never_who_wrote(
    page: NoticePage, people: People, printed_text: Read
) -> None:
    first = with_file(page, "测试人乙的身份证.pdf")
    second = send(page, "噪声太大。\n请加\x07屏障。", now=OPEN, page_two=WRITER).opinion
    answer_opinions(
        opinions=[second], outcome=Outcome.NOT_ADOPTED, reason="已设屏障。", user=people.li, now=AFTER
    )
    (volume,) = make(page)
    content = content_of(volume)
    assert (volume.sha256, volume.size) == (sha256(content).hexdigest(), len(content))
    assert faults(content, "U") == []
    text = printed_text(content)
    for expected in (
        "公众意见记录",
        "第1册",
        first.number,
        second.number,
        "见附件。",
        "噪声太大。",
        "请加屏障。",
        first.files.get().sha256,
        "未采纳：已设屏障。",
        "还有1条没有答复",
        f"第{volume.pages}页，共{volume.pages}页",
        first.page_one_commitment,
    ):
        assert expected in text
    for hidden in (WRITER.name, WRITER.contact, WRITER.address, "身份证.pdf"):
        assert hidden not in text
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for root in outline.root for item in root.children]
    assert [title.split()[0] for title in titles] == ["目录", first.number, second.number]


def test_only_what_was_touched_is_made_anew(page: NoticePage, people: People, printed: list[str]) -> None:
    opinions = [send(page, f"意见{number}", now=OPEN, page_two=WRITER).opinion for number in range(5)]
    assert [volume.count for volume in make(page)] == [2, 2, 1]
    titles = [f"公众意见记录 {page.record.code} 第 {number} 册" for number in (1, 2, 3)]
    assert printed == titles
    acts: list[tuple[Callable[[Any], Any], list[str]]] = [
        (lambda now: None, []),
        (lambda now: send(page, "又一条", now=OPEN), [titles[2]]),
        (
            lambda now: redact_opinion(
                opinion=opinions[0], text="■■", reason="姓名", user=people.li, now=now
            ),
            [titles[0]],
        ),
        (
            lambda now: answer_opinions(
                opinions=opinions[2:3],
                outcome=Outcome.ADOPTED,
                report_reference="第三章",
                user=people.li,
                now=now,
            ),
            [titles[1]],
        ),
        (
            lambda now: withdraw_consents(opinion=opinions[3], consents=[Consent.SHOW_TEXT], now=now),
            [titles[1]],
        ),
    ]
    for day, (act, expected) in enumerate(acts, start=1):
        now = AFTER + timedelta(days=day)
        act(now)
        states = volume_states(record_of(page))
        assert [titles[state.range.number - 1] for state in states if state.touched] == expected
        printed.clear()
        make(page, now + timedelta(hours=1))
        assert printed == expected


def test_the_same_opinions_give_the_same_bytes(page: NoticePage) -> None:
    send(page, "请公开㟃犇村的监测结果。", now=OPEN)
    (volume,) = make(page)
    content_storage().delete(str(volume.file.name))
    (again,) = make(page, AFTER + timedelta(days=9))
    assert (again.pk == volume.pk, again.sha256) == (False, volume.sha256)


def test_a_volume_before_keeps_its_row_and_hash_and_loses_its_file(page: NoticePage) -> None:
    send(page, "一", now=OPEN)
    (before,) = make(page)
    send(page, "二", now=OPEN)
    (after,) = make(page, AFTER + timedelta(days=1))
    before.refresh_from_db()
    assert (before.superseded_by, before.file.name) == (after, "")
    assert stored() == {after.sha256}
    with pytest.raises(ProtectedError):
        after.save()
    with pytest.raises(ProtectedError):
        before.delete()


def test_what_was_destroyed_by_law_leaves_the_volumes_at_once(
    page: NoticePage,
    people: People,
    printed_text: Read,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr("notices.opinions.traces.empty_log", lambda: None)
    doomed = send(page, SECRET, now=OPEN).opinion
    (before,) = make(page)
    assert SECRET in printed_text(content_of(before))
    monkeypatch.setattr("notices.archive.tasks.make_volumes", lambda **given: [])  # the worker is busy
    with django_capture_on_commit_callbacks(execute=True):
        destroy(doomed, people, AFTER + timedelta(days=1))
    assert stored() == set()
    assert volumes_of(record_of(page)) == []
    (after,) = make(page, AFTER + timedelta(days=2))
    text = printed_text(content_of(after))
    assert SECRET not in text
    assert DESTROYED_TEXT in text
    assert doomed.number in text


def test_the_clock_takes_out_what_a_break_left(page: NoticePage) -> None:
    opinion = with_file(page, "监测.pdf")
    make(page)
    erase_files(
        opinion=opinion, now=AFTER + timedelta(days=1)
    )  # its signal waits for a commit that never comes
    left = content_storage().save("volumes/ab/abcd", SimpleUploadedFile("x", b"%PDF-"))
    clear_volumes(now=timezone.now())
    assert stored() == {"abcd"}
    clear_volumes(now=timezone.now() + LEFT_AFTER + timedelta(minutes=1))
    assert not content_storage().exists(left)
    (after,) = make(page, AFTER + timedelta(days=2))
    assert after.erased == 1


def test_nothing_is_kept_that_was_erased_while_it_was_printed(
    page: NoticePage, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notices.opinions.traces.empty_log", lambda: None)
    doomed = send(page, SECRET, now=OPEN).opinion
    print_here = vars(making)["print_in_children"]

    def print_slowly(orders: Any, folder: Path) -> Iterator[Any]:
        for result in print_here(orders, folder):
            destroy(doomed, people, AFTER)
            yield result

    monkeypatch.setattr(making, "print_in_children", print_slowly)
    assert make(page) == []
    assert stored() == set()


def test_the_ledger_names_each_volume_and_its_check_finds_a_changed_file(page: NoticePage) -> None:
    def found() -> list[str]:
        return [
            fault.kind
            for report in verify_ledger(codes=[page.record.code], with_files=True)
            for fault in report.faults
        ]

    send(page, "一", now=OPEN)
    make(page)
    send(page, "二", now=OPEN)
    (volume,) = make(page, AFTER + timedelta(days=1))
    entry = Entry.objects.filter(act="archived").latest("position")
    assert entry.payload == {
        "kind": "volume",
        "volume": 1,
        "range": [volume.first_number, volume.last_number],
        "sha256": volume.sha256,
    }
    before = set(found())
    path = Path(content_storage().path(str(volume.file.name)))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    assert set(found()) - before == {"public_file"}


def test_very_long_opinions_make_shorter_volumes_and_a_closed_volume_keeps_its_range(
    page: NoticePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "OPINIONS_EACH", 10)
    monkeypatch.setattr(ranges, "CHARACTERS_EACH", 50)
    for length in (30, 30, 10, 60, 5):
        send(page, "长" * length, now=OPEN)
    drawn = [(part.first, part.last) for part in ranges.ranges_of(record_of(page))]
    assert drawn == [(1, 1), (2, 3), (4, 4), (5, 5)]
    make(page)
    monkeypatch.setattr(ranges, "CHARACTERS_EACH", 500)
    send(page, "短", now=OPEN)
    drawn = [(part.first, part.last) for part in ranges.ranges_of(record_of(page))]
    assert drawn == [(1, 1), (2, 3), (4, 4), (5, 6)]


def test_a_notice_without_opinions_has_no_volumes(page: NoticePage) -> None:
    assert make(page) == []


def client_of(user: Any) -> Client:
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("li", 200),
        ("zhao", 200),
        ("op", 200),
        ("guan", 200),
        ("rival", 302),
        ("outsider", 302),
        ("stranger", 302),
    ],
)
def test_volumes_are_for_the_proponent_the_operator_and_the_division(
    page: NoticePage, people: People, who: str, status: int
) -> None:
    send(page, "一", now=OPEN)
    make(page)
    url = f"/admin/notices/volumes/{page.record.pk}/"
    client = client_of(getattr(people, who))
    assert client.get(url).status_code == status
    sent = client.post(url, {"volume": "1", "purpose": "存档"})
    assert (sent.status_code, sent.get("Content-Type") == "application/pdf") == (status, status == 200)
    assert ExportRecord.objects.count() == (status == 200)


def test_a_volume_is_made_and_taken_in_the_admin_with_a_purpose_that_is_recorded(
    page: NoticePage, people: People
) -> None:
    opinion = send(page, "一", now=OPEN).opinion
    client, url = client_of(people.li), f"/admin/notices/volumes/{page.record.pk}/"
    assert "未生成" in client.get(url).content.decode()
    assert client.post(url, {"make": "1"}).status_code == 302
    shown = client.get(url).content.decode()
    assert "最新" in shown
    assert opinion.number in shown
    assert "请写明下载用途" in client.post(url, {"volume": "1", "purpose": ""}).content.decode()
    assert "请先更新卷册" in client.post(url, {"volume": "7", "purpose": "存档"}).content.decode()
    sent: Any = client.post(url, {"volume": "1", "purpose": "存档"})
    volume = Volume.objects.get()
    assert b"".join(sent.streaming_content) == content_of(volume)
    assert "no-store" in sent["Cache-Control"]
    taken = ExportRecord.objects.get()
    assert (taken.format, taken.sha256, taken.purpose, taken.rows) == ("pdf", volume.sha256, "存档", 1)
    assert Entry.objects.get(act="exported").payload["sha256"] == volume.sha256


def test_the_page_costs_no_query_a_volume(
    page: NoticePage, people: People, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        send(page, str(number), now=OPEN)
    make(page)
    client = client_of(people.op)
    with django_assert_max_num_queries(50):
        client.get(f"/admin/notices/volumes/{page.record.pk}/")


def test_a_failed_volume_stops_no_other_and_says_what_to_do(
    page: NoticePage, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        send(page, str(number), now=OPEN)
    print_here = vars(making)["print_in_children"]

    def print_badly(orders: Any, folder: Path) -> Iterator[Any]:
        for key, result in print_here(orders, folder):
            yield key, PrintingFaultError("style") if key == 1 else result

    monkeypatch.setattr(making, "print_in_children", print_badly)
    client, url = client_of(people.li), f"/admin/notices/volumes/{page.record.pk}/"
    client.post(url, {"make": "1"})
    assert "有卷册没有生成" in client.get(url).content.decode()
    assert [volume.number for volume in volumes_of(record_of(page))] == [2]


class TestFormsWithPageTwo:
    def printed(self, user: Any, page: NoticePage, *opinions: Opinion, **fields: str) -> Any:
        data = {"opinions": [row.pk for row in opinions], "basis": "feedback", "reason": "电话反馈", **fields}
        return client_of(user).post(f"/admin/opinions/{page.pk}/forms/", data)

    def test_they_are_streamed_with_a_reason_that_is_recorded_and_stored_nowhere(
        self, page: NoticePage, people: People, printed_text: Read
    ) -> None:
        opinion = send(page, "井水发浑。", now=OPEN, page_two=WRITER).opinion
        assert "请写明查阅原因" in self.printed(people.li, page, opinion, reason=".").content.decode()
        assert not Entry.objects.filter(act="contacts_read").exists()
        sent = self.printed(people.li, page, opinion)
        text = printed_text(sent.content)
        for expected in ("井水发浑。", WRITER.name, WRITER.contact, WRITER.address, opinion.number):
            assert expected in text
        assert faults(sent.content, "U") == []
        assert "no-store" in sent["Cache-Control"]
        assert Entry.objects.get(act="contacts_read").payload["count"] == 1
        assert not content_storage().exists(
            f"{sha256(sent.content).hexdigest()[:2]}/{sha256(sent.content).hexdigest()}"
        )

    @pytest.mark.parametrize("who", ["rival", "guan", "outsider", "stranger", "op"])
    def test_nobody_without_a_ground_prints_them(self, page: NoticePage, people: People, who: str) -> None:
        opinion = send(page, "井水发浑。", now=OPEN, page_two=WRITER).opinion
        answer = self.printed(getattr(people, who), page, opinion)
        assert answer.get("Content-Type") != "application/pdf"
        assert WRITER.contact not in answer.content.decode()
