"""Public search: what is asked, what is found, and what must never be said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search.models import AttachmentText, PageText
from search.query import SearchRequest, search
from search.standing import Unread
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

PAGES = ["第一页 总则", "第二页 渗滤液收集池", "第三页 渗滤液不外排，渗滤液全部回喷"]


def found(**asked: Any) -> list[str]:
    response = search(SearchRequest(**asked), now=timezone.now())
    return [group.row.page.project_name for group in response.groups]


def test_hits_are_grouped_by_notice_with_the_numbers_of_their_pages() -> None:
    make_notice(report_pages=PAGES)
    response = search(SearchRequest(text="渗滤液"), now=timezone.now())
    (group,) = response.groups
    assert {hit.number for hit in group.hits} == {2, 3}
    assert (response.notices, response.pages, response.unread) == (1, 2, Unread(0, 0, 0))
    assert any(segment.marked and segment.text == "渗滤液" for segment in group.hits[0].passage.segments)


def test_a_drafts_name_is_said_to_nobody_who_guesses_its_code(client) -> None:
    draft = make_notice(stage="draft", project_name="还没有公开的项目")
    approved = make_notice(stage="approved", project_name="还没有到日子的项目")
    for notice in (draft, approved):
        html = client.get("/search/", {"q": "项目", "code": notice.record.code}).content.decode()
        assert notice.project_name not in html
    assert found(text="项目") == []


def test_pages_of_a_draft_are_read_but_not_in_the_index() -> None:
    notice = make_notice(stage="draft", report_pages=PAGES)
    assert AttachmentText.objects.get(attachment__notice=notice).page_count == 3
    assert PageText.objects.filter(attachment__notice=notice).count() == 3
    assert found(text="渗滤液") == []


def test_filters_by_county_and_state() -> None:
    make_notice(project_name="安泽的项目")
    closed = timezone.now() - timedelta(days=40)
    make_notice(project_name="浮山的项目", division_code="141027", location="浮山县", now=closed)
    assert set(found(text="项目")) == {"安泽的项目", "浮山的项目"}
    assert found(text="项目", county="141027") == ["浮山的项目"]
    assert found(text="项目", state="open") == ["安泽的项目"]
    assert found(text="项目", state="closed") == ["浮山的项目"]


@pytest.mark.parametrize("typed", ['"', "((", "AND", "*", "\x00", "㟃𬒔😀", "x" * 500, "-- '; drop", "    "])
def test_anything_typed_gives_a_page(client, typed: str) -> None:
    make_notice()
    assert client.get("/search/", {"q": typed, "page": typed, "county": typed}).status_code == 200


def test_a_report_page_beyond_the_end_or_of_a_draft_is_not_found(client) -> None:
    notice = make_notice(report_pages=PAGES)
    attachment = notice.attachments.get()
    assert client.get(f"/n/{notice.record.code}/report/{attachment.pk}/3/").status_code == 200
    assert client.get(f"/n/{notice.record.code}/report/{attachment.pk}/4/").status_code == 404
    draft = make_notice(stage="draft", report_pages=PAGES)
    hidden = draft.attachments.get()
    for address in (
        f"/n/{draft.record.code}/report/{hidden.pk}/1/",
        f"/n/{draft.record.code}/report/{hidden.pk}/1/image",
        f"/n/{draft.record.code}/files/{hidden.pk}/{hidden.file_name}",
    ):
        assert client.get(address).status_code == 404
