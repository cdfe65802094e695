"""Words that help people: what was perhaps meant, what goes together, what is suggested; only ever of what is public."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.models import Word
from search.suggestions import suggest
from tests.factories import make_notice

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

PAGES = [
    "渗滤液经管道防渗，进入收集池",
    "压实之上防渗，渗滤液不外排",
    "柳坪村水井的水质",
    "噪声与振动",
    "弃渣场绿化造林",
]


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    cache.clear()


def ask(client: Any, **asked: str) -> str:
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return str(response.content.decode())


def offered(html: str) -> list[str]:
    line = re.search(r'<p class="meant">(.*?)</p>', html)
    return re.findall(r"<a [^>]*>([^<]+)</a>", line.group(1)) if line else []


def related(html: str) -> list[str]:
    line = re.search(r'<nav class="related".*?</nav>', html)
    return re.findall(r"<a [^>]*>([^<]+)</a>", line.group()) if line else []


def test_what_was_perhaps_meant_is_offered_where_it_finds_something(client) -> None:
    notice = make_notice(report_pages=PAGES)
    html = ask(client, q="渗虑液")
    assert offered(html) == ["渗滤液"]
    assert "没有找到" in html
    assert "1 个公示" in html
    assert offered(ask(client, q="“渗虑液” 防渗")) == ["“渗滤液” 防渗"]
    assert offered(ask(client, q="柳平村")) == ["柳坪村"]
    assert offered(ask(client, q="渗虑液", code=notice.record.code)) == ["渗滤液"]
    assert offered(ask(client, q="渗虑液 放射性")) == []
    assert offered(ask(client, q="渗虑液", state="closed")) == []
    assert offered(ask(client, q="渗滤液")) == []


def test_a_drafts_words_are_offered_to_nobody(client) -> None:
    make_notice(stage="draft", report_pages=PAGES)
    assert offered(ask(client, q="渗虑液")) == []
    assert suggest("渗滤") == []


def test_words_that_stand_with_the_searched_one_are_named_and_lead_on(client) -> None:
    make_notice(report_pages=PAGES)
    html = ask(client, q="渗滤液")
    assert related(html) == ["防渗"]
    assert 'href="/search/?q=%E9%98%B2%E6%B8%97"' in html
    assert related(ask(client, q="振动")) == []
    assert related(ask(client, q="渗滤液", page="2")) == ["防渗"]


def test_a_word_of_no_page_is_related_to_nothing(client) -> None:
    make_notice(report_pages=PAGES)
    Word.objects.filter(text="防渗").update(pages=0)
    assert related(ask(client, q="渗滤液")) == []


def test_words_of_several_pages_are_suggested_after_names() -> None:
    make_notice(report_pages=PAGES, project_name="防洪的项目")
    assert [(each.text, each.label) for each in suggest("防")] == [
        ("防洪的项目", "项目"),
        ("防渗", "报告书中的词"),
    ]
    assert suggest("防渗") == []
    assert suggest("绿") == []


def test_help_costs_few_queries_and_nothing_where_enough_was_found(client) -> None:
    make_notice(report_pages=PAGES)

    def word_queries(**asked: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(client, **asked)
        return sum("search_word" in each["sql"] for each in captured)

    assert word_queries(q="渗滤液") == 1
    assert word_queries(q="渗虑液") == 2
    assert word_queries(q="振动") == 1
    assert word_queries(q="振动 甲虑液 乙虑液 丙虑液 丁虑液 戊虑液 己虑液 庚虑液") <= 1 + 3
    assert word_queries(q="") == 0
    with CaptureQueriesContext(connection) as captured:
        suggest("防")
    assert len(captured) <= 5
