"""The query language: what is understood, what is said about odd input, and that nothing typed is an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelsearch.query import And, Not, Or, Phrase, PlainText, SearchQuery

from search import language
from search.analysis import normalise
from search.language import MAX_WORDS, parse
from search.lexicon import SAME, WIDER, also_searched


def shape(query: SearchQuery | None) -> str:
    """Return a query in short: words, 'phrases', & for all, | for any, ! for not."""
    match query:
        case None:
            return ""
        case PlainText():
            return query.query_string
        case Phrase():
            return f"'{query.query_string}'"
        case Not():
            return f"!{shape(query.subquery)}"
        case And():
            return "(" + " & ".join(map(shape, query.subqueries)) + ")"
        case Or():
            return "(" + " | ".join(map(shape, query.subqueries)) + ")"
    raise AssertionError(query)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("矸石 覆土", "(矸石 & 覆土)"),
        ("矸石 AND 覆土", "(矸石 & 覆土)"),
        ("矸石 与 覆土", "(矸石 & 覆土)"),
        ("矸石 OR 覆土", "(矸石 | 覆土)"),
        ("矸石 或 覆土 造林", "(矸石 | (覆土 & 造林))"),
        ("矸石 NOT 覆土", "(矸石 & !覆土)"),
        ("矸石 ＮＯＴ 覆土", "(矸石 & !覆土)"),
        ("矸石 非 (覆土 或 造林)", "(矸石 & !(覆土 | 造林))"),
        ("矸石（覆土 或 造林）", "(矸石 & (覆土 | 造林))"),
        ("“分层填埋，压实” 矸石", "('分层填埋，压实' & 矸石)"),
        ('矸石"覆土"', "(矸石 & '覆土')"),
        ("「矸石 OR」", "'矸石 OR'"),
        ("GB* 2202-*", "(GB & 2202-)"),
        ("矸*土", "(矸 & 土)"),
        ("尾矿与矸石", "尾矿与矸石"),
        ("and", "and"),
        ("或", "或"),
        ("AND", "AND"),
    ],
)
def test_words_quotes_operators_and_stars(typed: str, understood: str) -> None:
    parsed = parse(typed, synonyms=False)
    assert shape(parsed.query) == understood
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("typed", "understood", "note"),
    [
        ('"矸石 覆土', "'矸石 覆土'", language.OPEN_QUOTE),
        ("矸石 AND", "矸石", language.LONE_OPERATOR),
        ("或 矸石", "矸石", language.LONE_OPERATOR),
        ("矸石 与 与 覆土", "(矸石 & 覆土)", language.LONE_OPERATOR),
        ("矸石 非", "矸石", language.LONE_OPERATOR),
        ("(矸石", "矸石", language.OPEN_BRACKET),
        ("矸石)", "矸石", language.OPEN_BRACKET),
        ("非 矸石", "", language.ONLY_EXCLUDED),
        ("，。*", "", language.NOTHING_TO_FIND),
        ("()", "", language.NOTHING_TO_FIND),
        ("(" * 50 + "矸石", "矸石", language.OPEN_BRACKET),
    ],
)
def test_odd_input_is_understood_as_far_as_it_goes_and_said_plainly(
    typed: str, understood: str, note: object
) -> None:
    parsed = parse(typed)
    assert shape(parsed.query) == understood
    assert str(note) in map(str, parsed.notes)


def test_more_words_than_anybody_needs_are_left_out() -> None:
    parsed = parse(" ".join(f"村{number}" for number in range(MAX_WORDS + 3)))
    assert len(parsed.words) == MAX_WORDS
    assert parsed.notes == (language.TOO_MANY_WORDS,)


def test_excluded_words_are_neither_marked_nor_widened() -> None:
    parsed = parse("矸石 非 环评")
    assert parsed.words == ("矸石",)
    assert parsed.also == ()
    assert len(parsed.clauses) == 1


def test_synonyms_are_named_and_can_be_turned_off() -> None:
    assert shape(parse("环评 公示").query) == "((环评 | 环境影响评价) & 公示)"
    assert parse("环评 公示").also == ("环境影响评价",)
    assert shape(parse("环评 公示", synonyms=False).query) == "(环评 & 公示)"
    assert parse('"环评"').also == ()


@pytest.mark.parametrize(
    ("word", "also"),
    [
        ("環評", ("环境影响评价",)),
        ("环评报告书", ("环境影响评价报告书",)),
        ("环境影响评价", ("环评",)),
        ("生态环境影响评价", ("环评", "环境影响评价")),
        ("尾矿库", ("尾矿",)),
        ("尾矿", ()),
        ("VOCs", ("挥发性有机物",)),
        ("vocsx", ()),
        ("渗滤液", ("渗沥液",)),
        ("矸石", ()),
        ("一般固废", ("一般固体废物", "一般固体废弃物")),
        ("污水厂扩建", ("污水处理厂扩建",)),
        ("环保", ("环境保护",)),
        ("循环保温", ()),
        ("永久基本农田", ("基本农田",)),
        ("基本农田", ()),
        ("PM2.5", ("细颗粒物",)),
    ],
)
def test_the_lexicon_adds_what_the_word_itself_does_not_find(word: str, also: tuple[str, ...]) -> None:
    assert also_searched(word) == also


def test_no_word_of_the_lexicon_stands_in_two_groups() -> None:
    words = [word for group in SAME for word in group.words]
    assert len(words) == len(set(words))


def test_the_lexicon_is_written_in_the_normal_form() -> None:
    words = [word for group in SAME for word in group.words] + [*WIDER, *WIDER.values()]
    assert [word for word in words if word != normalise(word)] == []
    assert all(len(group.words) > 1 for group in SAME)


PIECES = st.sampled_from(
    [
        "矸石",
        "覆土",
        "环评",
        "AND",
        "OR",
        "NOT",
        "与",
        "或",
        "非",
        '"',
        "“",
        "”",
        "(",
        ")",
        "（",
        "）",
        "*",
        "-",
        "\x00",
        "𬒔",
        " ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=60).map(" ".join), st.text()
    )
)
def test_anything_typed_is_understood_or_answered_with_a_note(typed: str) -> None:
    parsed = parse(typed)
    assert parsed.query is not None or parsed.notes or not typed.strip()
    if parsed.query is not None:
        assert parsed.words
        assert parsed.clauses
        shape(parsed.query)
