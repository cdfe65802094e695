"""However much is found: totals, choices, narrowing, orders and paging look at all of it, whatever the engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.search.backends import get_search_backend

from notices.models import NoticePage
from search.models import PageText
from search.query import SearchRequest, SearchResponse, search
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

MANY = 620


def ask(**asked: Any) -> SearchResponse:
    return search(SearchRequest(**asked), now=timezone.now())


def titles(response: SearchResponse) -> list[str]:
    return [group.row.page.project_name for group in response.groups]


def counts(response: SearchResponse, facet: str) -> dict[str, int | None]:
    return {choice.value: choice.count for choice in response.facets[facet]}


def long_report() -> NoticePage:
    """Publish a notice of whose report every page is a better hit than any page of another."""
    notice = make_notice(project_name="甲项目", report_pages=["总则"])
    file = notice.attachments.get()
    pages = [PageText(attachment=file, number=2 + at, text="渗滤液，渗滤液") for at in range(MANY)]
    PageText.objects.bulk_create(pages)
    get_search_backend().add_bulk(PageText, list(PageText.objects.filter(attachment=file, number__gt=1)))
    return notice


def short_report(name: str, days_ago: int, **fields: Any) -> NoticePage:
    pages = [
        "总则",
        "在很长的一页中只有一处提到渗滤液，其余都是别的内容，不必再说。" * 2 + "噪声与振动。" * 9,
    ]
    return make_notice(
        project_name=name, report_pages=pages, now=timezone.now() - timedelta(days=days_ago), **fields
    )


def test_a_report_of_very_many_hits_hides_no_other_notice() -> None:
    first = long_report()
    short_report("乙项目", 1, division_code="141027", location="浮山县")
    short_report("丙项目", 3, division_code="141027", location="浮山县")
    make_notice(stage="draft", project_name="丁项目", report_pages=["渗滤液"])
    found = ask(text="渗滤液")
    assert titles(found)[0] == "甲项目"
    assert (found.notices, found.pages) == (3, MANY + 2)
    assert counts(found, "county") == {"141026": 3, "141027": 2}
    assert found.groups[0].more == MANY - len(found.groups[0].hits)
    assert [hit.number for group in found.groups[1:] for hit in group.hits] == [2, 2]
    narrowed = ask(text="渗滤液", county="141027")
    assert (narrowed.notices, narrowed.pages) == (2, 2)
    assert counts(narrowed, "county") == {"141026": 3, "141027": 2}
    assert titles(ask(text="渗滤液", sort="closing")) == ["丙项目", "乙项目", "甲项目"]
    within = ask(text="渗滤液", code=first.record.code, page="31")
    assert (within.pages, within.listing.paginator.num_pages) == (MANY, 31)
    (group,) = within.groups
    assert len(group.hits) == 20
    assert {hit.number for hit in group.hits} <= set(range(2, MANY + 2))


def test_pages_of_notices_follow_each_other_without_gap_or_repetition(monkeypatch: Any) -> None:
    monkeypatch.setattr("search.query.PER_PAGE", 2)
    for number in range(5):
        short_report(f"第{number}号项目", number)
    for asked in ({"text": "渗滤液"}, {"text": "渗滤液", "sort": "closing"}, {"text": "项目"}):
        pages = [titles(ask(**asked, page=str(number))) for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [2, 2, 1]
        assert len({title for page in pages for title in page}) == 5


def test_of_each_notice_its_own_best_pages_are_shown() -> None:
    make_notice(
        project_name="甲项目",
        report_pages=["渗滤液 渗滤液", "渗滤液" + "其他内容" * 30, "无关", "渗滤液 渗滤液 渗滤液"],
    )
    (group,) = ask(text="渗滤液").groups
    assert [hit.number for hit in group.hits] == [4, 1, 2]
