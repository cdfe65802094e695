"""Whatever is written, replaced, deleted and merged, the index finds what a plain look at every text finds."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import Clause, Slot, normalise, tokenise
from search.backends.whoosh import engine, merging, writer
from search.backends.whoosh.columns import Document
from search.backends.whoosh.storage import IndexStore, Rebuild, open_writer

# Few characters, so that phrases occur, in several documents and more than once.
TEXTS = st.text("尾矿干沟ab1.，", max_size=12)
CHANGES = st.lists(
    st.dictionaries(st.sampled_from("123456"), st.one_of(st.none(), TEXTS), min_size=1, max_size=4),
    min_size=1,
    max_size=9,
)
CLAUSES = [
    Clause(tuple(map(Slot, slots)))
    for slots in (
        *(("尾矿",), ("矿",), ("尾矿", "矿干"), ("a",), ("a", "1"), ("沟", "b"), ("干沟", "沟", "a")),
        *(("尾矿", "矿干", "干沟"), ("矿干", "干矿", "矿干", "干矿"), ("尾尾", "尾尾", "尾尾")),
    )
] + [
    Clause((Slot("沟", prefix=True),)),
    Clause((Slot("1", prefix=True),)),
    Clause((Slot("尾矿"), Slot("矿", prefix=True))),
    Clause((Slot("a"), Slot("1", prefix=True))),
]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put runs down, and merge in slices, with a handful of documents."""
    monkeypatch.setattr(writer, "_BATCH_CHARACTERS", 20)
    monkeypatch.setattr(merging, "_POSITIONS_AT_ONCE", 15)


def occurrences(text: str, clause: Clause) -> int:
    terms = {token.position: token.text for token in tokenise(normalise(text))}
    return sum(
        all(slot.accepts(terms.get(start + offset, "")) for offset, slot in enumerate(clause.slots))
        for start in terms
    )


def document(key: str, text: str) -> Document:
    return Document(f"n:{key}", ("n", "all"), {"body": text, "title": text[:3]})


def keys(store: IndexStore, node: engine.Node, label: str = "n") -> set[str]:
    searcher = store.searcher()
    assert searcher is not None
    hits = engine.search(searcher, node, label)
    return {key.removeprefix("n:") for key in hits.keys(np.arange(len(hits)))}


def frequencies(store: IndexStore, clause: Clause) -> dict[str, int]:
    """Read from the segments how often each document holds a clause in its body."""
    searcher = store.searcher()
    assert searcher is not None
    found = {}
    for segment in searcher.segments:
        column, live = segment.column("body"), segment.of_type("n")
        holding = None if column is None else engine._found(column, clause, live)
        for at, frequency in () if holding is None else zip(*holding, strict=True):
            if live[at]:
                found[segment.keys[int(at)].removeprefix("n:")] = int(frequency)
    return found


def directory(store: IndexStore) -> Path:
    return store.path / str(store.current())


def assert_like_plain(store: IndexStore, texts: dict[str, str]) -> None:
    assert keys(store, engine.Everything()) == set(texts)
    for clause in CLAUSES:
        plain = {key: count for key, text in texts.items() if (count := occurrences(text, clause))}
        assert frequencies(store, clause) == plain, clause
        assert keys(store, engine.Match(clause, (engine.Column("body"),))) == set(plain), clause


@settings(deadline=None, max_examples=25)
@given(CHANGES)
def test_changes_in_any_order_leave_what_plain_texts_hold(commits: list[dict[str, str | None]]) -> None:
    texts: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        store = IndexStore(Path(folder))
        for changes in commits:
            with store.writing(timeout=1) as session:
                for key, text in changes.items():
                    if text is None:
                        session.delete(f"n:{key}")
                        texts.pop(key, None)
                    else:
                        session.put(document(key, text))
                        texts[key] = text
        assert_like_plain(store, texts)


@settings(deadline=None, max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_a_rebuild_in_many_runs_is_one_segment_that_holds_everything(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        store = IndexStore(Path(folder))
        rebuild = Rebuild(store)
        rebuild.start()
        rebuild.prepare_columns(["body", "title"])
        for number, text in enumerate(texts):
            rebuild.put(document(str(number), text))
        with rebuild.finishing():
            pass
        assert len(list(directory(store).glob("*.keys"))) == 1
        assert_like_plain(store, {str(number): text for number, text in enumerate(texts)})


def put(store: IndexStore, *documents: Document) -> None:
    with store.writing(timeout=1) as session:
        for each in documents:
            session.put(each)


def sizes(store: IndexStore) -> list[int]:
    searcher = store.searcher()
    assert searcher is not None
    return sorted(segment.size for segment in searcher.segments)


def test_single_changes_pile_up_to_few_segments_and_leave_a_big_one_alone(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, *(document(str(number), "尾矿") for number in range(100)))
    for number in range(40):
        put(store, document(f"late{number}", "干沟"))
        assert len(sizes(store)) <= 10
    assert sizes(store)[-1] == 100
    assert sum(sizes(store)) == 140


def test_a_segment_that_is_mostly_deleted_is_written_anew_and_an_empty_one_dropped(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, *(document(str(number), "尾矿") for number in range(10)))
    with store.writing(timeout=1) as session:
        for number in range(5):
            session.delete(f"n:{number}")
    assert sizes(store) == [10]
    with store.writing(timeout=1) as session:
        session.delete("n:5")
    assert sizes(store) == [4]
    with store.writing(timeout=1) as session:
        for number in range(6, 10):
            session.delete(f"n:{number}")
    put(store, document("last", "沟"))
    assert sizes(store) == [1]
    assert keys(store, engine.Everything()) == {"last"}


def test_a_failed_write_leaves_no_segment_and_no_lock(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, document("1", "尾矿"))
    failing = open_writer(directory(store))
    failing.add_document(document("2", "尾矿"))
    failing.cancel()
    put(store, document("3", "尾矿"))
    assert keys(store, engine.Everything()) == {"1", "3"}


def test_an_open_searcher_outlives_the_files_it_was_opened_on(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, document("1", "尾矿干沟"))
    old = store.searcher()
    assert old is not None
    for number in range(8):
        put(store, document(str(number), "尾矿"))
    phrase = engine.Match(CLAUSES[2], (engine.Column("body"),))
    assert len(engine.search(old, phrase, "n")) == 1


def test_no_file_of_a_segment_is_a_pickle(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, document("1", "尾矿干沟"))
    files = [path for path in directory(store).iterdir() if path.suffix in (".keys", ".columns")]
    assert len(files) == 2
    assert all(path.read_bytes().startswith(b"EIAarr01") for path in files)
    assert {path.suffix for path in directory(store).iterdir() if path.stat().st_size} == {
        ".keys",
        ".columns",
        ".toc",
    }


def test_documents_of_other_types_are_not_found(tmp_path: Path) -> None:
    store = IndexStore(tmp_path)
    put(store, document("1", "尾矿"), Document("m:1", ("m", "all"), {"body": "尾矿"}))
    assert keys(store, engine.Everything(), "n") == {"1"}
    assert keys(store, engine.Everything(), "all") == {"1", "m:1"}
    assert keys(store, engine.Everything(), "nobody") == set()
