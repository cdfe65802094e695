"""Exports by county, period and filter: of what the person may see, recorded in every notice, long ones in the background."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.exports import services
from notices.exports.covers import register_facts
from notices.exports.models import ExportFormat, ExportRecord, Job, Profile, SavedFilter
from notices.exports.rows import columns_for
from notices.exports.selections import Selection
from notices.exports.services import export_records
from notices.ledger.models import Entry
from notices.models import NoticePage
from tests.factories import make_notice
from tests.notices.exports.zipped import csv_in, records_in
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DURING = PUBLISHED + timedelta(days=3)
FAR = "浮山的意见。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def pages(people: People) -> tuple[NoticePage, NoticePage]:
    """Return a notice of A in Anze with two opinions and one of B in Fushan with one."""
    near = make_notice(now=PUBLISHED, proponent=people.company_a)
    send(near, "第一条。", now=PUBLISHED)
    send(near, "第二条。", now=PUBLISHED + timedelta(days=1), village="清水沟村")
    far = make_notice(
        now=PUBLISHED, proponent=people.company_b, project_name="浮山选矿", division_code="141027"
    )
    far.project.divisions.all().delete()
    far.project.divisions.create(code="141027")
    send(far, FAR, now=PUBLISHED)
    return near, far


def export(selection: Selection, user: Any, profile: Profile = Profile.BUREAU, **fields: Any) -> Any:
    values = {"export_format": ExportFormat.CSV, "purpose": "复议案卷", "now": DURING, **fields}
    return export_records(selection=selection, user=user, profile=profile, **values)


def texts(made: Any) -> list[str]:
    return [row["意见原文"] for row in records_in(made.handle.read())]


class TestReach:
    def test_everybody_takes_what_is_theirs_however_wide_the_selection(
        self, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        own = ["第一条。", "第二条。"]
        assert texts(export(Selection(), people.guan)) == own
        assert texts(export(Selection(), people.li, Profile.PROPONENT)) == own
        assert texts(export(Selection(), people.rival, Profile.PROPONENT)) == [FAR]
        assert texts(export(Selection(), people.op)) == [*own, FAR]

    @pytest.mark.parametrize("name", ["outsider", "stranger"])
    def test_an_outsider_gets_nothing(
        self, client: Any, people: People, pages: tuple[NoticePage, NoticePage], name: str
    ) -> None:
        with pytest.raises(PermissionDenied):
            export(Selection(), getattr(people, name))
        if name == "outsider":
            client.force_login(people.outsider)
        assert client.get("/admin/exports/").status_code in (302, 403)
        assert not ExportRecord.objects.exists()

    def test_a_notice_of_somebody_else_gives_nothing_and_is_not_named(
        self, client: Any, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        far = Selection(notices=(pages[1].pk,))
        for user, profile in ((people.guan, Profile.BUREAU), (people.li, Profile.PROPONENT)):
            with pytest.raises(PermissionDenied):
                export(far, user, profile)
        with pytest.raises(PermissionDenied):
            export(Selection(), people.li, Profile.BUREAU)
        client.force_login(people.guan)
        assert "浮山选矿" not in client.get("/admin/exports/").content.decode()
        answer = client.post("/admin/exports/", {"notice": pages[1].pk, "go": "count"})
        assert "符合条件的有" not in answer.content.decode()

    def test_limits_by_county_period_and_register_filters(
        self, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        first = PUBLISHED.date()
        for selection, found in (
            (Selection(county="141027"), [FAR]),
            (Selection(notices=(pages[0].pk,), received_to=first), ["第一条。"]),
            (Selection(received_from=first + timedelta(days=1)), ["第二条。"]),
            (Selection(village="清水沟", state="unanswered", channel="web"), ["第二条。"]),
        ):
            assert texts(export(selection, people.op)) == found
        with pytest.raises(ValidationError, match="没有符合条件"):
            export(Selection(state="answered"), people.op)
        # Nothing was released.
        with pytest.raises(ValidationError, match="没有符合条件"):
            export(Selection(), people.op, Profile.PUBLIC)

    def test_a_day_at_the_end_of_the_calendar_is_refused_and_in_a_kept_filter_bounded(
        self, client: Any, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        client.force_login(people.guan)
        ends = {"received_at_from": "0001-01-01", "received_at_to": "9999-12-31", "go": "count"}
        html = client.post("/admin/exports/", ends).content.decode()
        assert html.count("请填写 2000 年至 2100 年之间的日期") == 2
        kept = Selection.from_json({"received_from": "0001-01-01", "received_to": "9999-12-31"})
        assert texts(export(kept, people.guan)) == ["第一条。", "第二条。"]


class TestRecord:
    def test_each_notice_has_its_own_record_and_ledger_entry_by_as_many_queries_as_before(
        self, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        made = export(Selection(received_to=DURING.date()), people.op)
        assert {(row.notice_id, row.rows) for row in made.records} == {(pages[0].pk, 2), (pages[1].pk, 1)}
        assert {row.scope for row in made.records} == {"收到日期至：2026-03-05"}
        entries = Entry.objects.filter(act="exported")
        assert {entry.payload["sha256"] for entry in entries} == {made.records[0].sha256}
        assert sorted(entry.payload["rows"] for entry in entries) == [1, 2]

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                export(Selection(notices=(pages[0].pk,)), people.guan)
            return len(seen)

        few = queries()
        for _number in range(5):
            send(pages[0], now=PUBLISHED + timedelta(days=2))
        assert queries() <= few

    def test_the_cover_names_every_notice_and_all_counts_and_of_one_notice_its_own_facts(
        self, people: People, pages: tuple[NoticePage, NoticePage], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = export(Selection(), people.op, export_format=ExportFormat.JSONL)
        cover, *records = [json.loads(line) for line in made.handle.read().decode().splitlines()]
        facts = cover["facts"]
        assert facts["状态"].startswith("未完成")
        assert (facts["意见数"], facts["逾期"], facts["代录"], facts["未答复"]) == ("3 条", "0", "0", "3")
        for page in pages:
            assert page.project_name in facts[f"公示 {page.record.code}"]
            assert "台账链头" in facts[f"公示 {page.record.code}"]
        assert {row["project"] for row in records} == {page.project_name for page in pages}
        assert PERSON.contact not in str(records)
        monkeypatch.setattr("notices.exports.covers._providers", [])
        register_facts(lambda record: [("公众参与说明", f"{record.code} 与登记一致")])
        near = pages[0]
        made = export(Selection(notices=(near.pk,)), people.guan, export_format=ExportFormat.JSONL)
        facts = json.loads(made.handle.readline())["facts"]
        assert facts["审批机关"] == "未登记"
        assert facts["公众参与说明"] == f"{near.record.code} 与登记一致"
        first, last = near.opinions.order_by("sequence").values_list("number", flat=True)
        assert facts["编号范围"] == f"{first} — {last}"
        assert "尚未截止" in facts["征求意见期限"]

    def test_no_column_of_the_public_profile_tells_who_wrote(self) -> None:
        names = {column.name for column in columns_for(Profile.PUBLIC, several=True)}
        assert not names & {"writer", "scope", "consent", "text", "files", "feedback", "received"}


class TestScreen:
    def test_a_filter_is_kept_used_and_forgotten_by_its_owner_only(
        self, client: Any, people: People, pages: tuple[NoticePage, NoticePage]
    ) -> None:
        client.force_login(people.guan)
        fields = {"county": "141026", "received_at_to": "2026-03-02", "save_as": "安泽首日", "go": "save"}
        client.post("/admin/exports/", fields)
        saved = SavedFilter.objects.get()
        html = client.get("/admin/exports/", {"saved": saved.pk}).content.decode()
        assert 'value="2026-03-02"' in html
        counted = client.post("/admin/exports/", {**fields, "go": "count"}).content.decode()
        assert "符合条件的有 1 条" in counted
        client.force_login(people.li)
        assert "安泽首日" not in client.get("/admin/exports/").content.decode()
        assert client.get("/admin/exports/", {"saved": saved.pk}).status_code == 404
        assert client.post(f"/admin/exports/filters/{saved.pk}/forget/").status_code == 404
        client.force_login(people.guan)
        client.post(f"/admin/exports/filters/{saved.pk}/forget/")
        assert not SavedFilter.objects.exists()

        # The register hands its own filters over.
        html = client.get("/admin/opinion_register/", {"channel": "web"}).content.decode()
        assert "/admin/exports/?channel=web" in html
        form = client.get("/admin/exports/", {"channel": "web"}).content.decode()
        assert '<option value="web" selected>' in form

    @time_machine.travel(DURING, tick=False)
    def test_a_short_export_comes_at_once_a_long_one_in_the_background_none_without_purpose(
        self,
        client: Any,
        people: People,
        pages: tuple[NoticePage, NoticePage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        client.force_login(people.guan)
        fields = {"go": "export", "purpose": "案卷", "format": "csv", "profile": "bureau"}
        assert "请写明导出用途" in client.post("/admin/exports/", {**fields, "purpose": ""}).content.decode()
        nothing = {**fields, "state": "answered"}
        assert "没有符合条件的意见" in client.post("/admin/exports/", nothing).content.decode()
        assert not ExportRecord.objects.exists()
        assert client.post("/admin/exports/", fields).streaming
        monkeypatch.setattr(services, "AT_ONCE", 1)
        answer = client.post("/admin/exports/", fields)
        job = Job.objects.get()
        assert answer.url == f"/admin/jobs/{job.pk}/"
        content = b"".join(client.get(f"{answer.url}file/").streaming_content)
        assert "第二条。" in csv_in(content)
        assert ExportRecord.objects.filter(purpose="案卷").count() == 2
        people.office.members.clear()
        assert client.get(f"{answer.url}file/").status_code in (302, 404)
