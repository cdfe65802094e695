"""Terms of texts and of queries."""

import pytest

from search.analysis import Clause, Prefix, Slot, clauses_of, normalise, phrase_of, tokenise


def terms(text: str) -> list[tuple[str, int]]:
    return [(token.text, token.position) for token in tokenise(normalise(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("尾矿库", [("尾矿", 0), ("矿库", 1), ("库", 2)]),
        ("沟", [("沟", 0)]),
        ("HDPE膜", [("hdpe", 0), ("膜", 1)]),
        ("GB/T14848-2017", [("gb", 0), ("t", 1), ("14848", 2), ("2017", 3)]),
        ("15.48hm²。", [("15.48", 0), ("hm", 1), ("2", 2)]),
        ("𬒔村", [("𬒔村", 0), ("村", 1)]),
        ("甲\n\n乙", [("甲", 0), ("乙", 2)]),
        ("，。—", []),
    ],
)
def test_a_text_gives_these_terms(text: str, expected: list[tuple[str, int]]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("矿干排", (Slot("矿干"), Slot("干排"))),
        ("沟", (Slot("沟", prefix=True),)),
        ("膜HDPE", (Slot("膜"), Slot("hdpe"))),
        ("2202-1410", (Slot("2202"), Slot("1410", prefix=True))),
        ("HDPE防", (Slot("hdpe"), Slot("防", prefix=True))),
        ("第3页", (Slot("第"), Slot("3"), Slot("页", prefix=True))),
    ],
)
def test_what_is_typed_becomes_terms_side_by_side(typed: str, expected: tuple[Slot, ...]) -> None:
    assert phrase_of(typed) == Clause(expected)


def test_words_are_beginnings_only_on_request() -> None:
    assert phrase_of("hdp") == Clause((Slot("hdp"),))
    assert phrase_of("hdp", prefix=Prefix.WORDS) == Clause((Slot("hdp", prefix=True),))


def test_each_word_is_a_clause_once_and_signs_alone_are_none() -> None:
    assert clauses_of("尾矿　干排 尾礦 。") == (Clause((Slot("尾矿"),)), Clause((Slot("干排"),)))
    assert clauses_of(" ") == ()
    assert phrase_of("！") is None


def test_an_endless_query_costs_a_bounded_number_of_terms() -> None:
    clauses = clauses_of("渗滤液 " * 100_000 + "尾" * 100_000)
    assert len(clauses) <= 24
    assert sum(len(clause.slots) for clause in clauses) <= 400
