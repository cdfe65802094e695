"""The closing certificate: what had come in, nought said as nought, for everybody, once for each closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from notices.archive import certificates
from notices.archive.models import ArchiveFile, ArchiveKind
from notices.archive.selectors import certificates_of
from notices.archive.services import make_archives
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Channel
from notices.opinions.services import PageOne, record_on_behalf
from notices.outbox.delivery import unseal
from notices.outbox.models import OutboxMail
from notices.outbox.registers import category_label
from notices.services import close_windows, extend_window
from tests.factories import an_operator, make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.notices.printing.pdfa import faults
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Read = Callable[[bytes], str]
DAY = timedelta(days=1)
CLOSED = END + timedelta(minutes=31)


def certificate(page: NoticePage) -> ArchiveFile:
    record = NoticeRecord.objects.get(page=page)
    make_archives(record_id=record.pk, now=CLOSED)
    return certificates_of(record)[0]


def download(page: NoticePage, version: int = 1) -> bytes:
    answer: Any = Client().get(f"/n/{page.record.code}/certificate/v{version}.pdf")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def paper(page: NoticePage, people: People, *, arrived: Any) -> None:
    record_on_behalf(
        record=NoticeRecord.objects.get(page=page),
        page_one=PageOne(text="来信一封。", channel=Channel.LETTER),
        page_two=None,
        received_at=arrived,
        user=people.li,
        now=arrived,
    )


def test_the_certificate_tells_what_came_in_and_late_paper_does_not_change_it(printed_text: Read) -> None:
    people = make_people()
    page = make_notice(now=PUBLISHED)
    page.project.approval_authority = people.office
    page.project.save()
    people.guan.email = "guan@anze.example.com"
    people.guan.save()
    numbers = [send(page, now=PUBLISHED + DAY).opinion.number for _each in range(2)]
    paper(page, people, arrived=PUBLISHED + DAY)
    assert close_windows(now=CLOSED) == 1
    paper(page, people, arrived=END + 3 * DAY)
    row = certificate(page)
    content = download(page)
    assert row.sha256 == sha256(content).hexdigest()
    assert faults(content, "A") == []
    text = printed_text(content)
    closed = Entry.objects.get(act="closed")
    for expected in (
        "截止时共收到意见3条",
        "网上2条",
        "信函1条",
        "电话0条",
        numbers[0],
        "期限内3条，逾期收下0条",
        "1条由工作人员登记，占33%",
        closed.hash,
        "安泽县生态环境分局",
        "2026年3月17日00:31",
    ):
        assert expected.replace(" ", "") in text, expected
    assert "13900000001" not in text
    archived = Entry.objects.filter(act="archived", payload__kind="certificate").get()
    assert archived.payload["sha256"] == row.sha256
    mails = [unseal(mail.sealed or b"") for mail in OutboxMail.objects.filter(category="closing_certificate")]
    assert {mail.to for mail in mails} == {"eia@qingyuan.example.com", "guan@anze.example.com"}
    assert all(row.sha256 in mail.body for mail in mails)
    assert {category_label(mail) for mail in OutboxMail.objects.all()} == {"截止证明"}


def test_nought_is_said_as_nought(printed_text: Read) -> None:
    page = make_notice(now=PUBLISHED)
    close_windows(now=CLOSED)
    assert Entry.objects.get(act="closed").payload["total"] == 0
    certificate(page)
    text = printed_text(download(page))
    assert "截止时没有收到意见（0条）" in text
    assert "网上0条" in text


def test_nothing_is_composed_while_the_chain_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def page_of(closing: Any) -> NoticePage:
        outside.append(len(connection.savepoint_ids) == depth)
        return page

    outside: list[bool] = []
    depth = len(connection.savepoint_ids)
    page = make_notice(now=PUBLISHED)
    close_windows(now=CLOSED)
    monkeypatch.setattr(certificates.Closing, "page", page_of)
    certificate(page)
    assert outside
    assert all(outside)
    assert OutboxMail.objects.filter(category="closing_certificate").exists()


def test_a_listener_that_fails_stops_no_other_window_from_closing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(record_id: int) -> None:
        raise RuntimeError("the queue is down")

    for project in ("甲", "乙"):
        make_notice(now=PUBLISHED, project_name=project)
    monkeypatch.setattr(
        "notices.archive.signal_handlers.make_notice_archives", SimpleNamespace(enqueue=broken)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert close_windows(now=CLOSED) == 2


def test_a_window_that_was_extended_closes_with_a_second_certificate_that_tells_why(
    printed_text: Read,
) -> None:
    page = make_notice(now=PUBLISHED)
    close_windows(now=CLOSED)
    record = NoticeRecord.objects.get(page=page)
    first = certificate(page)
    last_day = END.date() + timedelta(days=13)
    extend_window(record=record, last_day=last_day, reason="村口张贴晚了三天", user=an_operator(), now=CLOSED)
    assert certificates_of(record) == [first]
    close_windows(now=END + 15 * DAY)
    make_archives(record_id=record.pk, now=END + 15 * DAY)
    assert [row.version for row in certificates_of(record)] == [2, 1]
    assert "村口张贴晚了三天" in printed_text(download(page, 2))
    assert "村口张贴晚了三天" not in printed_text(download(page, 1))


def test_closing_makes_the_certificate_in_the_background_and_the_notice_page_links_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = make_notice(now=PUBLISHED)
    with django_capture_on_commit_callbacks(execute=True):
        close_windows(now=CLOSED)
    row = ArchiveFile.objects.get(notice=page, kind=ArchiveKind.CERTIFICATE)
    html = Client().get(f"/n/{page.record.code}/").content.decode()
    assert f"/n/{page.record.code}/certificate/v1.pdf" in html
    assert row.sha256 in html
    assert Client().get(f"/n/{page.record.code}/certificate/v2.pdf").status_code == 404
