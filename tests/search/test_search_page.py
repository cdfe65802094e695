"""The search page: narrowing, orders, paging, help after nothing, one notice, citing; and the same for programs."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import NoticeRecord
from search import api_views, query
from search.models import AttachmentText
from search.query import SearchRequest, search
from search.suggestions import suggest
from tests.factories import make_notice, make_proponent

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

PAGES = ["第一页 总则", "第二页 渗滤液收集池", "第三页 渗滤液不外排，渗滤液全部回喷"]


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    cache.clear()


def ask(client: Any, address: str = "/search/", **asked: str) -> str:
    response = client.get(address, asked)
    assert response.status_code == 200
    return str(response.content.decode())


def titles(html: str) -> list[str]:
    return re.findall(r'notice-row__title"><a [^>]*>([^<]+)<', html)


def two_notices() -> None:
    """Publish an open notice of 安泽 and a closed one of 浮山."""
    make_notice(project_name="安泽的项目", category="铁矿采选")
    make_notice(
        project_name="浮山的项目",
        division_code="141027",
        location="浮山县",
        category="砖瓦制造",
        now=timezone.now() - timedelta(days=400),
    )


def test_each_choice_is_counted_under_all_other_filters(client) -> None:
    two_notices()
    year = str((timezone.localdate() - timedelta(days=400)).year)
    found = search(SearchRequest(text="项目", county="141027"), now=timezone.now())
    counts = {name: {each.value: each.count for each in values} for name, values in found.facets.items()}
    assert counts["county"] == {"141026": 2, "141027": 1}
    assert counts["state"] == {"closed": 1}
    assert counts["industry"] == {"砖瓦制造": 1}
    assert counts["year"] == {year: 1}
    assert counts["kind"] == {"draft_report": 1}
    for name, value in (("industry", "砖瓦制造"), ("year", year), ("state", "closed")):
        assert titles(ask(client, q="项目", **{name: value})) == ["浮山的项目"]


def test_a_filter_without_results_can_be_seen_and_taken_off(client) -> None:
    two_notices()
    html = ask(client, q="项目", county="141027", state="open")
    assert titles(html) == []
    assert '<option value="open" selected>征求意见中（0）</option>' in html
    assert "取消筛选条件" in html


def test_dates_narrow_and_an_odd_one_is_said_plainly(client) -> None:
    two_notices()
    middle = timezone.localdate() - timedelta(days=100)
    assert titles(ask(client, q="项目", since=str(middle))) == ["安泽的项目"]
    assert titles(ask(client, q="项目", until=f"{middle:%Y年%-m月%-d日}")) == ["浮山的项目"]
    html = ask(client, q="项目", since="昨天")
    assert str(query.ODD_DAY) in html
    assert len(titles(html)) == 2
    assert str(query.ODD_ORDER) in ask(client, q="项目", since="2026-05-01", until="2026-04-01")


def test_by_closing_what_is_open_comes_first(client) -> None:
    two_notices()
    make_notice(project_name="十天前的项目", now=timezone.now() - timedelta(days=10))
    html = ask(client, q="项目", sort="closing")
    assert titles(html) == ["十天前的项目", "安泽的项目", "浮山的项目"]


def test_results_go_on_over_pages_with_every_condition_kept(client, monkeypatch) -> None:
    monkeypatch.setattr(query, "PER_PAGE", 1)
    two_notices()
    html = ask(client, q="项目", sort="closing", kind="draft_report")
    assert titles(html) == ["安泽的项目"]
    following = re.search(r'href="(\?[^"]+)" rel="next"', html)
    assert following is not None
    html = client.get("/search/" + following.group(1).replace("&amp;", "&")).content.decode()
    assert titles(html) == ["浮山的项目"]


def test_queries_do_not_grow_with_results(client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask(client, q="渗滤液")
        return len(captured)

    make_notice(report_pages=PAGES)
    queries()
    alone = queries()
    for number in range(3):
        make_notice(report_pages=PAGES, project_name=f"又一个项目{number}")
    assert queries() == alone <= 20


def test_within_one_notice_all_its_pages_are_listed(client) -> None:
    make_notice(project_name="别的项目", report_pages=PAGES)
    notice = make_notice(report_pages=[f"第{number}页 渗滤液" for number in range(6)])
    html = ask(client, q="渗滤液", code=notice.record.code)
    assert titles(html) == [notice.project_name]
    assert html.count("/report/") == 6
    assert "找到 6 页" in html
    assert "这份报告书里还有 3 页" in ask(client, q="渗滤液")


def test_pages_without_text_are_counted_beside_the_results_and_after_nothing(client) -> None:
    notice = make_notice(report_pages=PAGES)
    AttachmentText.objects.filter(attachment__notice=notice).update(pages_without_text=7)
    words = "另有 7 页搜索不到（没有文字层或者没有读完）"
    assert words in ask(client, q="渗滤液")
    assert words in ask(client, q="没有的词", code=notice.record.code)


def test_from_one_notice_to_all_the_search_stays_exact(client) -> None:
    code = make_notice(report_pages=PAGES).record.code
    link = r'href="/search/\?q=[^"]+?(&amp;exact=1)?">在全部公示中搜索'
    for asked, kept in (({"exact": "1"}, "&amp;exact=1"), ({}, None)):
        found = re.search(link, ask(client, q="渗滤液", code=code, **asked))
        assert found is not None
        assert found.group(1) == kept


def test_nothing_found_offers_searches_that_find_something(client) -> None:
    notice = make_notice(report_pages=PAGES)
    for typed, offered in (
        ("渗滤液 放射性", "搜索：渗滤液<"),
        ("渗滤液监测井", "搜索：渗滤液<"),
        ("“回喷 渗滤液”", "搜索：回喷 渗滤液<"),
    ):
        html = ask(client, q=typed, exact="1")
        assert "没有找到" in html
        assert offered in html, typed
    assert "在全部公示中搜索" in ask(
        client, q="清水沟矿区", code=make_notice(report_pages=["空"]).record.code
    )
    assert "换一个更短的词" in ask(client, q="放射性")
    assert notice.project_name not in ask(client, q="放射性")


def test_synonyms_are_said_found_marked_and_turned_off(client) -> None:
    make_notice(report_pages=["依法开展环境影响评价"], project_name="填沟造林")
    html = ask(client, q="环评 依法")
    assert "也搜索了：环境影响评价" in html
    assert "<mark>环境影响评价</mark>" in html
    off = re.search(r'href="(\?[^"]+)">只搜原词', html)
    assert off is not None
    html = client.get("/search/" + off.group(1).replace("&amp;", "&")).content.decode()
    assert "没有找到" in html
    assert "也搜近义词" in html


def test_operators_and_quotes_reach_the_pages(client) -> None:
    notice = make_notice(report_pages=PAGES)
    address = f"/n/{notice.record.code}/report/{notice.attachments.get().pk}"
    assert f"{address}/2/" in (both := ask(client, q="收集池 或 回喷"))
    assert f"{address}/3/" in both
    without = ask(client, q="渗滤液 非 收集池")
    assert f"{address}/2/" not in without
    assert f"{address}/3/" in without
    assert "<mark>渗滤液</mark>" in ask(client, f"{address}/3/", q="渗滤液 非 外排")


def test_no_field_can_be_filled_so_that_the_page_breaks(client) -> None:
    make_notice()
    names = {"q", *SearchRequest.__dataclass_fields__} - {"text", "cut"}
    for name in sorted(names):
        for odd in ("\x00", "'", "９９", "-1", "((((非", "x" * 3000):
            ask(client, **{"q": "项目", name: odd})


def test_a_page_of_a_report_can_be_cited_in_an_opinion(client) -> None:
    notice = make_notice(report_pages=PAGES)
    file, code = notice.attachments.get(), notice.record.code
    link = re.search(r'href="([^"]+)">对这一页提意见', ask(client, f"/n/{code}/report/{file.pk}/3/"))
    assert link is not None
    form = client.get(link.group(1).replace("&amp;", "&")).content.decode()
    assert "报告书第 3 页：</textarea>" in form
    other = make_notice(report_pages=PAGES).attachments.get()
    for place in ({"file": file.pk, "page": 4}, {"file": other.pk, "page": 1}, {"file": "x", "page": "<b>"}):
        assert "页：</textarea>" not in ask(
            client, f"/n/{code}/opinion/", **{k: str(v) for k, v in place.items()}
        )


def test_a_closed_notices_page_offers_no_opinion(client) -> None:
    closed = make_notice(stage="closed", report_pages=PAGES)
    address = f"/n/{closed.record.code}/report/{closed.attachments.get().pk}/1/"
    assert "对这一页提意见" not in ask(client, address)


def test_suggestions_name_projects_companies_places_and_codes_of_public_notices(client) -> None:
    make_notice(
        project_name="罗汉沟填沟造林", project_code="2202-141026-89-05-701804", filing_date=date(2022, 2, 22)
    )
    make_notice(stage="draft", project_name="罗汉沟的秘密")
    answer = client.get("/search/suggest/", {"q": "罗汉"}).json()
    assert answer == {"suggestions": [{"text": "罗汉沟填沟造林", "label": "项目"}]}
    assert [each.label for each in suggest("安泽")] == ["建设单位", "建设地点"]
    assert [each.label for each in suggest("2202-14")] == ["项目代码"]
    code = NoticeRecord.objects.get(page__project_name="罗汉沟填沟造林").code
    assert "公示码" in [each.label for each in suggest(code[:5])]
    for odd in ("", "\x00", "(", "x" * 999):
        assert client.get("/search/suggest/", {"q": odd}).status_code == 200


def test_suggestions_of_many_notices_of_one_company_name_it_once(django_assert_max_num_queries) -> None:
    proponent = make_proponent("安泽清源矿业有限公司")
    for number in range(3):
        make_notice(proponent=proponent, project_name=f"填沟{number}", location="")
    with django_assert_max_num_queries(5):
        assert [each.text for each in suggest("清源")] == ["安泽清源矿业有限公司"]


def test_programs_get_what_the_page_shows_as_described(client) -> None:
    two_notices()
    make_notice(project_name="有报告书的项目", report_pages=PAGES)
    description = client.get("/api/openapi.json")
    assert description["Content-Type"] == "application/json"
    described = json.loads(b"".join(description.streaming_content))
    for address, asked in (
        ("/api/search/", {"q": "渗滤液 或 环评 或 项目", "sort": "closing"}),
        ("/api/search/", {"q": "没有的词"}),
        ("/api/search/", {"q": "渗虑液"}),
        ("/api/search/", {"q": "渗滤液收集塘"}),
        ("/api/search/", {}),
        ("/search/suggest/", {"q": "项目"}),
    ):
        answer = client.get(address, asked)
        assert answer["Access-Control-Allow-Origin"] == "*"
        content = described["paths"][address]["get"]["responses"]["200"]["content"]
        conforms(answer.json(), content["application/json"]["schema"], described)
    found = client.get("/api/search/", {"q": "渗滤液"}).json()
    assert (found["notices"], found["pages"], found["also_searched"]) == (1, 2, ["渗沥液"])
    (result,) = found["results"]
    assert {page["number"] for page in result["pages"]} == {2, 3}
    assert {"text": "渗滤液", "marked": True} in result["pages"][0]["passage"]
    assert client.post("/api/search/").status_code == 405


def test_programs_get_what_was_perhaps_meant_what_is_near_and_what_is_related(client) -> None:
    pages = ["渗滤液经管道防渗，进入收集池", "压实之上防渗，渗滤液不外排", "噪声与振动", "弃渣场绿化造林"]
    make_notice(project_name="有报告书的项目", report_pages=pages)
    (meant,) = client.get("/api/search/", {"q": "渗虑液"}).json()["corrections"]
    assert (meant["text"], meant["count"], meant["unit"]) == ("渗滤液", 1, "notice")
    found = client.get(meant["url"]).json()
    assert found["notices"] == 1
    assert [word["text"] for word in found["related"]] == ["防渗"]
    assert client.get(found["related"][0]["url"]).json()["pages"] == 2
    nothing = client.get("/api/search/", {"q": "渗滤液 放射性"}).json()
    assert [hint["text"] for hint in nothing["hints"]] == ["搜索：渗滤液"]
    assert client.get(nothing["hints"][0]["url"]).json()["notices"] == 1


def test_every_field_of_a_search_is_described() -> None:
    described = json.loads(api_views.DESCRIPTION.read_text(encoding="utf-8"))
    named = {each["name"] for each in described["paths"]["/api/search/"]["get"]["parameters"]}
    fields = set(SearchRequest.__dataclass_fields__) - {"text", "cut"}
    assert named == fields | {"q"}


def test_whoever_asks_too_often_is_told_when_to_come_back(client, monkeypatch) -> None:
    monkeypatch.setattr(api_views, "count_up", lambda key, seconds: api_views.SEARCHES_A_MINUTE + 1)
    answer = client.get("/api/search/", {"q": "项目"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "一分钟" in answer.json()["error"]
    assert client.get("/search/suggest/", {"q": "项目"}).status_code == 200


def conforms(value: Any, schema: dict[str, Any], described: dict[str, Any]) -> None:
    """Assert that a value is what the schema says, in the words of JSON Schema that the description uses."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    assert type(value) in [kinds[name] for name in names], (value, schema)
    assert value in schema.get("enum", [value])
    if isinstance(value, dict):
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for name, part in value.items():
            conforms(part, schema["properties"][name], described)
    elif isinstance(value, list):
        for part in value:
            conforms(part, schema["items"], described)
    elif isinstance(value, int):
        assert value >= schema.get("minimum", value)
    elif isinstance(value, str) and "pattern" in schema:
        assert re.search(schema["pattern"], value)
