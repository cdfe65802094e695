"""What people type is found through the framework's public door, and nothing else is."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from modelsearch.query import And, Fuzzy, Not, Phrase, PlainText
from wagtail.models import Page

TEXTS = {
    "选矿": "安泽县示例选矿有限公司尾矿干排项目环境影响报告书征求意见稿公示",
    "煤矸石": "古县示例煤业煤矸石综合利用项目，场址在罗汉沟",
    "防渗": "库底铺设HDPE防渗膜，面积15.48hm²，执行GB/T14848-2017",
    "代码": "项目代码2202-141026-89-05-701804，占地5.48hm²",
    "繁体": "尾礦庫環境影響評價，鋪設防滲膜",
    "生僻": "赵家𬒔村与㟃沟村的地下水",
    "断行": "渗 滤\n液收集池；PM2.5年均值",
    "标点": "尾矿，干排。渗滤，液",
}


@pytest.fixture
def corpus(db: None, settings: object, tmp_path: Path) -> dict[str, Page]:
    settings.WAGTAILSEARCH_BACKENDS = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "search.backends.whoosh",
            "PATH": str(tmp_path / "index"),
            "LATIN_PREFIX": True,
        }
    }
    root = Page.get_first_root_node() or Page.add_root(title="root", slug="root")
    return {
        name: root.add_child(title=text, slug=f"s{number}")
        for number, (name, text) in enumerate(TEXTS.items())
    }


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
    found = {typed: getattr(Page.objects.all(), door)(typed) for typed, _ in RECALL}
    assert {typed: {names[page.pk] for page in results} for typed, results in found.items()} == dict(RECALL)
    assert {typed: results.count() for typed, results in found.items()} == {
        typed: len(expected) for typed, expected in RECALL
    }


def test_words_are_whole_for_search_and_beginnings_for_autocomplete_unless_the_option_says_otherwise(
    corpus: dict[str, Page], settings: object, tmp_path: Path
) -> None:
    settings.WAGTAILSEARCH_BACKENDS["default"].pop("LATIN_PREFIX")  # type: ignore[attr-defined]
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


def test_a_rebuild_finds_the_same(corpus: dict[str, Page]) -> None:
    def found() -> dict[str, set[int]]:
        pages = {page.pk for page in corpus.values()}
        return {typed: {page.pk for page in Page.objects.all().search(typed)} & pages for typed, _ in RECALL}

    before = found()
    call_command("wagtail_update_index", verbosity=0, stdout=StringIO())
    assert found() == before


def test_an_unpublished_page_does_not_show_even_when_the_index_is_behind(corpus: dict[str, Page]) -> None:
    page = corpus["煤矸石"]
    Page.objects.filter(pk=page.pk).update(live=False)
    assert list(Page.objects.live().search("煤矸石")) == []
    assert Page.objects.live().search("煤矸石").count() == 0
    assert Page.objects.all().search("煤矸石").count() == 1


def test_pages_of_results_are_full_and_disjoint_when_the_index_is_behind(corpus: dict[str, Page]) -> None:
    Page.objects.filter(pk=corpus["选矿"].pk).update(live=False)
    found = Page.objects.live().search("尾矿")
    assert {found[0].pk, found[1].pk} == {corpus["繁体"].pk, corpus["标点"].pk}
    assert len(found[:2]) == 2
    assert len(found[2:4]) == 0


def test_a_deleted_page_leaves_the_index(corpus: dict[str, Page]) -> None:
    corpus["煤矸石"].delete()
    assert Page.objects.all().search("煤矸石")._hits.unordered() == []


def test_the_first_ten_hits_cost_one_query(
    corpus: dict[str, Page], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Page.objects.all().search("尾矿")[:10]) == 3
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert Page.objects.all().search("尾矿").count() == 3
