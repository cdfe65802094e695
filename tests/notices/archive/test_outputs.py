"""Materials: posters per site, newspaper texts, forms and the page that offers them: what they hold and who gets them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import docx
import pikepdf
import pypdfium2
import pytest
from django.core.cache import cache
from django.urls import reverse

from notices.archive import outputs
from notices.archive.newspapers import newspaper_of
from notices.archive.opinion_forms import blank_form_docx
from notices.archive.posters import STRIPS, Paper, posters, sheets_for
from notices.archive.refusals import DocumentRefusedError
from notices.content_hash import content_hash, short_hash
from notices.models import (
    CommentWay,
    NewspaperInsertion,
    NoticePlace,
    NoticeRecord,
    NoticeStage,
    PaperPlace,
    SitePosting,
)
from notices.printing.word import DOCX_TYPE
from notices.statutory.newspaper import TooLongError
from notices.statutory.official_form import OPINION_FORM
from tests.factories import make_draft, make_notice
from tests.notices.printing.pdfa import faults
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MILLIMETRES = {Paper.A4: (210, 297), Paper.A3: (297, 420)}
Read = Callable[[bytes], str]
WHO_GETS_THEM = [("li", 200), ("op", 200), ("rival", 404), ("guan", 404), ("outsider", 404)]


@pytest.fixture(autouse=True)
def _public_address(settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://gongshi.example.gov.cn"
    cache.clear()


@pytest.fixture
def people() -> People:
    return make_people()


def record_of(page: Any) -> NoticeRecord:
    return NoticeRecord.objects.select_related("page").get(page=page)


def post_at(page: Any, *villages: str) -> list[SitePosting]:
    return [SitePosting.objects.create(notice=page, village=name, spot="村务公开栏") for name in villages]


def page_texts(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def approve_as_it_stands(page: Any) -> NoticeRecord:
    """Take a draft for approved, whatever the rules say of its extremes."""
    NoticeRecord.objects.filter(page=page).update(
        stage=NoticeStage.APPROVED,
        planned_on=NOW.date(),
        approved_at=NOW,
        approved_revision=page.save_revision(),
    )
    return record_of(page)


class TestPosters:
    def test_a_batch_has_one_page_for_each_paper_and_site(self) -> None:
        page = make_notice(now=NOW)
        sites = post_at(page, "清水沟村", "柳坪村")
        printed = posters(record_of(page), sheets_for([Paper.A4, Paper.A3], [None, *sites]))
        assert printed.pages == 6
        assert faults(printed.content, "U") == []
        texts = page_texts(printed.content)
        assert [("张贴点：清水沟村村务公开栏" in text) for text in texts] == [False, True, False] * 2
        assert "张贴点" not in texts[0]
        with pikepdf.open(io.BytesIO(printed.content)) as pdf:
            boxes = [[round(float(edge) * 25.4 / 72) for edge in sheet.mediabox[2:]] for sheet in pdf.pages]
        assert boxes == [[*MILLIMETRES[Paper.A4]]] * 3 + [[*MILLIMETRES[Paper.A3]]] * 3

    def test_it_ends_in_strips_with_address_code_phone_and_last_day(self) -> None:
        page = make_notice(now=NOW)
        record = record_of(page)
        (text,) = page_texts(posters(record).content)
        strip = f"gongshi.example.gov.cn/n/{record.code}/公示码{record.code}电话0357-70000013月31日24:00截止"
        assert text.count(strip) == STRIPS

    def test_it_bears_the_fingerprint_that_the_page_shows(self, client: Any) -> None:
        page = make_notice(now=NOW)
        record = record_of(page)
        digits = short_hash(content_hash(page, page.attachments.all()))
        (text,) = page_texts(posters(record).content)
        assert f"内容指纹{digits.replace(' ', '')}" in text
        assert digits in client.get(reverse("notice", args=[record.code])).content.decode()

    @pytest.mark.parametrize("phone", ["0357-7000001", ""])
    def test_the_fullest_poster_stays_on_one_page(self, phone: str) -> None:
        name = "安泽县唐城镇清水沟废弃矿区生态修复及历史遗留矸石堆场综合整治与配套道路排水工程项目（二期工程）及其附属设施建设"
        page = make_draft(
            now=NOW,
            project_name=name * 3,
            location="安泽县唐城镇清水沟沟口以北柳坪村以西的废弃沟道内" * 5,
            contact_phone=phone,
        )
        page.places = [NoticePlace(village=f"第{n}生产队所在的村庄", distance_km=n) for n in range(1, 13)]
        page.ways = [
            CommentWay(way=way, address="安泽县府城镇文化街8号清源矿业办公楼203室，工作日9:00至17:00" * 2)
            for way in ("letter", "email", "fax", "visit")
        ]
        page.paper_places = [PaperPlace(address="柳坪村村民委员会一楼值班室" * 5, hours="每日8:00至18:00")]
        page.save()
        (site,) = post_at(page, "柳坪村")
        site.spot = "村民委员会门前的村务公开栏" * 8
        printed = posters(approve_as_it_stands(page), sheets_for([Paper.A4, Paper.A3], [site]))
        assert printed.pages == 2
        assert all(name * 3 in text for text in page_texts(printed.content))

    def test_what_no_size_makes_fit_is_refused(self) -> None:
        page = make_draft(now=NOW)
        page.ways = [CommentWay(way="letter", address="安泽县府城镇文化街八号" * 18) for _number in range(16)]
        page.save()
        with pytest.raises(DocumentRefusedError, match="一页排不下"):
            posters(approve_as_it_stands(page))

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("first_round", "即日起至征求意见稿公示"),
            ("pre_approval", "拟报批的环境影响报告书全文和公众参与说明"),
        ],
    )
    def test_the_other_rounds_have_one_too(self, kind: str, words: str) -> None:
        record = approve_as_it_stands(make_draft(now=NOW, kind=kind))
        printed = posters(record)
        assert printed.pages == 1
        assert words in page_texts(printed.content)[0]

    def test_a_provisional_end_is_printed_as_such(self) -> None:
        late = datetime(2026, 12, 25, 9, 0, tzinfo=NOW.tzinfo)
        page = make_draft(now=late, planned_on=late.date())
        NoticeRecord.objects.filter(page=page).update(
            stage=NoticeStage.APPROVED,
            planned_on=late.date(),
            approved_at=late,
            approved_revision=page.save_revision(),
        )
        (text,) = page_texts(posters(record_of(page)).content)
        assert "（暂定，只会延后）" in text
        assert text.count("24:00截止（暂定）") == STRIPS
        assert "生态环境影响报告书征求意见稿公示" in text

    def test_the_chosen_ones_come_in_one_file(self, client: Any, people: People) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        (site,) = post_at(page, "清水沟村")
        client.force_login(people.li)
        url = reverse("poster", args=[record_of(page).code])
        response = client.get(url, {"paper": "a3", "site": [site.pk, "general"]})
        assert len(page_texts(response.content)) == 2

    def test_another_notices_site_is_no_choice(self, client: Any, people: People) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        (foreign,) = post_at(make_notice(now=NOW, proponent=people.company_b), "远山村")
        client.force_login(people.li)
        url = reverse("poster", args=[record_of(page).code])
        html = client.get(url, {"paper": "a4", "site": foreign.pk}).content.decode()
        assert not html.startswith("%PDF")
        assert "远山村" not in html

    @pytest.mark.parametrize(
        ("choice", "words"), [({"paper": "a4"}, "至少选择一个张贴点"), ({"site": "general"}, "请选择纸张")]
    )
    def test_an_empty_choice_says_what_to_choose(
        self, client: Any, people: People, choice: dict[str, str], words: str
    ) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(people.li)
        response = client.get(reverse("poster", args=[record_of(page).code]), choice)
        assert words in response.content.decode()


class TestFormInWord:
    def test_it_has_the_official_lines_on_two_pages(self) -> None:
        page = make_notice(now=NOW)
        document = docx.Document(io.BytesIO(blank_form_docx(record_of(page))))
        first, second = document.tables
        assert document.paragraphs[0].text == OPINION_FORM.title
        assert [cell.text for cell in first.rows[0].cells] == ["项目名称", "清水沟矿区生态修复项目"]
        assert first.rows[1].cells[0].text == OPINION_FORM.page_one.heading
        (opinion,) = OPINION_FORM.page_one.fields
        assert first.rows[2].cells[0].text == f"{opinion.label}\n{opinion.note}"
        assert first.rows[2].cells[1].text == OPINION_FORM.page_one.note
        labels = [field.label for section in OPINION_FORM.page_two for field in section.fields]
        lines = [row.cells[0].text.split("\n")[0] for row in second.rows]
        assert [line for line in lines if line in labels] == labels
        assert lines[0] == OPINION_FORM.page_two_heading
        assert any(paragraph.paragraph_format.page_break_before for paragraph in document.paragraphs)

    def test_it_bears_number_source_and_qr_code_at_its_foot(self) -> None:
        page = make_notice(now=NOW)
        content = blank_form_docx(record_of(page))
        (table,) = docx.Document(io.BytesIO(content)).sections[0].footer.tables
        words = table.rows[0].cells[1].text
        assert f"gongshi.example.gov.cn/n/{record_of(page).code}/opinion/" in words
        assert f"公示码 {record_of(page).code}" in words
        assert OPINION_FORM.source in words
        with ZipFile(io.BytesIO(content)) as archive:
            assert [name for name in archive.namelist() if name.startswith("word/media/")]

    def test_han_characters_are_set_in_the_fonts_of_chinese_offices(self) -> None:
        with ZipFile(io.BytesIO(blank_form_docx(record_of(make_notice(now=NOW))))) as archive:
            xml = archive.read("word/document.xml").decode()
        assert 'w:eastAsia="宋体"' in xml
        assert 'w:eastAsia="黑体"' in xml

    def test_the_same_notice_gives_the_same_bytes(self) -> None:
        record = record_of(make_notice(now=NOW))
        content = blank_form_docx(record)
        with ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert docx.Document(io.BytesIO(content)).core_properties.created == NOW
        assert blank_form_docx(record) == content

    def test_anybody_downloads_it_from_the_notice(self, client: Any) -> None:
        page = make_notice(now=NOW)
        code = record_of(page).code
        url = reverse("blank_form_docx", args=[code])
        html = client.get(reverse("notice", args=[code])).content.decode()
        assert url in html
        assert reverse("blank_form", args=[code]) in html
        response = client.get(url)
        assert response["Content-Type"] == DOCX_TYPE
        assert response["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("name", ["blank_form", "blank_form_docx"])
    @pytest.mark.parametrize(("person", "status"), WHO_GETS_THEM)
    def test_before_publication_only_those_who_prepare_the_notice_get_it(
        self, client: Any, people: People, name: str, person: str, status: int
    ) -> None:
        page = make_notice(stage=NoticeStage.APPROVED, now=NOW, proponent=people.company_a)
        client.force_login(getattr(people, person))
        assert client.get(reverse(name, args=[record_of(page).code])).status_code == status


class TestNewspaper:
    def test_it_is_filled_from_the_notice(self) -> None:
        page = make_notice(now=NOW)
        for day in (date(2026, 3, 24), date(2026, 3, 18)):
            NewspaperInsertion.objects.create(notice=page, newspaper="示例日报", planned_on=day)
        record = record_of(page)
        text = newspaper_of(record, 2).text
        for expected in (
            "第2次刊登（共2次：第1次2026年3月18日，第2次2026年3月24日）",
            f"https://gongshi.example.gov.cn/n/{record.code}/；查阅纸质报告书",
            f"https://gongshi.example.gov.cn/n/{record.code}/opinion/",
            "2026年3月17日至2026年3月31日24:00。",
            "清水沟村、柳坪村的村民和单位。",
        ):
            assert expected in text

    def test_it_goes_to_windows_as_text_and_to_word(self, client: Any, people: People) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(people.li)
        code = record_of(page).code
        text = client.get(reverse("newspaper_text", args=[code, 1])).content
        assert text.startswith(b"\xef\xbb\xbf")
        lines = text.decode("utf-8-sig").split("\r\n")
        word = docx.Document(io.BytesIO(client.get(reverse("newspaper_docx", args=[code, 1])).content))
        assert [paragraph.text for paragraph in word.paragraphs] == lines[:-1]

    def test_a_third_insertion_does_not_exist(self, client: Any, people: People) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(people.li)
        assert client.get(reverse("newspaper_text", args=[record_of(page).code, 3])).status_code == 404


class TestWhoGetsThem:
    @pytest.mark.parametrize(("name", "args"), [("newspaper_text", [1]), ("newspaper_docx", [1])])
    @pytest.mark.parametrize(("person", "status"), WHO_GETS_THEM)
    def test_files_are_for_those_who_prepare_the_notice(
        self, client: Any, people: People, name: str, args: list[int], person: str, status: int
    ) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(getattr(people, person))
        assert client.get(reverse(name, args=[record_of(page).code, *args])).status_code == status

    def test_a_stranger_is_asked_to_sign_in(self, client: Any) -> None:
        record = record_of(make_notice(now=NOW))
        for url in (
            reverse("newspaper_text", args=[record.code, 1]),
            reverse("notice_outputs", args=[record.pk]),
            reverse("notice_newspaper", args=[record.pk]),
        ):
            response = client.get(url)
            assert response.status_code == 302
            assert "login" in response["Location"]

    @pytest.mark.parametrize("name", ["notice_outputs", "notice_newspaper"])
    @pytest.mark.parametrize("person", ["li", "op", "rival", "guan", "outsider"])
    def test_the_pages_are_for_the_proponent_and_operators(
        self, client: Any, people: People, name: str, person: str
    ) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(getattr(people, person))
        response = client.get(reverse(name, args=[record_of(page).pk]))
        assert (response.status_code == 200) is (person in ("li", "op"))
        if person not in ("li", "op"):
            assert page.project_name not in response.content.decode()


class TestPageOfMaterials:
    def page(self, client: Any, people: People, **fields: Any) -> str:
        page = make_notice(now=NOW, proponent=people.company_a, **fields)
        client.force_login(people.li)
        html: str = client.get(reverse("notice_outputs", args=[record_of(page).pk])).content.decode()
        return html

    def test_it_leads_to_everything(self, client: Any, people: People) -> None:
        page = make_notice(stage=NoticeStage.APPROVED, now=NOW, proponent=people.company_a)
        post_at(page, "清水沟村")
        client.force_login(people.li)
        record = record_of(page)
        html = client.get(reverse("notice_outputs", args=[record.pk])).content.decode()
        for url in (
            f"https://gongshi.example.gov.cn/n/{record.code}/",
            reverse("poster", args=[record.code]),
            reverse("newspaper_text", args=[record.code, 2]),
            reverse("newspaper_docx", args=[record.code, 1]),
            reverse("blank_form", args=[record.code]),
            reverse("blank_form_docx", args=[record.code]),
        ):
            assert url in html
        assert "清水沟村 村务公开栏" in html
        assert "起可以打开" in html

    def test_it_is_reached_from_the_register_and_from_the_page(self, client: Any, people: People) -> None:
        page = make_notice(stage=NoticeStage.APPROVED, now=NOW, proponent=people.company_a)
        record = record_of(page)
        client.force_login(people.li)
        url = reverse("notice_outputs", args=[record.pk])
        assert url in client.get(reverse("notice_register:inspect", args=[record.pk])).content.decode()
        assert url in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    def test_a_draft_offers_none_and_says_when(self, client: Any, people: People) -> None:
        html = self.page(client, people, stage=NoticeStage.DRAFT)
        assert "公示核对通过后才能制作材料" in html
        assert "poster.pdf" not in html

    def test_what_the_law_does_not_ask_for_is_said(self, client: Any, people: People) -> None:
        park: dict[str, Any] = {
            "art31_simplified": True,
            "art31_park": "安泽经济技术开发区",
            "art31_review": "晋环函〔2025〕1号",
            "art31_statement": "符合规划环评结论。",
        }
        page = make_draft(now=NOW, proponent=people.company_a, **park)
        record = approve_as_it_stands(page)
        client.force_login(people.li)
        html = client.get(reverse("notice_outputs", args=[record.pk])).content.decode()
        assert "依法免予张贴" in html

    def test_before_approval_of_the_report_there_is_no_form(self, client: Any, people: People) -> None:
        record = approve_as_it_stands(make_draft(now=NOW, kind="pre_approval", proponent=people.company_a))
        client.force_login(people.li)
        html = client.get(reverse("notice_outputs", args=[record.pk])).content.decode()
        assert "报批前公开不征求意见，没有意见表" in html
        assert "法律不要求登报" in html
        assert reverse("blank_form_docx", args=[record.code]) not in html
        assert client.get(reverse("blank_form_docx", args=[record.code])).status_code == 404

    def test_without_the_libraries_word_and_text_are_still_there(
        self, client: Any, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outputs, "missing_parts", lambda: ["libpango-1.0-0（排版库）"])
        html = self.page(client, people)
        assert "libpango-1.0-0" in html
        assert "form.docx" in html
        assert "poster.pdf" not in html

    def test_a_text_that_cannot_be_short_enough_says_which_field(self, client: Any, people: People) -> None:
        page = make_draft(now=NOW, proponent=people.company_a, public_scope="评价范围内的村庄，" * 90)
        page.places = []
        page.save()
        record = approve_as_it_stands(page)
        client.force_login(people.li)
        for url in (
            reverse("notice_outputs", args=[record.pk]),
            reverse("notice_newspaper", args=[record.pk]),
            reverse("newspaper_text", args=[record.code, 1]),
        ):
            assert "请缩短：征求意见的公众范围" in client.get(url).content.decode()


class TestAddressRule:
    """Posters, newspaper texts and forms follow one rule and give one reason."""

    @pytest.fixture(autouse=True)
    def _bad_address(self, settings: Any, _public_address: None) -> None:
        settings.DEMO_ALLOWED = False
        settings.WAGTAILADMIN_BASE_URL = "http://203.0.113.7"

    def test_nothing_is_made_with_an_address_that_strangers_cannot_open(self) -> None:
        record = record_of(make_notice(now=NOW))
        for make in (posters, blank_form_docx, lambda row: newspaper_of(row, 1)):
            with pytest.raises(DocumentRefusedError, match="PORTAL_URL"):
                make(record)

    def test_the_page_of_materials_gives_the_reason(self, client: Any, people: People) -> None:
        page = make_notice(now=NOW, proponent=people.company_a)
        client.force_login(people.li)
        html = client.get(reverse("notice_outputs", args=[record_of(page).pk])).content.decode()
        assert "请管理员把 PORTAL_URL 设为以 https 开头的正式网址" in html
        assert "poster.pdf" not in html

    @pytest.mark.parametrize("name", ["blank_form", "blank_form_docx"])
    def test_the_public_form_is_not_given_out(self, client: Any, name: str) -> None:
        response = client.get(reverse(name, args=[record_of(make_notice(now=NOW)).code]))
        assert response.status_code == 503
        assert "PORTAL_URL" in response.content.decode()

    def test_a_demo_is_free_of_it(self) -> None:
        page = make_notice(now=NOW)
        NoticeRecord.objects.filter(page=page).update(demo=True)
        record = record_of(page)
        assert blank_form_docx(record)
        assert newspaper_of(record, 1).text


def test_the_reason_of_a_text_that_does_not_fit_is_an_error_of_its_own() -> None:
    page = make_draft(now=NOW, public_scope="评价范围内的村庄，" * 90)
    page.places = []
    page.save()
    with pytest.raises(TooLongError, match="征求意见的公众范围"):
        newspaper_of(approve_as_it_stands(page), 1)
