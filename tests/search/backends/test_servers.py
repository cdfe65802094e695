"""What OpenSearch and Elasticsearch are sent: an index that cuts at spaces, texts cut into terms, queries of the same terms.

The servers themselves are asked by test_recall wherever SEARCH_URL names one.
"""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from modelsearch.query import And, Boost, Not, Phrase, PlainText
from pytest_django.fixtures import Settings
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from portal.settings.env import env_search
from search.backends import server_inspection
from search.backends.errors import SearchUnavailableError
from search.backends.grouping import Group
from search.backends.segmented import segmented
from search.checks import check_engine_answers
from search.index_jobs import rebuild_if_needed
from search.models import PageText
from tests.search.backends.recorded_server import RecordedServer, recording

PAGES = "portal_wagtailcore_page"
EVERYWHERE = ["_all_text", "_all_text_boost_2_0^2.0"]


@pytest.fixture(params=["opensearch", "elasticsearch"])
def server(
    request: pytest.FixtureRequest, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RecordedServer]:
    """A recorded server that SEARCH_URL names."""
    with recording() as server:
        monkeypatch.setenv("SEARCH_URL", f"{request.param}://finder:p%40ss@127.0.0.1:{server.port}")
        settings.WAGTAILSEARCH_BACKENDS = {
            "default": env_search("SEARCH_URL", database=settings.DATABASES["default"], folder=Path("unused"))
        }
        yield server


def rebuilt(server: RecordedServer) -> RecordedServer:
    call_command("wagtail_update_index", verbosity=0, stdout=StringIO())
    return server


def sent(server: RecordedServer, query: Any, door: str = "search") -> Any:
    """Return the query that leaves for the server, without the queryset's filters."""
    server.asked.clear()
    list(getattr(Page.objects.all(), door)(query)[:10])
    ((body,),) = [server.bodies("/_search")]
    return body["query"]["bool"]["must"]


def clause(words: str, fields: list[str]) -> dict[str, Any]:
    return {"multi_match": {"query": words, "type": "phrase", "fields": fields}}


def test_a_text_is_sent_as_terms_between_spaces() -> None:
    assert segmented("尾礦庫，HDPE 膜") == "尾矿 矿库 库$ hdpe$ 膜$"
    assert segmented("GB/T14848-2017") == "gb$ t$ 14848$ 2017$"
    assert segmented("尾矿\n\n干排") == "尾矿 矿$ ¶ 干排 排$"
    assert segmented("$ ¶ ，。") == ""


def test_an_index_cuts_at_spaces_and_adds_beginnings_at_the_same_place(server: RecordedServer) -> None:
    rebuilt(server)
    created = next(
        asked.body for asked in server.asked if asked.method == "PUT" and asked.path.count("/") == 1
    )
    analysis = created["settings"]["analysis"]
    assert analysis["analyzer"]["default"]["filter"] == ["beginnings"]
    assert analysis["analyzer"]["default_search"] == {"type": "custom", "tokenizer": "spaces"}
    assert analysis["filter"]["beginnings"]["type"] == "edge_ngram"
    mappings = [asked.body["properties"] for asked in server.asked if asked.path.endswith("/_mapping")]
    texts = [column for fields in mappings for column in fields.values() if column.get("type") == "text"]
    assert texts
    assert not any("analyzer" in column or "search_analyzer" in column for column in texts)
    assert server.authorizations == {"Basic ZmluZGVyOnBAc3M="}


def test_objects_are_sent_as_terms(server: RecordedServer) -> None:
    root = Page.get_first_root_node()
    rebuilt(server)
    server.asked.clear()
    root.add_child(title="渗滤液 GB/T14848", slug="leachate")
    written = [line for body in server.bodies("_bulk") for line in body if "title" in line]
    assert {line["title"] for line in written} == {"渗滤 滤液 液$ gb$ t$ 14848$"}
    assert all(line["_edgengrams"] == ["渗滤 滤液 液$ gb$ t$ 14848$"] for line in written)


def test_words_codes_and_phrases_are_asked_for_as_terms_side_by_side(server: RecordedServer) -> None:
    assert sent(server, "渗滤液") == clause("渗滤 滤液", sorted_fields(server))
    everywhere = sorted_fields(server)
    assert sent(server, "2202-141026") == clause("2202$ 141026", everywhere)
    assert sent(server, "GB/T") == clause("gb$ t", everywhere)
    assert sent(server, "沟") == clause("沟", everywhere)
    assert sent(server, Phrase("尾矿 干排")) == clause("尾矿 矿干 干排", everywhere)
    assert sent(server, And([PlainText("尾矿"), Not(PlainText("库"))])) == {
        "bool": {"must": [clause("尾矿", everywhere), {"bool": {"must_not": clause("库", everywhere)}}]}
    }
    assert sent(server, Boost(PlainText("尾矿"), 3)) == {
        "bool": {"must": clause("尾矿", everywhere), "boost": 3.0}
    }
    assert sent(server, "，。") == {"bool": {"must_not": {"match_all": {}}}}
    assert sent(server, "尾矿干", door="autocomplete") == clause("尾矿 矿干", ["_edgengrams"])


def sorted_fields(server: RecordedServer) -> list[str]:
    """Return the columns of everything; those of boosts come in no order."""
    fields: list[str] = sent(server, "尾矿")["multi_match"]["fields"]
    assert set(EVERYWHERE) <= set(fields)
    return fields


def test_hits_are_the_querysets_objects_in_the_servers_order(server: RecordedServer) -> None:
    root = Page.get_first_root_node()
    rebuilt(server)
    pages = [root.add_child(title=f"尾矿{number}", slug=f"p{number}") for number in range(3)]
    server.hits = [pages[2].pk, pages[0].pk, 987_654]
    hits = list(Page.objects.all().search("尾矿").annotate_score("score")[:10])
    assert [hit.pk for hit in hits] == [pages[2].pk, pages[0].pk]
    assert hits[0].score == 1.5


def test_nothing_is_written_to_an_index_that_the_server_would_make_by_itself(server: RecordedServer) -> None:
    Page.get_first_root_node().add_child(title="渗滤液", slug="leachate")
    assert server.bodies("_bulk") == []
    (warning,) = check_engine_answers(databases=["default"])
    assert (warning.id, "wagtail_update_index" in warning.msg) == ("search.W001", True)
    assert check_engine_answers() == []
    rebuilt(server)
    assert check_engine_answers(databases=["default"]) == []


def test_a_server_that_does_not_answer_is_said_on_the_page_and_never_breaks_it(
    server: RecordedServer, client: Any
) -> None:
    server.broken = True
    with pytest.raises(SearchUnavailableError):
        list(Page.objects.all().search("渗滤液"))
    page = client.get("/search/", {"q": "渗滤液"})
    assert page.status_code == 200
    assert "搜索暂时不能用" in page.content.decode()
    assert "没有找到" not in page.content.decode()
    answer = client.get("/api/search/", {"q": "渗滤液"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert client.get("/search/suggest/", {"q": "渗滤"}).json() == {"suggestions": []}
    (warning,) = check_engine_answers(databases=["default"])
    assert warning.id == "search.W001"


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    printed, code = StringIO(), 0
    try:
        call_command("check_index", "--format", "json", *arguments, stdout=printed)
    except SystemExit as left:
        code = int(str(left.code))
    return code, json.loads(printed.getvalue())["left"]


def test_what_a_server_lacks_keeps_too_long_or_has_otherwise_is_named_and_mended(
    server: RecordedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check()[1]["needs_rebuild"]
    assert check("--repair")[0] == 0
    monkeypatch.setattr(server_inspection, "_KEYS_AT_ONCE", 2)
    monkeypatch.setattr(server_inspection, "_DOCUMENTS_AT_ONCE", 2)
    root = Page.get_first_root_node()
    pages = [root.add_child(title=f"尾矿{number}", slug=f"p{number}") for number in range(3)]
    documents = server.written("portal_wagtailcore_page")
    assert check()[0] == 0
    del documents[str(pages[0].pk)]
    documents[str(pages[1].pk)] = {**documents[str(pages[1].pk)], "title": "别的$"}
    documents["987654"] = documents[str(pages[2].pk)]
    code, left = check()
    assert (code, left["missing"], left["outdated"], left["left_over"]) == (1, 1, 1, 1)
    assert check("--repair")[0] == 0
    assert "987654" not in documents
    assert "尾矿" in documents[str(pages[1].pk)]["title"]
    server.broken = True
    with pytest.raises(CommandError, match="没有回答"):
        check()
    assert rebuild_if_needed(now=timezone.now()) is False


def test_hits_are_grouped_by_the_server_and_the_best_of_each_group_asked_for_in_one_request(
    server: RecordedServer,
) -> None:
    rebuilt(server)
    hits = [(41, 2.5), (40, 0.5)]
    server.buckets = [
        {
            "key": 7,
            "doc_count": 12,
            "best": {
                "value": 2.5,
                "hits": {
                    "hits": [
                        {"_id": str(pk), "_score": score, "fields": {"pk": [str(pk)]}} for pk, score in hits
                    ]
                },
            },
        },
        {
            "key": 3,
            "doc_count": 1,
            "best": {"value": 1.5, "hits": {"hits": [{"_id": "9", "_score": 1.5, "fields": {"pk": ["9"]}}]}},
        },
    ]
    found = get_search_backend().search("渗滤液", PageText.objects.all())
    assert found.groups("attachment_id") == [Group(7, 12, 2.5), Group(3, 1, 1.5)]
    server.asked.clear()
    assert found.best_of_groups("attachment_id", [7, 3], 2) == [(41, 7), (9, 3), (40, 7)]
    (asked,) = server.bodies("/_search")
    assert asked["query"]["bool"]["filter"] == {"terms": {"attachment_id_filter": [7, 3]}}
    assert asked["aggregations"]["groups"]["aggregations"]["best"]["top_hits"]["size"] == 2
    server.broken = True
    with pytest.raises(SearchUnavailableError):
        found.groups("attachment_id")
