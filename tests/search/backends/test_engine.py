"""Scores are BM25's whatever the segments, order is total, and totals are exact."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import Clause, Slot, term_positions
from search.backends.whoosh import engine
from search.backends.whoosh.columns import Document
from search.backends.whoosh.engine import (
    AllOf,
    AnyOf,
    Boosted,
    Column,
    Everything,
    Hits,
    Match,
    NoneOf,
    Nothing,
)
from search.backends.whoosh.storage import IndexStore

BODY = (Column("body"),)
TEXTS = {
    1: "尾矿尾矿干排",
    2: "尾矿库",
    3: "煤矸石场",
    4: "尾矿与煤矸石的综合利用以及其余各项内容",
    5: "尾矿库",
}


def word(text: str, columns: tuple[Column, ...] = BODY) -> Match:
    return Match(Clause((Slot(text),)), columns)


def stored(path: Path, texts: dict[int, str], *, per_commit: int = 100) -> IndexStore:
    store, numbers = IndexStore(path), list(texts)
    for at in range(0, len(numbers), per_commit):
        with store.writing(timeout=1) as session:
            for number in numbers[at : at + per_commit]:
                session.put(
                    Document(f"n:{number}", ("n",), {"body": texts[number], "title": texts[number][:2]})
                )
    return store


def found(store: IndexStore, node: engine.Node) -> Hits:
    searcher = store.searcher()
    assert searcher is not None
    return engine.search(searcher, node, "n")


def ranked(store: IndexStore, node: engine.Node) -> list[int]:
    hits = found(store, node)
    return hits.numbers[hits.best(len(hits))].tolist()


def scores(store: IndexStore, node: engine.Node) -> dict[int, float]:
    hits = found(store, node)
    return dict(zip(hits.numbers.tolist(), hits.scores.tolist(), strict=True))


def bm25(texts: dict[int, str], term: str) -> dict[int, float]:
    lengths = {number: sum(map(len, term_positions(text).values())) for number, text in texts.items()}
    average = sum(lengths.values()) / len(lengths)
    frequencies = {number: len(term_positions(text).get(term, ())) for number, text in texts.items()}
    holding = sum(frequency > 0 for frequency in frequencies.values())
    rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
    return {
        number: rarity * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[number] / average))
        for number, tf in frequencies.items()
        if tf
    }


@pytest.mark.parametrize("per_commit", [1, 2, 100])
def test_scores_are_those_of_bm25_over_all_segments(tmp_path: Path, per_commit: int) -> None:
    store = stored(tmp_path, TEXTS, per_commit=per_commit)
    assert scores(store, word("尾矿")) == pytest.approx(bm25(TEXTS, "尾矿"), rel=1e-5)
    assert ranked(store, word("尾矿")) == [1, 2, 5, 4]


def test_columns_add_up_with_their_boosts(tmp_path: Path) -> None:
    store = stored(tmp_path, TEXTS)
    body, title = scores(store, word("尾矿")), scores(store, word("尾矿", (Column("title"),)))
    both = scores(store, word("尾矿", (Column("body"), Column("title", boost=3.0))))
    assert both == pytest.approx({number: body[number] + 3 * title[number] for number in body}, rel=1e-5)


def test_parts_are_joined_by_all_any_and_none(tmp_path: Path) -> None:
    store = stored(tmp_path, TEXTS, per_commit=2)
    tailings, gangue = word("尾矿"), word("矸石")
    one, other = scores(store, tailings), scores(store, gangue)
    assert scores(store, AllOf((tailings, gangue))) == pytest.approx({4: one[4] + other[4]}, rel=1e-5)
    assert set(scores(store, AnyOf((tailings, gangue)))) == {1, 2, 3, 4, 5}
    assert set(scores(store, AnyOf((tailings, gangue, word("综合")), least=2))) == {4}
    assert scores(store, NoneOf(tailings)) == {3: 0.0}
    assert scores(store, AllOf((gangue, NoneOf(tailings)))) == {3: pytest.approx(other[3], rel=1e-5)}
    assert scores(store, AnyOf((Nothing(), Boosted(gangue, 2.0)))) == pytest.approx(
        {number: 2 * score for number, score in other.items()}, rel=1e-5
    )
    assert set(scores(store, Everything())) == set(TEXTS)


def test_a_phrase_of_many_pairs_stops_at_punctuation(tmp_path: Path) -> None:
    store = stored(tmp_path, {1: "环境影响评价", 2: "环境影，响评价", 3: "环境，影响评价与环境影响评价"})
    phrase = Match(Clause(tuple(map(Slot, ("环境", "境影", "影响", "响评", "评价")))), BODY)
    assert set(scores(store, phrase)) == {1, 3}


def test_a_phrase_that_ends_with_a_number_finds_those_that_begin_with_it_too(tmp_path: Path) -> None:
    elsewhere = dict.fromkeys(range(4, 9), "b1，b1，b1，1.5，15")
    store = stored(tmp_path, {1: "a1，a1", 2: "a1.5，b1", 3: "b1，a15，a1", 9: "a2，b1", **elsewhere})
    phrase = Match(Clause((Slot("a"), Slot("1", prefix=True))), BODY)
    assert set(scores(store, phrase)) == {1, 2, 3}
    narrower = Match(Clause((Slot("a"), Slot("15", prefix=True))), BODY)
    assert set(scores(store, narrower)) == {3}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 40)), max_size=30), st.integers(0, 32)
)
def test_the_best_are_the_first_of_a_total_order(drawn: list[tuple[float, int]], count: int) -> None:
    hits = Hits(())
    hits.scores = np.array([score for score, _ in drawn], np.float32)
    hits.__dict__["numbers"] = np.array([number for _, number in drawn], np.int64)
    ordered = sorted(range(len(drawn)), key=lambda at: (-drawn[at][0], drawn[at][1]))
    assert hits.best(count).tolist() == ordered[:count]


def test_threads_share_a_searcher(tmp_path: Path) -> None:
    store = stored(tmp_path, {number: "尾矿库" * (number % 7 + 1) for number in range(300)})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ranked(store, word("尾矿")), range(64)))
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]) == 300
