"""Whatever lies where the index should be, readers get an answer or a word, and only its owner can have written it."""

import errno
import logging
import stat
import time
from pathlib import Path

import pytest

from search.backends.inspection import IndexBusyError, UnsafeIndexError
from search.backends.whoosh import storage
from search.backends.whoosh.columns import Document
from search.backends.whoosh.schema import INDEX_FORMAT, INDEX_VERSION
from search.backends.whoosh.storage import Condition, IndexStore, Rebuild


def stored(path: Path, *numbers: int) -> IndexStore:
    store = IndexStore(path)
    with store.writing(timeout=1) as session:
        for number in numbers:
            session.put(Document(f"n:{number}", ("n",), {"body": f"尾矿第{number}号"}))
    return store


def keys(store: IndexStore) -> list[str]:
    searcher = store.searcher()
    return [] if searcher is None else [each.key for each in searcher.stored_documents()]


def rebuild(store: IndexStore, number: int) -> None:
    before = store.condition()
    building = Rebuild(store)
    building.start()
    building.prepare_columns(["body"])
    building.put(Document(f"n:{number}", ("n",), {"body": "渗滤液"}))
    assert store.condition() is before
    with building.finishing():
        pass
    assert store.condition() is Condition.GOOD


def become(store: IndexStore, version: str) -> None:
    """Make the index look as if another version had written it."""
    name = str(store.current())
    (store.path / name).rename(store.path / name.replace(INDEX_VERSION, version))
    (store.path / "current").write_text(name.replace(INDEX_VERSION, version))


def test_an_index_of_another_analysis_answers_until_it_is_rebuilt(tmp_path: Path) -> None:
    store = stored(tmp_path / "index", 1)
    assert (store.condition(), store.needs_rebuild()) == (Condition.GOOD, False)
    become(store, f"{INDEX_FORMAT}a999")
    assert (store.condition(), store.needs_rebuild()) == (Condition.OLD, True)
    assert keys(store) == ["n:1"]
    rebuild(store, 2)
    assert store.condition() is Condition.GOOD
    assert keys(store) == ["n:2"]


def test_an_index_of_another_format_is_not_opened(tmp_path: Path) -> None:
    store = stored(tmp_path / "index", 1)
    become(store, "s0c0w0a1")
    assert (store.condition(), store.needs_rebuild()) == (Condition.UNREADABLE, True)
    assert store.searcher() is None


def test_without_an_index_there_is_nothing_to_read_and_one_to_build(tmp_path: Path) -> None:
    store = IndexStore(tmp_path / "index")
    assert (store.condition(), store.needs_rebuild(), store.searcher()) == (Condition.ABSENT, True, None)


@pytest.mark.parametrize("harm", ["empty table", "cut segment", "segment gone", "folder gone", "odd name"])
def test_a_damaged_index_is_a_condition_said_once_and_never_an_exception(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = stored(tmp_path / "index", 1)
    folder = store.path / str(store.current())
    match harm:
        case "empty table":
            next(folder.glob("*.toc")).write_bytes(b"")
        case "cut segment":
            segment = next(folder.glob("*.columns"))
            segment.write_bytes(segment.read_bytes()[:-9])
        case "segment gone":
            next(folder.glob("*.keys")).unlink()
        case "folder gone":
            folder.rename(store.path / "elsewhere")
        case "odd name":
            (store.path / "current").write_bytes(b"\xff\xfe/../x")
    with caplog.at_level(logging.ERROR):
        began = time.process_time()
        found = {store.condition() for _ in range(20)}
        assert time.process_time() - began < 1
    assert found == {Condition.UNREADABLE}
    assert len(caplog.records) == (harm != "odd name")
    rebuild(store, 5)
    assert keys(store) == ["n:5"]


@pytest.mark.parametrize(
    "error", [OSError(errno.EMFILE, "Too many open files"), OSError(errno.EIO, "I/O error"), MemoryError()]
)
@pytest.mark.parametrize(("target", "name"), [(Path, "read_text"), (storage, "Searcher")])
def test_what_passes_neither_takes_an_index_away_nor_has_it_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, target: object, name: str
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    store = stored(tmp_path / "index", 1)
    with monkeypatch.context() as short:
        short.setattr(target, name, fail)
        assert (store.condition(), store.needs_rebuild(), store.searcher()) == (Condition.BUSY, False, None)
        # Not "empty": the nightly comparison would write everything anew.
        with pytest.raises(IndexBusyError):
            store.stored_documents()
    assert keys(store) == ["n:1"]
    stored(store.path, 2)
    with monkeypatch.context() as short:
        short.setattr(target, name, fail)
        assert (store.condition(), store.needs_rebuild(), keys(store)) == (Condition.GOOD, False, ["n:1"])
    assert keys(store) == ["n:1", "n:2"]


def test_only_the_owner_can_read_or_write_any_file(tmp_path: Path) -> None:
    store = stored(tmp_path / "deep" / "index", *range(5))
    for number in range(6, 12):
        stored(store.path, number)
    rebuild = Rebuild(store)
    rebuild.start()
    rebuild.prepare_columns(["body"])
    during = list(store.path.rglob("*"))
    with rebuild.finishing():
        pass
    for path in (store.path, *during, *store.path.rglob("*")):
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_is_neither_read_nor_written(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    store = stored(tmp_path / "index", 1)
    store.path.chmod(mode)
    assert (store.condition(), store.needs_rebuild(), store.searcher()) == (Condition.UNSAFE, False, None)
    assert "chmod 700" in caplog.text
    with pytest.raises(UnsafeIndexError, match="chmod 700"):
        stored(store.path, 2)
    store.path.chmod(0o700)
    assert keys(store) == ["n:1"]


def test_a_folder_that_others_may_only_read_is_closed_to_them(tmp_path: Path) -> None:
    store = stored(tmp_path / "index", 1)
    store.path.chmod(0o755)
    assert keys(stored(store.path, 2)) == ["n:1", "n:2"]
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o700


def test_one_searcher_serves_a_process_and_a_commit_is_seen_in_a_moment(tmp_path: Path) -> None:
    store = stored(tmp_path / "index", *range(300))
    first = store.searcher()
    assert IndexStore(store.path).searcher() is first
    seconds = []
    for number in range(20):
        stored(store.path, number)
        began = time.process_time()
        assert store.searcher() is not first
        seconds.append(time.process_time() - began)
    # About a millisecond; the benchmark index_faults prints it.
    assert sorted(seconds)[10] < 0.02
