"""Posters and the blank form: who gets them, when, and what stands on them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.core.cache import cache
from django.urls import reverse

from notices.archive import posters as poster_module
from notices.archive import views
from notices.archive.addresses import is_public_address, short_address, spoken_address
from notices.archive.opinion_forms import blank_form
from notices.archive.posters import posters as poster
from notices.archive.refusals import DocumentRefusedError
from notices.archive.templatetags.archive_tags import title_lines
from notices.models import CommentWay, NoticeRecord, NoticeStage, PaperPlace
from notices.printing import PrintingUnavailable
from notices.services import extend_window
from notices.statutory.official_form import OPINION_FORM
from tests.factories import an_operator, make_draft, make_notice
from tests.notices.printing.pdfa import faults
from tests.people import make_people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
Read = Callable[[bytes], str]


@pytest.fixture(autouse=True)
def _public_address(settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://gongshi.example.gov.cn"
    cache.clear()


def record_of(page: Any) -> NoticeRecord:
    return NoticeRecord.objects.get(page=page)


def url(name: str, page: Any) -> str:
    return reverse(name, args=[record_of(page).code])


class TestPoster:
    def test_it_says_what_where_until_when_and_how(self, printed_text: Read) -> None:
        page = make_notice(now=NOW)
        printed = poster(record_of(page))
        assert printed.pages == 1
        assert faults(printed.content, "U") == []
        text, code = printed_text(printed.content), record_of(page).code
        for expected in (
            "征求公众意见",
            "清水沟矿区生态修复项目",
            "安泽县唐城镇清水沟",
            "3月31日（星期二）24:00",
            f"gongshi.example.gov.cn/n/{code}/",
            "电话0357-7000001",
            "纸质报告书安泽县府城镇文化街8号清源矿业办公楼203室",
            "信函安泽县府城镇文化街8号",
        ):
            assert expected in text
        assert "样张" not in text
        assert "演示" not in text

    def test_an_approved_notice_has_its_dates_before_it_opens(self, printed_text: Read) -> None:
        page = make_notice(stage=NoticeStage.APPROVED, now=NOW)
        text = printed_text(poster(record_of(page)).content)
        assert "4月8日（星期三）24:00" in text  # opens on 24 March; 6 April is a holiday

    def test_it_follows_an_extension(self, printed_text: Read) -> None:
        page = make_notice(now=NOW)
        day = datetime(2026, 4, 10, tzinfo=NOW.tzinfo).date()
        extend_window(record=record_of(page), last_day=day, reason="补登报纸", user=an_operator(), now=NOW)
        assert "4月10日（星期五）24:00" in printed_text(poster(record_of(page)).content)

    def test_much_text_still_fits_on_one_page(self, printed_text: Read) -> None:
        name = (
            "安泽县唐城镇清水沟废弃矿区生态修复及历史遗留矸石堆场综合整治与配套道路排水工程建设项目（二期）"
        )
        page = make_draft(
            now=NOW, project_name=name, location="安泽县唐城镇清水沟沟口以北、柳坪村以西的废弃沟道内" * 2
        )
        page.ways.add(
            CommentWay(way="visit", address="安泽县府城镇文化街8号清源矿业办公楼203室，工作日9:00至17:00")
        )
        page.ways.add(CommentWay(way="fax", address="0357-7000002"))
        page.paper_places.add(PaperPlace(address="柳坪村村民委员会一楼值班室", hours="每日8:00至18:00"))
        page.save()
        NoticeRecord.objects.filter(page=page).update(
            stage=NoticeStage.APPROVED,
            planned_on=NOW.date(),
            approved_at=NOW,
            approved_revision=page.save_revision(),
        )
        printed = poster(record_of(page))
        assert printed.pages == 1
        text = printed_text(printed.content)
        assert name in text
        assert "0357-7000002" in text

    @pytest.mark.parametrize(
        ("stage", "words"),
        [
            (NoticeStage.DRAFT, "核对通过后才能制作材料"),
            ("historical", "历史记录不制作材料"),
            (NoticeStage.WITHDRAWN, "不再制作材料"),
        ],
    )
    def test_it_is_refused_with_the_reason(self, stage: str, words: str) -> None:
        with pytest.raises(DocumentRefusedError, match=words):
            poster(record_of(make_notice(stage=stage, now=NOW)))

    def test_an_address_that_strangers_cannot_open_is_refused(self, settings: Any) -> None:
        settings.DEMO_ALLOWED = False
        settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
        with pytest.raises(DocumentRefusedError, match="PORTAL_URL"):
            poster(record_of(make_notice(now=NOW)))

    def test_a_demo_notice_is_printed_all_the_same_and_marked(
        self, settings: Any, printed_text: Read
    ) -> None:
        settings.DEMO_ALLOWED = False
        settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
        page = make_notice(now=NOW)
        NoticeRecord.objects.filter(page=page).update(demo=True)
        text = printed_text(poster(record_of(page)).content)
        assert "演示" in text
        assert "此网址仅供试用" in text

    def test_where_demos_are_allowed_a_real_notice_is_printed_as_a_sample(
        self, settings: Any, printed_text: Read
    ) -> None:
        settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
        assert "样张" in printed_text(poster(record_of(make_notice(now=NOW))).content)

    @pytest.mark.parametrize(
        ("person", "status"), [("li", 200), ("op", 200), ("rival", 404), ("guan", 404), ("outsider", 404)]
    )
    def test_only_its_proponent_and_operators_get_it(self, client: Any, person: str, status: int) -> None:
        people = make_people()
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(getattr(people, person))
        response = client.get(url("poster", page))
        assert response.status_code == status
        if status == 200:
            assert response["Content-Type"] == "application/pdf"

    def test_a_stranger_is_asked_to_sign_in(self, client: Any) -> None:
        page = make_notice(now=NOW)
        response = client.get(url("poster", page))
        assert response.status_code == 302
        assert "login" in response["Location"]

    def test_before_approval_a_page_says_when_there_will_be_one(self, client: Any) -> None:
        people = make_people()
        client.force_login(people.li)
        response = client.get(url("poster", make_draft(now=NOW, proponent=people.company_a)))
        assert response.status_code == 200
        assert "公示核对通过后才能制作材料" in response.content.decode()

    def test_without_the_libraries_a_page_says_what_is_missing(
        self, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = make_people()
        client.force_login(people.li)
        monkeypatch.setattr(poster_module, "print_pdf", _unavailable)
        response = client.get(url("poster", make_notice(now=NOW, proponent=people.company_a)))
        assert response.status_code == 503
        assert "libpango-1.0-0" in response.content.decode()


def _unavailable(*args: Any, **kwargs: Any) -> None:
    raise PrintingUnavailable(["libpango-1.0-0（排版库）"])


class TestBlankForm:
    def test_it_is_the_official_form_on_two_pages_with_the_project_filled_in(
        self, printed_text: Read
    ) -> None:
        page = make_notice(now=NOW)
        printed = blank_form(record_of(page))
        assert printed.pages == 2
        assert faults(printed.content, "A") == []
        text = printed_text(printed.content)
        labels = [field.label for section in OPINION_FORM.page_two for field in section.fields]
        for expected in (OPINION_FORM.title, "项目名称清水沟矿区生态修复项目", *labels, OPINION_FORM.source):
            assert expected in text
        assert f"gongshi.example.gov.cn/n/{record_of(page).code}/opinion/" in text

    def test_page_two_begins_on_the_second_page(self, printed_text: Read) -> None:
        content = blank_form(record_of(make_notice(now=NOW))).content
        with pikepdf.open(io.BytesIO(content)) as pdf:
            del pdf.pages[0]
            buffer = io.BytesIO()
            pdf.save(buffer)
        second = printed_text(buffer.getvalue())
        assert second.startswith("二、本页为公众信息")

    def test_anybody_gets_it_for_a_published_notice(self, client: Any) -> None:
        response = client.get(url("blank_form", make_notice(now=NOW)))
        assert response.status_code == 200
        assert response.content.startswith(b"%PDF-")

    def test_it_is_printed_once_for_many_readers(self, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        page = make_notice(now=NOW)
        first = client.get(url("blank_form", page)).content
        monkeypatch.setattr(views, "blank_form", _unavailable)
        assert client.get(url("blank_form", page)).content == first

    @pytest.mark.parametrize(
        "stage", [NoticeStage.DRAFT, NoticeStage.APPROVED, NoticeStage.WITHDRAWN, "historical"]
    )
    def test_other_notices_have_none(self, client: Any, stage: str) -> None:
        assert client.get(url("blank_form", make_notice(stage=stage, now=NOW))).status_code == 404

    def test_when_it_cannot_be_printed_the_reader_is_led_to_the_other_ways(
        self, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "blank_form", _unavailable)
        response = client.get(url("blank_form", make_notice(now=NOW)))
        assert response.status_code == 503
        assert "请直接在网上填写" in response.content.decode()


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "public"),
        [
            ("https://gongshi.example.gov.cn", True),
            ("https://gongshi.example.gov.cn:8443", True),
            ("http://gongshi.example.gov.cn", False),
            ("https://localhost", False),
            ("https://portal", False),
            ("https://127.0.0.1", False),
            ("https://203.0.113.7", False),
            ("https://[2001:db8::1]", False),
            ("https://10.1", False),
            ("https://portal.local", False),
            ("https://portal.localhost.", False),
        ],
    )
    def test_only_https_with_a_host_name_is_printed(self, address: str, public: bool) -> None:
        assert is_public_address(address) is public

    def test_people_read_the_address_without_the_scheme(self) -> None:
        assert short_address("831007") == "https://gongshi.example.gov.cn/n/831007/"
        assert spoken_address("831007") == "gongshi.example.gov.cn/n/831007/"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("短项目环境影响报告书", ["短项目环境影响报告书"]),
        (
            "青岭沟煤矸石回填造林项目环境影响报告书（征求意见稿）",
            ["青岭沟煤矸石回填造林项目", "环境影响报告书（征求意见稿）"],
        ),
        (
            "青岭沟煤矸石回填造林项目生态环境影响报告书",
            ["青岭沟煤矸石回填造林项目", "生态环境影响报告书"],
        ),
        ("一份没有固定词语的很长很长的文件标题", ["一份没有固定词语的很长很长的文件标题"]),
    ],
)
def test_a_long_title_is_broken_where_a_reader_would_pause(title: str, lines: list[str]) -> None:
    assert title_lines(title) == lines


def test_the_same_poster_is_printed_to_the_same_bytes() -> None:
    page = make_notice(now=NOW)
    assert poster(record_of(page)).content == poster(record_of(page)).content
