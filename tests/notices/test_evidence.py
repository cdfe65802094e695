"""Evidence: filed as a fact, doubts pointed out, every act in the ledger, and one page that says what is missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.calendars import current_calendar
from notices.evidence_doubts import doubt_about_photo, doubts_about, window_of
from notices.evidence_overview import evidence_sections, load_evidence
from notices.evidence_services import file_evidence, remove_evidence
from notices.judgement import findings_for
from notices.ledger.models import Entry
from notices.models import (
    EvidenceFile,
    NewspaperInsertion,
    NoticePage,
    NoticeRecord,
    OtherChannel,
    PaperViewing,
    SitePosting,
)
from notices.photos import read_photo
from notices.record_details import ACT_LABELS
from tests.factories import make_draft, make_notice
from tests.pdf import make_pdf
from tests.people import People, make_people
from tests.photos import photo, photo_bytes

pytestmark = pytest.mark.django_db
# Friday; ten working days end on Friday 4 December.
PUBLISHED = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST, LAST = date(2026, 11, 20), date(2026, 12, 4)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def notice(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("版面.pdf", make_pdf(["报纸版面"]))


def insertion(notice: NoticePage, day: date | None, *uploads: Any, **fields: Any) -> NewspaperInsertion:
    row = NewspaperInsertion(notice=notice, newspaper="晋南日报", published_on=day, **fields)
    file_evidence(evidence=row, uploads=uploads, user=None, now=PUBLISHED)
    return row


def posting(notice: NoticePage, *uploads: Any, moment: str = "", **fields: Any) -> SitePosting:
    row = SitePosting(notice=notice, **{"village": "清水沟村", "spot": "村务公开栏", **fields})
    file_evidence(evidence=row, uploads=uploads, user=None, now=PUBLISHED, moment=moment)
    return row


def doubts(row: Any, today: date = LAST) -> str:
    record = NoticeRecord.objects.get(page_id=row.notice_id)
    loaded = type(row).objects.get(pk=row.pk)
    window = window_of(record, calendar=current_calendar())
    return " ".join(doubt.message for doubt in doubts_about(loaded, window=window, today=today))


def sections(notice: NoticePage, today: date = LAST) -> dict[str, Any]:
    record = NoticeRecord.objects.select_related("page").get(page=notice)
    found = evidence_sections(record, record.page, today=today, calendar=current_calendar())
    return {section.key: section for section in found}


def entries(act: str) -> list[Entry]:
    return list(Entry.objects.filter(act=act).order_by("position"))


class TestTheLedger:
    def test_filing_names_kind_day_and_file_hashes_and_nobody(
        self, people: People, notice: NoticePage
    ) -> None:
        row = NewspaperInsertion(notice=notice, newspaper="晋南日报", published_on=FIRST)
        file_evidence(evidence=row, uploads=[scan()], user=people.li, now=PUBLISHED)
        entry = entries("evidence_filed")[0]
        assert entry.payload == {
            "kind": "insertion",
            "record": row.pk,
            "date": "2026-11-20",
            "files": [EvidenceFile.objects.get().sha256],
            "by_qr": False,
        }
        assert (entry.role, entry.actor, entry.at) == ("proponent", people.li, PUBLISHED)

    def test_mending_and_removing_are_entries_of_their_own_and_saving_unchanged_is_none(
        self, notice: NoticePage
    ) -> None:
        row = insertion(notice, FIRST)
        file_evidence(evidence=row, uploads=[], user=None, now=PUBLISHED)
        assert Entry.objects.filter(act__startswith="evidence").count() == 1
        row.published_on = FIRST + timedelta(days=3)
        file_evidence(evidence=row, uploads=[], user=None, now=PUBLISHED)
        assert [entry.payload["date"] for entry in entries("evidence_mended")] == ["2026-11-23"]
        remove_evidence(evidence=row, user=None, now=PUBLISHED)
        assert len(entries("evidence_removed")) == 1
        assert not NewspaperInsertion.objects.exists()

    def test_a_record_with_a_file_is_not_removed(self, notice: NoticePage) -> None:
        row = insertion(notice, FIRST, scan())
        with pytest.raises(ValidationError, match="不能删除"):
            remove_evidence(evidence=row, user=None, now=PUBLISHED)
        assert entries("evidence_removed") == []

    def test_a_bad_file_leaves_neither_record_nor_entry(self, notice: NoticePage) -> None:
        with pytest.raises(ValidationError):
            insertion(notice, FIRST, SimpleUploadedFile("a.jpg", b"MZ"))
        assert not NewspaperInsertion.objects.exists()
        assert entries("evidence_filed") == []

    def test_every_act_has_a_label(self) -> None:
        assert {"evidence_filed", "evidence_mended", "evidence_removed"} <= set(ACT_LABELS)

    def test_the_same_file_hangs_on_a_record_once(self, notice: NoticePage) -> None:
        row = insertion(notice, FIRST, scan())
        file_evidence(evidence=row, uploads=[scan()], user=None, now=PUBLISHED)
        assert row.files.count() == 1  # type: ignore[attr-defined]


class TestDoubts:
    def test_an_insertion_outside_the_window_is_pointed_out(self, notice: NoticePage) -> None:
        one = timedelta(days=1)
        for day, inside in ((FIRST - one, False), (FIRST, True), (LAST, True), (LAST + one, False)):
            assert ("不在征求意见期限" not in doubts(insertion(notice, day, scan()))) == inside, day

    def test_a_planned_insertion_is_held_against_the_planned_window(self, people: People) -> None:
        draft = make_draft(proponent=people.company_a, planned_on=FIRST, now=PUBLISHED)
        assert doubts(insertion(draft, None, planned_on=LAST)) == ""
        assert "不在征求意见期限" in doubts(insertion(draft, None, planned_on=LAST + timedelta(days=1)))

    def test_two_insertions_on_one_day_count_once(self, notice: NoticePage) -> None:
        first, second = insertion(notice, FIRST, scan()), insertion(notice, FIRST, scan())
        assert "只能算一次" in doubts(first)
        assert sections(notice)["newspaper"].missing == ["期限内已刊登 1 次，还差 1 次。"]
        messages = [hit.message for hit in findings_for(notice, on=LAST)]
        assert any("同一天" in message for message in messages)
        second.published_on = LAST
        second.save()
        assert doubts(first) == ""
        assert sections(notice)["newspaper"].missing == []

    def test_a_page_image_is_asked_for_once_it_is_printed(self, notice: NoticePage) -> None:
        assert "报纸版面" in doubts(insertion(notice, FIRST))
        assert "报纸版面" not in doubts(insertion(notice, None, planned_on=FIRST))

    @pytest.mark.parametrize(
        ("taken", "moment", "expected"),
        [
            ("2026:11:19 23:59:59", "start", "早于张贴日期"),
            ("2026:11:20 00:00:00", "start", ""),
            ("2026:11:21 08:00:00", "start", "与张贴日期不是同一天"),
            ("2026:11:21 08:00:00", "middle", ""),
            ("2026:12:07 08:00:00", "end", ""),
            ("2026:12:06 08:00:00", "end", "与撤除日期不是同一天"),
            ("2026:12:08 08:00:00", "end", "晚于撤除日期"),
            ("", "start", "没有拍摄时间"),
        ],
    )
    def test_a_photo_whose_time_does_not_fit_is_pointed_out(
        self, taken: str, moment: str, expected: str
    ) -> None:
        facts = read_photo(BytesIO(photo_bytes(taken=taken)))
        file = EvidenceFile(content_type=facts.content_type, taken_at=facts.taken_at, moment=moment)
        found = doubt_about_photo(file, SitePosting(posted_on=FIRST, removed_on=date(2026, 12, 7)))
        assert expected in found
        assert bool(found) == bool(expected)

    def test_dates_of_a_posting_that_cannot_be_are_pointed_out(self, notice: NoticePage) -> None:
        assert "早于张贴日期" in doubts(
            posting(notice, photo(), posted_on=FIRST, removed_on=FIRST - timedelta(days=1))
        )
        assert "不足法定期限" in doubts(
            posting(notice, photo(), posted_on=FIRST, removed_on=LAST - timedelta(days=1))
        )
        assert doubts(posting(notice, photo(), posted_on=FIRST, removed_on=LAST)) == ""

    def test_a_channel_with_an_address_asks_for_a_picture_of_it(self, notice: NoticePage) -> None:
        row = OtherChannel(notice=notice, channel="微信公众号", url="https://mp.example.com/1")
        file_evidence(evidence=row, uploads=[], user=None, now=PUBLISHED)
        assert "截图" in doubts(row)


class TestThePage:
    def url(self, notice: NoticePage) -> str:
        return reverse("notice_evidence", args=[notice.record.pk])

    def test_it_is_read_by_proponent_operator_and_bureau_and_changed_by_two_of_them(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        row = posting(notice)
        acts = [
            reverse("notice_postings", args=[notice.record.pk]),
            reverse("posting_upload_code", args=[row.pk, "renew"]),
            reverse("posting_upload_code", args=[row.pk, "revoke"]),
        ]
        sees, acts_on = set(), set()
        for name in ("li", "rival", "op", "guan", "outsider"):
            client.force_login(getattr(people, name))
            sees |= {name} if client.get(self.url(notice)).status_code == 200 else set()
            before = SitePosting.objects.get(pk=row.pk).upload_use
            for act in acts:
                client.post(act)
            row.refresh_from_db()
            acts_on |= {name} if row.upload_use > before else set()
        assert sees == {"li", "op", "guan"}
        assert acts_on == {"li", "op"}

    def test_an_officer_is_offered_no_act_and_no_upload_address(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        posting(notice)
        client.force_login(people.guan)
        html = client.get(self.url(notice)).content.decode()
        assert "/p/" not in html
        assert "按公众范围生成张贴点" not in html
        assert reverse("siteposting:add") not in html

    def test_postings_are_made_for_the_villages_of_the_public_scope_once(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        posting(notice, village="唐城镇清水沟村")
        assert sections(notice)["posting"].missing[0] == "柳坪村没有张贴点。"
        client.force_login(people.li)
        for _attempt in range(2):
            client.post(reverse("notice_postings", args=[notice.record.pk]))
        assert list(SitePosting.objects.values_list("village", "spot")) == [
            ("唐城镇清水沟村", "村务公开栏"),
            ("柳坪村", "村务公开栏"),
        ]
        assert SitePosting.objects.get(village="柳坪村").recorded_by == people.li

    def test_it_says_what_is_missing_until_nothing_is(self, notice: NoticePage) -> None:
        after = LAST + timedelta(days=1)
        missing = {key: len(section.missing) for key, section in sections(notice, after).items()}
        assert missing == {"newspaper": 1, "posting": 1, "viewing": 1, "channel": 0}
        for day in (FIRST, LAST):
            insertion(notice, day, scan())
        for village in ("清水沟村", "柳坪村"):
            posting(notice, photo(), village=village, posted_on=FIRST, removed_on=after)
        file_evidence(
            evidence=PaperViewing(notice=notice, place="203室", viewed_on=LAST, visitors=0),
            uploads=[],
            user=None,
        )
        assert not any(section.missing for section in sections(notice, after).values())

    def test_visitors_are_added_up_by_place(self, notice: NoticePage) -> None:
        for place, visitors in (("203室", 2), ("村委会", 1), ("203室", 3)):
            row = PaperViewing(notice=notice, place=place, viewed_on=FIRST, visitors=visitors)
            file_evidence(evidence=row, uploads=[], user=None)
        assert sections(notice)["viewing"].totals == ["203室合计 5 人次", "村委会合计 1 人次"]

    def test_under_article_31_no_posting_is_asked_for(self, people: People) -> None:
        page = make_draft(proponent=people.company_a, now=PUBLISHED, art31_simplified=True)
        assert not sections(page)["posting"].needed
        assert sections(page)["posting"].missing == []

    def test_it_costs_the_same_with_two_records_of_a_kind_as_with_six(self, notice: NoticePage) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                sections(notice)
            return len(captured)

        def add(number: int) -> None:
            insertion(notice, FIRST + timedelta(days=number), scan())
            posting(notice, photo(number=number), village=f"{number}号村", posted_on=FIRST)

        for number in range(2):
            add(number)
        few = cost()
        for number in range(2, 6):
            add(number)
        assert cost() == few
        assert len(load_evidence(notice).sitepostings.all()) == 6


class TestTheForms:
    def test_the_window_stands_beside_the_date_and_the_doubt_after_saving(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.li)
        add = reverse("newspaperinsertion:add")
        assert "11月20日至12月4日" in client.get(f"{add}?notice={notice.pk}").content.decode()
        data = {"notice": notice.pk, "newspaper": "晋南日报", "published_on": "2026-12-07"}
        with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=PUBLISHED.tzinfo), tick=False):
            client.force_login(people.li)  # the session of today is over by then
            response = client.post(add, data, follow=True)
        shown = " ".join(str(message) for message in response.context["messages"])
        assert "不在征求意见期限" in shown
        assert "报纸版面" in shown
        assert response.redirect_chain[-1][0] == reverse("notice_evidence", args=[notice.record.pk])
        row = NewspaperInsertion.objects.get()
        html = client.get(reverse("newspaperinsertion:edit", args=[row.pk])).content.decode()
        assert "12月7日 不在征求意见期限" in html

    def test_the_window_of_another_proponents_notice_is_not_told(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.rival)
        html = client.get(reverse("newspaperinsertion:add") + f"?notice={notice.pk}").content.decode()
        assert "11月20日" not in html
        assert notice.project_name not in html

    def test_photos_of_a_posting_keep_their_moment_and_every_bad_file_is_named(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.li)
        row = posting(notice, posted_on=FIRST)
        url = reverse("siteposting:edit", args=[row.pk])
        data = {"village": row.village, "spot": row.spot, "posted_on": "2026-11-20", "moment": "middle"}
        bad = [SimpleUploadedFile("甲.jpg", b""), SimpleUploadedFile("乙.jpg", b"no")]
        errors = client.post(url, {**data, "new_files": bad}).context["form"].errors["new_files"]
        assert len(errors) == 2
        client.post(url, {**data, "new_files": [photo(taken="2026:11:23 08:00:00")]})
        file = EvidenceFile.objects.get()
        assert (file.moment, file.taken_at.day, file.uploaded_by) == ("middle", 23, people.li)

    def test_the_register_entry_shows_what_is_there_and_leads_on(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        insertion(notice, FIRST, scan())
        client.force_login(people.guan)
        html = client.get(reverse("notice_register:inspect", args=[notice.record.pk])).content.decode()
        assert "晋南日报" in html
        assert "还差 1 次" in html
        assert reverse("notice_evidence", args=[notice.record.pk]) in html
