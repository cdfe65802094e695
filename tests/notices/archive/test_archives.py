"""Archives: made at publication and at each change, once, as the notice stood then, entered in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.urls import reverse

from notices.archive import documents, services
from notices.archive.editions import editions_of
from notices.archive.models import ArchiveFile
from notices.archive.selectors import archives_of
from notices.archive.services import ArchiveLostError, make_archives, make_missing_archives
from notices.committed_files import FileCheck
from notices.content_hash import content_hash, short_hash
from notices.ledger.models import Chain, Entry
from notices.models import NoticeRecord, NoticeStage
from notices.models.attachments import content_storage
from notices.printing import PRINT_FONTS, PrintingUnavailable, part_versions
from notices.services import chain_key, extend_window, withdraw_notice
from tests.factories import an_operator, make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.printing.pdfa import faults

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
Read = Callable[[bytes], str]


def record_of(page: Any) -> NoticeRecord:
    return NoticeRecord.objects.get(page=page)


def content_of(row: ArchiveFile) -> bytes:
    with row.file.open("rb") as handle:
        return handle.read()


def archived(page: Any, now: datetime = NOW) -> ArchiveFile:
    make_archives(record_id=record_of(page).pk, now=now)
    return archives_of(record_of(page))[0]


@pytest.fixture
def unprintable(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take the PDF libraries away."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PrintingUnavailable(["libpango-1.0-0（排版库）"])

    monkeypatch.setattr(documents, "print_pdf", refuse)
    return monkeypatch


def test_publication_makes_the_archive_in_the_background(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = make_notice(now=NOW)
    row = archives_of(record_of(page))[0]
    assert row.version == 1
    assert row.sha256 == sha256(content_of(row)).hexdigest()
    assert row.size == len(content_of(row))


def test_an_archive_is_pdfa_3a_and_holds_what_the_notice_said(printed_text: Read) -> None:
    page = make_notice(now=NOW)
    content = content_of(archived(page))
    assert faults(content, "A") == []
    text, record = printed_text(content), record_of(page)
    attachment = page.attachments.get()
    entry = Entry.objects.get(act="published")
    for expected in (
        "清水沟矿区生态修复项目",
        "安泽清源矿业有限公司",
        "一、报告书全文和纸质报告书的查阅",
        "安泽县府城镇文化街8号清源矿业办公楼203室",
        "二、征求意见的公众范围",
        "清水沟村、柳坪村的村民和单位。",
        "三、公众意见表",
        "四、提出意见的方式和途径",
        "0357-7000001",
        "五、提出意见的起止时间",
        "2026年3月17日（星期二）至3月31日（星期二）24:00，10个工作日",
        attachment.sha256,
        f"公示码{record.code}",
        f"/n/{record.code}/",
        record.calendar_version,
        record.rule_set,
        f"第{entry.position}条，链头{entry.hash}",
        "第1页，共",
        "建设单位对公众参与的真实性和结果负责；平台仅核对要件和期限，不审查内容，公开不代表审批意见。",
    ):
        assert expected in text
    assert "演示" not in text
    assert "历史记录" not in text


def test_making_archives_again_does_nothing() -> None:
    page = make_notice(now=NOW)
    first = archived(page)
    assert make_archives(record_id=record_of(page).pk, now=NOW + timedelta(days=1)) == []
    assert archives_of(record_of(page)) == [first]
    assert Entry.objects.filter(act="archived").count() == 1


def test_the_hash_of_an_archive_stands_in_the_ledger() -> None:
    row = archived(make_notice(now=NOW))
    entry = Entry.objects.get(act="archived")
    assert entry.payload == {"version": 1, "sha256": row.sha256}
    assert verify_chain(Chain.objects.get()) == []


def test_the_same_record_is_printed_to_the_same_bytes() -> None:
    edition = editions_of(record_of(make_notice(now=NOW)))[0]
    assert documents.notice_archive(edition).content == documents.notice_archive(edition).content


def test_an_extension_adds_a_version_and_leaves_the_first_as_it_was(printed_text: Read) -> None:
    page = make_notice(now=NOW)
    first = archived(page)
    later = NOW + timedelta(days=3)
    new_day = datetime(2026, 4, 8, tzinfo=NOW.tzinfo).date()
    extend_window(
        record=record_of(page), last_day=new_day, reason="报纸延期刊登", user=an_operator(), now=later
    )
    second = archived(page, later)
    assert second.version == 2
    text = printed_text(content_of(second))
    assert "期限延长：报纸延期刊登截止日期延至2026年4月8日。" in text
    assert "至4月8日（星期三）24:00" in text
    assert ArchiveFile.objects.get(version=1).sha256 == first.sha256
    assert second.ledger_position > first.ledger_position


def test_versions_that_could_not_be_made_in_time_still_show_the_notice_of_their_day(
    printed_text: Read,
) -> None:
    page = make_notice(now=NOW)
    later = NOW + timedelta(days=3)
    new_day = datetime(2026, 4, 8, tzinfo=NOW.tzinfo).date()
    extend_window(
        record=record_of(page), last_day=new_day, reason="报纸延期刊登", user=an_operator(), now=later
    )
    withdraw_notice(
        record=record_of(page), reason="选址调整", user=an_operator(), now=later + timedelta(days=1)
    )
    made = make_archives(record_id=record_of(page).pk, now=later + timedelta(days=9))
    first, second, third = (printed_text(content_of(row)) for row in made)
    assert "至3月31日（星期二）24:00" in first
    assert "报纸延期刊登" not in first
    assert "至4月8日（星期三）24:00" in second
    assert "已撤回" not in second
    assert "本公示已撤回。选址调整" in third
    assert [row.ledger_head for row in made] == [
        Entry.objects.get(act=act).hash for act in ("published", "window_extended", "withdrawn")
    ]


def test_a_historical_record_is_marked_and_says_what_was_not_seen(printed_text: Read) -> None:
    page = make_notice(stage="historical", now=NOW)
    NoticeRecord.objects.filter(page=page).update(unseen_fields=["investment", "opinion_form_provided"])
    text = printed_text(content_of(archived(page)))
    assert "历史记录：根据当年报纸整理" in text
    assert "公开日期推定为2022年3月17日：报纸版面日期推定" in text
    assert "总投资未见" in text
    assert "三、公众意见表未见" in text


def test_it_bears_the_fingerprint_of_the_wording(printed_text: Read) -> None:
    page = make_notice(now=NOW)
    digest = content_hash(page, page.attachments.all())
    text = printed_text(content_of(archived(page)))
    assert f"内容指纹{short_hash(digest).replace(' ', '')}SHA-256{digest}" in text


def test_a_demo_notice_says_so_on_every_page(printed_text: Read) -> None:
    page = make_notice(now=NOW)
    NoticeRecord.objects.filter(page=page).update(demo=True)
    row = archived(page)
    assert printed_text(content_of(row)).count("演示") >= row.pages


@pytest.mark.parametrize("stage", [NoticeStage.DRAFT, NoticeStage.APPROVED])
def test_nothing_is_archived_before_publication(stage: str) -> None:
    page = make_notice(stage=stage, now=NOW)
    assert make_archives(record_id=record_of(page).pk, now=NOW) == []


def test_rare_characters_of_a_place_reach_the_archive(printed_text: Read) -> None:
    page = make_notice(now=NOW, location="安泽县㟃犇垚峪堌𬒔村")
    content = content_of(archived(page))
    assert "安泽县㟃犇垚峪堌𬒔村" in printed_text(content)
    assert faults(content, "A") == []


class TestWhenItFails:
    def test_without_the_libraries_it_says_what_to_install_and_can_be_run_again(
        self, unprintable: pytest.MonkeyPatch
    ) -> None:
        page = make_notice(now=NOW)
        with pytest.raises(CommandError, match="apt-get install"):
            call_command("make_archives")
        assert archives_of(record_of(page)) == []
        unprintable.undo()
        call_command("make_archives")
        assert len(archives_of(record_of(page))) == 1

    def test_a_publication_stands_although_its_archive_fails(
        self, unprintable: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            page = make_notice(now=NOW)
        assert record_of(page).stage == NoticeStage.PUBLISHED
        assert archives_of(record_of(page)) == []

    def test_one_unprintable_notice_does_not_keep_the_others_from_their_archives(self) -> None:
        bad = make_notice(now=NOW, location="安泽县\U0010fffd村")
        good = make_notice(now=NOW + timedelta(hours=1), project_name="柳坪村砂石项目")
        report = make_missing_archives(now=NOW)
        assert [row.notice_id for row in report.made] == [good.pk]
        ((code, reason),) = report.failed
        assert code == record_of(bad).code
        assert "U+10FFFD" in reason

    def test_a_lost_file_is_restored_with_the_same_bytes(self) -> None:
        page = make_notice(now=NOW)
        row = archived(page)
        content_storage().delete(str(row.file.name))
        make_archives(record_id=record_of(page).pk, now=NOW)
        assert sha256(content_of(row)).hexdigest() == row.sha256

    def test_what_was_printed_before_our_own_fonts_is_kept_verifies_and_is_restored_as_it_was(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = make_notice(now=NOW)
        older = {name: what for name, what in part_versions().items() if name != PRINT_FONTS}
        with monkeypatch.context() as before:
            before.setattr(services, "part_versions", lambda: older)
            before.setattr(services, "_printed", partial(services._printed, own_fonts=False))
            row = archived(page)
        assert make_archives(record_id=record_of(page).pk, now=NOW) == []
        with_bytes = FileCheck(
            Chain.objects.get(key=chain_key(record_of(page))), record_of(page), with_bytes=True
        )
        with_bytes.take(list(Entry.objects.filter(act="archived")))
        assert with_bytes.finish() == []
        content_storage().delete(str(row.file.name))
        assert make_archives(record_id=record_of(page).pk, now=NOW) == []
        assert sha256(content_of(row)).hexdigest() == row.sha256
        # Printed as new ones are it would be another file.
        edition = next(iter(editions_of(record_of(page))))
        assert sha256(documents.notice_archive(edition).content).hexdigest() != row.sha256

    def test_a_lost_file_is_not_replaced_by_another_one(self, settings: Any) -> None:
        page = make_notice(now=NOW)
        row = archived(page)
        content_storage().delete(str(row.file.name))
        settings.WAGTAILADMIN_BASE_URL = "https://elsewhere.example.cn"
        with pytest.raises(ArchiveLostError, match="从备份恢复"):
            make_archives(record_id=record_of(page).pk, now=NOW)
        assert not content_storage().exists(str(row.file.name))

    def test_a_row_is_never_changed_or_deleted(self) -> None:
        row = archived(make_notice(now=NOW))
        with pytest.raises(ProtectedError):
            row.save()
        with pytest.raises(ProtectedError):
            row.delete()


class TestDownload:
    def test_anybody_downloads_an_archive_that_is_what_its_hash_says(self, client: Any) -> None:
        page = make_notice(now=NOW)
        row = archived(page)
        response = client.get(reverse("archive_file", args=[record_of(page).code, 1]))
        body = b"".join(response.streaming_content)
        assert response["Content-Type"] == "application/pdf"
        assert sha256(body).hexdigest() == row.sha256 == response["ETag"].strip('"')

    def test_a_version_that_does_not_exist_is_not_found(self, client: Any) -> None:
        page = make_notice(now=NOW)
        assert client.get(reverse("archive_file", args=[record_of(page).code, 1])).status_code == 404

    def test_a_lost_file_ends_in_a_message(self, client: Any) -> None:
        page = make_notice(now=NOW)
        content_storage().delete(str(archived(page).file.name))
        response = client.get(reverse("archive_file", args=[record_of(page).code, 1]))
        assert response.status_code == 503
        assert "存档文件暂时读不到" in response.content.decode()

    def test_the_notice_page_links_the_archive_with_its_hash(self, client: Any) -> None:
        page = make_notice(now=NOW)
        code = record_of(page).code
        assert "存档正在制作" in client.get(reverse("notice", args=[code])).content.decode()
        row = archived(page)
        html = client.get(reverse("notice", args=[code])).content.decode()
        assert reverse("archive_file", args=[code, 1]) in html
        assert row.sha256 in html
