"""What people type is found through the framework's public door, and nothing else is, whatever engine SEARCH_URL names."""

import pytest
from modelsearch.query import And, Boost, Fuzzy, Not, Or, Phrase, PlainText
from pytest_django.fixtures import Settings
from wagtail.models import Page

from tests.search.backends.pages import rebuild

RECALL = [
    ("煤矸石", {"煤矸石"}),
    ("尾矿干排", {"选矿"}),
    ("矿干排", {"选矿"}),
    ("干排项目环境", {"选矿"}),
    ("尾矿", {"选矿", "繁体", "标点"}),
    ("尾礦", {"选矿", "繁体", "标点"}),
    ("防渗膜", {"防渗", "繁体"}),
    ("HDPE防滲膜", {"防渗"}),
    ("hdpe", {"防渗"}),
    ("HDP", {"防渗"}),
    ("罗汉沟", {"煤矸石"}),
    ("羅漢溝", {"煤矸石"}),
    ("沟", {"煤矸石", "生僻"}),
    ("示", {"选矿", "煤矸石"}),
    ("２２０２－１４１０２６", {"代码"}),
    ("2202-141026", {"代码"}),
    ("2202—1410", {"代码"}),
    ("141026-89", {"代码"}),
    ("2202-141026-89-05-701804", {"代码"}),
    ("41026", set()),
    ("5.48", {"代码"}),
    ("15.48", {"防渗"}),
    ("5.48hm²", {"代码"}),
    ("GB/T14848-2017", {"防渗"}),
    ("gb/t 14848", {"防渗"}),
    ("14848", {"防渗"}),
    ("PM2.5", {"断行"}),
    ("pm", {"断行"}),
    ("渗滤液", {"断行"}),
    ("𬒔", {"生僻"}),
    ("赵家𬒔村", {"生僻"}),
    ("㟃沟", {"生僻"}),
    ("⽣", set()),
    ("⽔", {"生僻"}),
    ("尾矿 公示", {"选矿"}),
    ("尾矿 不存在的词", set()),
    ("，。", set()),
    ("膜", {"防渗", "繁体"}),
]


@pytest.mark.parametrize("door", ["search", "autocomplete"])
def test_a_query_finds_exactly_the_pages_that_hold_it(corpus: dict[str, Page], door: str) -> None:
    names = {page.pk: name for name, page in corpus.items()}
    # An engine in the database also holds the pages of its migrations.
    pages = Page.objects.filter(pk__in=list(names))
    found = {typed: getattr(pages, door)(typed) for typed, _ in RECALL}
    assert {typed: {names[page.pk] for page in results} for typed, results in found.items()} == dict(RECALL)
    assert {typed: results.count() for typed, results in found.items()} == {
        typed: len(expected) for typed, expected in RECALL
    }


def test_words_are_whole_for_search_and_beginnings_for_autocomplete_unless_the_option_says_otherwise(
    corpus: dict[str, Page], settings: Settings
) -> None:
    settings.WAGTAILSEARCH_BACKENDS["default"].pop("LATIN_PREFIX")
    assert list(Page.objects.all().search("hdp")) == []
    assert [page.pk for page in Page.objects.all().autocomplete("hdp")] == [corpus["防渗"].pk]


def test_a_phrase_does_not_cross_punctuation_but_words_may_stand_apart(corpus: dict[str, Page]) -> None:
    assert {page.pk for page in Page.objects.all().search(Phrase("尾矿干排"))} == {corpus["选矿"].pk}
    both = Page.objects.all().search(And([PlainText("尾矿"), PlainText("干排")]))
    assert {page.pk for page in both} == {corpus["选矿"].pk, corpus["标点"].pk}
    without = Page.objects.all().search(And([PlainText("尾矿"), Not(PlainText("报告书"))]))
    assert {page.pk for page in without} == {corpus["繁体"].pk, corpus["标点"].pk}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("HDEP", None), ("HDPF", "防渗"), ("尾矿干徘项目", "选矿"), ("煤矸石综和利用", "煤矸石")],
)
def test_fuzzy_forgives_one_wrong_character(corpus: dict[str, Page], typed: str, name: str | None) -> None:
    found = {page.pk for page in Page.objects.all().search(Fuzzy(typed))}
    assert found == ({corpus[name].pk} if name else set())


def test_single_fields_are_searched_with_the_same_analysis(corpus: dict[str, Page]) -> None:
    def found(query: object, *fields: str) -> set[str]:
        hits = Page.objects.all().search(query, fields=list(fields))
        return {name for name, page in corpus.items() if page in hits}

    assert found("矿干排", "title") == {"选矿"}
    assert found("沟", "title") == {"煤矸石", "生僻"}
    assert found(And([PlainText("尾矿"), Not(PlainText("报告书"))]), "title") == {"繁体", "标点"}
    assert found(Fuzzy("HDPF"), "title") == {"防渗"}


def test_a_boosted_part_comes_first_and_every_hit_tells_its_score(corpus: dict[str, Page]) -> None:
    for first, second in (("煤矸石", "防渗"), ("防渗", "煤矸石")):
        query = Or(
            [
                Boost(PlainText({"煤矸石": "罗汉沟", "防渗": "hdpe"}[first]), 20),
                PlainText("罗汉沟"),
                PlainText("hdpe"),
            ]
        )
        hits = list(Page.objects.all().search(query).annotate_score("score"))
        assert [hit.pk for hit in hits] == [corpus[first].pk, corpus[second].pk]
        assert hits[0].score > hits[1].score > 0


def test_a_rebuild_finds_the_same(corpus: dict[str, Page]) -> None:
    def found() -> dict[str, set[int]]:
        pages = {page.pk for page in corpus.values()}
        return {typed: {page.pk for page in Page.objects.all().search(typed)} & pages for typed, _ in RECALL}

    before = found()
    rebuild()
    assert found() == before
