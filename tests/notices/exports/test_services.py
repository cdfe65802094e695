"""Who exports what, and what is kept of it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from notices.exports import rows, services
from notices.exports.models import ExportFormat, ExportRecord, Profile
from notices.exports.selections import Selection
from notices.exports.services import Export, export_records, profile_for
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeStage
from tests.factories import make_notice
from tests.notices.exports.zipped import cover_in, csv_in, records_in
from tests.notices.opinions.helpers import PERSON, PUBLISHED, ZONE, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DURING = PUBLISHED + timedelta(days=3)
TEXT = "担心清水沟的井水。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(now=PUBLISHED, proponent=people.company_a)


def export(page: NoticePage, user: Any, **fields: Any) -> Export:
    values = {"export_format": ExportFormat.CSV, "purpose": "复议案卷", "now": DURING, **fields}
    selection = Selection(notices=(page.pk,))
    return export_records(selection=selection, user=user, profile=profile_for(user, page), **values)


def table_of(made: Export) -> list[dict[str, str]]:
    return records_in(made.handle.read())


class TestWho:
    @pytest.mark.parametrize(
        ("name", "profile"),
        [("guan", Profile.BUREAU), ("op", Profile.BUREAU), ("li", Profile.PROPONENT)],
    )
    def test_a_person_exports_in_their_own_profile(
        self, people: People, page: NoticePage, name: str, profile: Profile
    ) -> None:
        user = getattr(people, name)
        assert profile_for(user, page) == profile
        assert export(page, user).records[0].profile == profile

    @pytest.mark.parametrize("name", ["rival", "outsider", "stranger"])
    def test_everybody_else_is_refused_and_nothing_is_recorded(
        self, people: People, page: NoticePage, name: str
    ) -> None:
        with pytest.raises(PermissionDenied):
            export(page, getattr(people, name))
        assert not ExportRecord.objects.exists()
        assert not Entry.objects.filter(act="exported").exists()

    def test_an_officer_of_another_county_is_refused(self, people: People, page: NoticePage) -> None:
        people.office.division_codes = ["141027"]
        people.office.save()
        with pytest.raises(PermissionDenied):
            profile_for(people.guan, page)

    @pytest.mark.parametrize(("name", "role"), [("guan", "officer"), ("op", "operator"), ("li", "proponent")])
    def test_the_ledger_names_the_role_of_the_person(
        self, people: People, page: NoticePage, name: str, role: str
    ) -> None:
        user = getattr(people, name)
        made = export(page, user)
        entry = Entry.objects.get(act="exported")
        assert (entry.role, entry.actor) == (role, user)
        assert entry.payload["sha256"] == made.records[0].sha256 == sha256(made.handle.read()).hexdigest()

    @pytest.mark.parametrize(
        ("stage", "shown"),
        [
            (NoticeStage.DRAFT, {"li": (False, False), "op": (False, False)}),
            (NoticeStage.APPROVED, {"li": (True, True), "op": (True, True), "guan": (True, False)}),
            (NoticeStage.PUBLISHED, {"li": (True, True), "op": (True, True), "guan": (True, False)}),
            (NoticeStage.WITHDRAWN, {"li": (True, False), "op": (True, False), "guan": (True, False)}),
            ("historical", {"li": (True, False), "op": (True, False), "guan": (True, False)}),
        ],
    )
    def test_the_register_offers_export_and_poster_only_where_there_is_one(
        self, client: Any, people: People, stage: str, shown: dict[str, tuple[bool, bool]]
    ) -> None:
        record = make_notice(stage=stage, proponent=people.company_a).record
        offered = {}
        for name in shown:
            client.force_login(getattr(people, name))
            html = client.get(reverse("notice_register:inspect", args=[record.pk])).content.decode()
            links = (
                reverse("export_opinions", args=[record.code]),
                reverse("notice_outputs", args=[record.pk]),
            )
            offered[name] = tuple(link in html for link in links)
        assert offered == shown


class TestWhat:
    def test_the_records_tell_page_one_and_nothing_of_page_two(
        self, people: People, page: NoticePage
    ) -> None:
        number = send(page, TEXT, now=PUBLISHED).opinion.number
        made = export(page, people.guan)
        (row,) = table_of(made)
        assert (row["回执编号"], row["意见原文"], row["处理结果"]) == (number, TEXT, "未答复")
        assert row["收到时间"] == "2026-03-02 09:00:00+08:00"
        assert made.records[0].rows == 1
        assert PERSON.contact not in str(row)
        assert PERSON.name not in str(row)

    def test_the_longest_opinion_arrives_whole(self, people: People, page: NoticePage) -> None:
        text = "".join(chr(0x4E00 + index % 20_000) for index in range(40_000))
        opinion = send(page, text, now=PUBLISHED).opinion
        made = export(page, people.guan, export_format=ExportFormat.XLSX)
        book = openpyxl.load_workbook(io.BytesIO(made.handle.read()))
        heading, row = book["意见记录"].iter_rows(values_only=True)
        first = dict(zip(heading, row, strict=True))["意见原文"].removesuffix("（续见“续文”表）")
        rest = list(book["续文"].iter_rows(min_row=2, values_only=True))
        assert {line[0] for line in rest} == {opinion.number}
        assert first + "".join(line[2] for line in rest) == text

    def test_a_notice_without_opinions_says_so(self, people: People, page: NoticePage) -> None:
        made = export(page, people.guan, export_format=ExportFormat.XLSX)
        cover = dict(
            openpyxl.load_workbook(io.BytesIO(made.handle.read()))["封面"].iter_rows(values_only=True)
        )
        assert cover["意见数"] == "0 条，没有收到意见"
        assert cover["编号范围"] == "无"
        assert made.records[0].rows == 0

    def test_nothing_is_exported_without_a_purpose(self, people: People, page: NoticePage) -> None:
        with pytest.raises(ValidationError, match="请写明导出用途"):
            export(page, people.guan, purpose="  ")

    def test_the_purpose_stays_with_the_record_and_out_of_the_ledger(
        self, people: People, page: NoticePage
    ) -> None:
        assert export(page, people.guan).records[0].purpose == "复议案卷"
        assert "复议案卷" not in str(Entry.objects.get(act="exported").payload)

    def test_file_name_and_record_bear_the_local_day(self, people: People, page: NoticePage) -> None:
        early = datetime(2026, 3, 6, 1, 30, tzinfo=ZONE)  # still 5 March in UTC
        made = export(page, people.guan, now=early)
        assert made.file_name == f"{page.record.code}-opinions-20260306.zip"
        assert str(ExportRecord.objects.get()).startswith("2026-03-06 ")

    def test_a_csv_comes_with_its_cover_which_names_the_hash_of_the_records(
        self, people: People, page: NoticePage
    ) -> None:
        number = send(page, TEXT, now=PUBLISHED).opinion.number
        made = export(page, people.guan)
        assert (made.file_name[-17:], made.content_type) == ("-20260305-未完成.zip", "application/zip")
        content = made.handle.read()
        cover, records = cover_in(content), csv_in(content)
        assert cover.startswith("公众意见汇总表 未完成\r\n")
        for fact in ("用途：复议案卷", "意见数：1 条", f"编号范围：{number} — {number}", "台账链头："):
            assert fact in cover
        assert sha256(records.encode("utf-8-sig")).hexdigest() in cover
        assert PERSON.contact not in cover + records

    def test_a_file_that_misses_records_it_was_to_hold_is_made_again_once_and_then_refused(
        self, people: People, page: NoticePage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(page, TEXT, now=PUBLISHED)
        whole, losses = rows.rows_of, [True, False, True, True]

        def losing(opinions: Any, columns: Any) -> Any:
            return iter(()) if losses.pop(0) else whole(opinions, columns)

        monkeypatch.setattr(services, "rows_of", losing)
        assert len(table_of(export(page, people.guan))) == 1
        with pytest.raises(ValidationError, match="请重新导出"):
            export(page, people.guan)
        assert ExportRecord.objects.count() == Entry.objects.filter(act="exported").count() == 1


class TestEarlierExports:
    def test_the_proponent_sees_its_own_side_only_and_the_console_has_a_name(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        export(page, people.guan, purpose="信访核查")
        export(page, people.li, purpose="自查")
        facts = {"format": "zip", "rows": 0, "sha256": "0" * 64, "made_at": DURING}
        for profile in (Profile.PROPONENT, Profile.BUREAU):
            ExportRecord.objects.create(
                notice=page, profile=profile, purpose=f"控制台{profile}", made_by=None, **facts
            )
        addresses = (
            reverse("export_opinions", args=[page.record.code]),
            reverse("notice_package", args=[page.record.pk]),
        )
        for address in addresses:
            client.force_login(people.li)
            html = client.get(address).content.decode()
            assert "平台（服务器命令）" in html
            assert "控制台proponent" in html
            assert "控制台bureau" not in html
            assert "信访核查" not in html
            client.force_login(people.guan)
            assert "控制台bureau" in client.get(address).content.decode()
        assert "信访核查" in client.get(addresses[0]).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])
def test_progress_is_written_while_another_process_commits(
    people: People, page: NoticePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        send(page, f"第{number}条。", now=PUBLISHED)
    monkeypatch.setattr(rows, "CHUNK", 2)
    seen = []
    for row in rows.rows_of(page.opinions.all(), rows.columns_for(Profile.BUREAU)):
        with ThreadPoolExecutor(1) as other:
            other.submit(commit_elsewhere).result()
        people.guan.save()  # refused at once, were the rows read from an open cursor
        seen.append(row[0])
    assert seen == ["1", "2", "3", "4"]


def commit_elsewhere() -> None:
    Group.objects.create(name=f"{Group.objects.count()}")
    connection.close()
