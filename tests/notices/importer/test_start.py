"""新建公示: who may, and what becomes of a text on its way to a draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from notices.importer.start_forms import MAX_CHARACTERS
from notices.marks import open_marks
from notices.models import NoticePage
from tests.notices.importer.pages import ACCEPTANCE, ARTICLE, FIRST_ROUND, WHOLE
from tests.notices.importer.test_word import word
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
START = reverse("notice_start")
SECOND = WHOLE.replace("长河建材", "大河石材").replace("骨料", "石材")


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def li(client: Any, people: People) -> Any:
    client.force_login(people.li)
    return client


def start_url(people: People) -> str:
    return reverse("notice_start_for", args=[people.company_a.pk])


def text_url(people: People) -> str:
    return reverse("notice_start_text", args=[people.company_a.pk])


def posted(client: Any, people: People, text: str = WHOLE, **data: Any) -> str:
    response = client.post(text_url(people), {"text": text, **data})
    assert response.status_code == 200
    return response.content.decode()


def created(client: Any, people: People, text: str = WHOLE, **data: Any) -> NoticePage:
    response = client.post(text_url(people), {"text": text, "create": "1", **data})
    pk = int(response.url.rstrip("/").split("/")[-2])
    return NoticePage.objects.get(pk=pk)


class TestTheWayIn:
    def test_staff_of_one_proponent_go_straight_to_their_own(self, li: Any, people: People) -> None:
        assert li.get(START).url == start_url(people)

    def test_an_operator_chooses_the_proponent_first(self, client: Any, people: People) -> None:
        client.force_login(people.op)
        html = client.get(START).content.decode()
        assert people.company_a.title in html
        assert people.company_b.title in html
        assert client.get(START, {"proponent": people.company_a.pk}).url == start_url(people)

    def test_the_four_ways_are_on_one_page(self, li: Any, people: People) -> None:
        html = li.get(start_url(people)).content.decode()
        for words in ("粘贴文字", "上传", "从上一轮沿用", "空白表单"):
            assert words in html

    def test_adding_a_page_below_a_proponent_begins_here(self, li: Any, people: People) -> None:
        add = reverse("wagtailadmin_pages:add_subpage", args=[people.company_a.pk])
        assert li.get(add).url == start_url(people)

    def test_dashboard_and_menu_lead_here_for_those_who_may(self, client: Any, people: People) -> None:
        shown = {}
        for name in ("li", "op", "guan"):
            client.force_login(getattr(people, name))
            shown[name] = START in client.get(reverse("wagtailadmin_home")).content.decode()
        assert shown == {"li": True, "op": True, "guan": False}

    def test_rival_officer_and_outsider_start_nothing_here(self, client: Any, people: People) -> None:
        for name in ("rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            assert client.get(start_url(people)).status_code != 200
            client.post(text_url(people), {"text": WHOLE, "create": "1"})
        assert not NoticePage.objects.exists()


class TestReading:
    def test_what_was_found_and_what_is_missing_is_shown_before_anything_is_written(
        self, li: Any, people: People
    ) -> None:
        html = posted(li, people)
        assert "<mark>青石县东湾镇柳树沟</mark>" in html
        assert "上传" in html
        assert "请填写计划公开日期" in html
        assert "原文的建设单位是“青石县长河建材有限公司”" in html
        assert not NoticePage.objects.exists()

    def test_several_notices_are_told_apart_and_one_is_chosen(self, li: Any, people: People) -> None:
        html = posted(li, people, f"{WHOLE}\n{SECOND}")
        assert "2 则公示" in html
        assert "大河石材" in html
        assert "青石县大河石材有限公司" in posted(li, people, f"{WHOLE}\n{SECOND}", notice="1")
        page = created(li, people, f"{WHOLE}\n{SECOND}", notice="1")
        assert page.proponent_name == "青石县大河石材有限公司"

    @pytest.mark.parametrize("number", ["", "7", "x", "-1"])
    def test_a_choice_that_does_not_exist_asks_again(self, li: Any, people: People, number: str) -> None:
        html = posted(li, people, f"{WHOLE}\n{SECOND}", notice=number, create="1")
        assert "2 则公示" in html
        assert not NoticePage.objects.exists()

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (ARTICLE, "没有认出环评公示"),
            (ACCEPTANCE, "竣工环境保护验收"),
            ("", "请粘贴公示文字"),
            ("长" * (MAX_CHARACTERS + 1), "20 万字"),
        ],
    )
    def test_what_is_no_notice_is_explained_and_nothing_typed_is_lost(
        self, li: Any, people: People, text: str, reason: str
    ) -> None:
        html = posted(li, people, text, create="1")
        assert reason in html
        assert text.strip()[:2000] in html
        assert reverse("wagtailadmin_pages:add", args=["notices", "noticepage", people.company_a.pk]) in html
        assert not NoticePage.objects.exists()

    def test_text_and_file_at_once_keeps_the_text(self, li: Any, people: People) -> None:
        html = posted(li, people, file=SimpleUploadedFile("a.txt", b"x"))
        assert "只用一种" in html
        assert "柳树沟村、上河村" in html

    @pytest.mark.parametrize(
        "upload",
        [
            SimpleUploadedFile("公示.txt", WHOLE.encode("gb18030")),
            SimpleUploadedFile("公示.txt", WHOLE.encode("utf-8-sig")),
            SimpleUploadedFile("公示.docx", word(*WHOLE.split("\n"))),
        ],
        ids=["gb18030", "utf-8", "docx"],
    )
    def test_a_file_is_read_like_pasted_text(self, li: Any, people: People, upload: Any) -> None:
        upload.seek(0)
        assert "<mark>青石县东湾镇柳树沟</mark>" in posted(li, people, "", file=upload)

    def test_a_file_that_cannot_be_read_says_what_to_do(self, li: Any, people: People) -> None:
        assert "TXT" in posted(li, people, "", file=SimpleUploadedFile("scan.pdf", b"%PDF-1.7 scan"))


class TestTheDraft:
    def test_it_holds_what_was_found_each_value_marked(self, li: Any, people: People) -> None:
        page = created(li, people)
        assert page.get_parent().specific == people.company_a
        assert not page.live
        assert page.location == "青石县东湾镇柳树沟"
        assert [row.village for row in page.places.all()] == ["柳树沟村", "上河村"]
        assert {row.way: row.address for row in page.ways.all()}["email"] == "qian@example.cn"
        assert page.record.source_text.startswith("青石县长河建材有限公司")
        marks = {field.path.split(":")[0] for field in open_marks(page.get_latest_revision_as_object())}
        assert {"location", "contact_phone", "places", "ways", "paper_places"} <= marks

    def test_each_mark_knows_its_passage(self, li: Any, people: People) -> None:
        record = created(li, people).record
        for path in ("location", "contact_phone", "public_scope"):
            field = record.imported_fields.get(path=path)
            assert record.source_text[field.start : field.end] == field.value

    def test_it_opens_with_a_way_to_the_list_of_marks(self, li: Any, people: People) -> None:
        response = li.post(text_url(people), {"text": WHOLE, "create": "1"}, follow=True)
        page = NoticePage.objects.get()
        assert "处内容来自原文" in response.content.decode()
        assert reverse("notice_marks_confirm", args=[page.pk]) in response.content.decode()

    def test_the_same_text_again_opens_the_first_draft(self, li: Any, people: People) -> None:
        assert created(li, people).pk == created(li, people, WHOLE.replace("\n", "\r\n")).pk

    def test_the_same_text_below_another_proponent_is_its_own_draft(
        self, client: Any, people: People
    ) -> None:
        client.force_login(people.rival)
        theirs = reverse("notice_start_text", args=[people.company_b.pk])
        client.post(theirs, {"text": WHOLE, "create": "1"})
        client.force_login(people.li)
        page = created(client, people)
        assert page.get_parent().specific == people.company_a
        assert NoticePage.objects.count() == 2

    def test_a_first_round_becomes_one(self, li: Any, people: People) -> None:
        assert created(li, people, FIRST_ROUND).kind == "first_round"
