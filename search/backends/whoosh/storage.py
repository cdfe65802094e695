"""The index on disk: generations of Whoosh indexes below one owner-only directory, one of them current.

``current`` names the directory that readers use; it is replaced in one step, so a rebuild is seen whole or not at all.
"""

import enum
import errno
import json
import logging
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.backends.inspection import Change, IndexBusyError, StoredDocument
from search.backends.whoosh.columns import Document
from search.backends.whoosh.leftovers import clear_generation, clear_index
from search.backends.whoosh.locking import exclusive
from search.backends.whoosh.ownership import PrivateStorage, danger, make_private
from search.backends.whoosh.schema import INDEX_FORMAT, INDEX_VERSION, new_schema, text_column
from search.backends.whoosh.searcher import Searcher
from search.backends.whoosh.writer import BlockWriter

logger = logging.getLogger(__name__)

_GENERATION = re.compile(rf"^(\d{{6}})-{re.escape(INDEX_VERSION)}$")
_READABLE = re.compile(rf"^\d{{6}}-{re.escape(INDEX_FORMAT)}a\d+$")
_ANY_GENERATION = re.compile(r"^(\d{6})-[0-9a-z-]+$")
_OPEN_ATTEMPTS = 5
_REBUILD_LOCK_SECONDS = 60.0
# A writer that looks for leftovers holds the rebuild's lock for a moment.
_REBUILD_START_SECONDS = 0.5


class Condition(enum.Enum):
    """What readers get of an index. ``OLD`` answers, though written with another analysis; what comes after it does not.

    ``BUSY`` says nothing of the index: this process lacks files or memory at the moment, and has none open from before.
    """

    GOOD = "good"
    OLD = "old"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    UNSAFE = "unsafe"
    BUSY = "busy"


_REBUILDABLE = frozenset({Condition.OLD, Condition.ABSENT, Condition.UNREADABLE})
# These pass: no reason to give an index up, still less to build it anew.
_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.EAGAIN, errno.EINTR})


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a process has open of an index. A fork may keep it: nothing in it has a position in a file."""

    generation: str
    index: Any
    commit: int
    searcher: Searcher


_opened: dict[Path, _Opened] = {}
# What could not be opened is neither tried nor logged again until it changes.
_failed: dict[Path, object] = {}


class IndexStore:
    """The index below ``path``. Cheap to make: what is open is kept for each process, not for each object."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str | None:
        """Return the name of the generation in use, or None when there is none of this version."""
        name = self._named()
        return name if _GENERATION.match(name) else None

    def condition(self) -> Condition:
        """Return what readers get at present."""
        return self._look()[0]

    def needs_rebuild(self) -> bool:
        """Tell that there is no index, none that can be opened, or one of another version."""
        return self.condition() in _REBUILDABLE

    def searcher(self) -> Searcher | None:
        """Return a searcher that sees the last commit, None when there is no index to read. Threads share it."""
        return self._look()[1]

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield everything in the index in rising order; raises IndexBusyError while nobody can look at it."""
        condition, searcher = self._look()
        if condition is Condition.BUSY:
            raise IndexBusyError
        return iter(()) if searcher is None else searcher.stored_documents()

    @contextmanager
    def writing(self, *, timeout: float) -> Iterator["WriteSession"]:
        """Collect changes and commit them together when the block ends well.

        Raises IndexBusyError when another writer does not finish within ``timeout`` seconds.
        """
        self.prepare()
        with exclusive(self.path / "write.lock", timeout=timeout):
            clear_index(self.path, keep=self._named())
            name = self.current() or self._new_generation(switch=True)
            session = WriteSession()
            yield session
            session.commit(self.path / name)

    def journal(self, changes: Iterable[Change]) -> None:
        """Note changes for a rebuild that is under way; call while holding the writer's lock."""
        for journal in self.path.glob("*.changes"):
            with journal.open("a", encoding="utf-8") as lines:
                lines.writelines(json.dumps(list(change)) + "\n" for change in changes)

    def prepare(self) -> None:
        """Make the directory, open to its owner only; raises UnsafeIndexError where others could write."""
        make_private(self.path)

    def reset(self, *, timeout: float) -> None:
        """Switch to an empty index; raises IndexBusyError while a rebuild is under way."""
        self.prepare()
        with (
            exclusive(self.path / "rebuild.lock", timeout=timeout),
            exclusive(self.path / "write.lock", timeout=timeout),
        ):
            self._new_generation(switch=True)
            self._remove_others()

    def _new_generation(self, *, switch: bool) -> str:
        # The one in use counts even when its folder is gone: readers would take the new one for it, half built.
        names = [self._named(), *(entry.name for entry in self.path.iterdir())]
        numbers = [int(match.group(1)) for name in names if (match := _ANY_GENERATION.match(name))]
        name = f"{max(numbers, default=0) + 1:06d}-{INDEX_VERSION}"
        (self.path / name).mkdir(mode=0o700)
        PrivateStorage(str(self.path / name)).create_index(new_schema())
        if switch:
            self._switch_to(name)
        return name

    def _switch_to(self, name: str) -> None:
        temporary = self.path / f"current.{os.getpid()}.{threading.get_ident()}"
        temporary.touch(mode=0o600)
        temporary.write_text(name, encoding="ascii")
        temporary.replace(self.path / "current")

    def _remove_others(self) -> None:
        # Another version's index answers, perhaps, until it is replaced.
        current = self._named()
        for entry in self.path.iterdir():
            if entry.name != current and _ANY_GENERATION.match(entry.name):
                shutil.rmtree(entry, ignore_errors=True)

    def _named(self) -> str:
        try:
            return (self.path / "current").read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def _look(self) -> tuple[Condition, Searcher | None]:
        """Open what is there; whatever is wrong with it is a condition, never an exception in a request."""
        try:
            return self._open()
        except (OSError, MemoryError) as error:
            if not _passes(error):
                raise
            logger.warning("The search index cannot be looked at just now: %r", error)
            opened = _opened.get(self.path)
            return (_readers_get(opened.generation), opened.searcher) if opened else (Condition.BUSY, None)

    def _open(self) -> tuple[Condition, Searcher | None]:
        if why := danger(self.path):
            self._log_once(why, why)
            return Condition.UNSAFE, None
        for attempt in range(1, _OPEN_ATTEMPTS + 1):
            name = self._named()
            if not _READABLE.match(name):
                return (Condition.UNREADABLE if name else Condition.ABSENT), None
            state = self._state_of(name)
            if _failed.get(self.path) == state:
                break
            try:
                searcher = self._up_to_date(name)
            except Exception as error:
                if _passes(error):
                    raise
                # A commit or a rebuild may have removed files between our two looks. Otherwise: what a damaged file
                # raises, pickle or array, cannot be foreseen.
                if attempt < _OPEN_ATTEMPTS and state != self._state_of(self._named()):
                    continue
                self._log_once(state, f"The search index cannot be opened: {error!r}")
                break
            return _readers_get(name), searcher
        return Condition.UNREADABLE, None

    def _log_once(self, state: object, message: str) -> None:
        if _failed.get(self.path) != state:
            _failed[self.path] = state
            logger.error(message)

    def _state_of(self, name: str) -> object:
        try:
            return name, (self.path / name).stat().st_mtime_ns
        except FileNotFoundError:
            return name, 0

    def _up_to_date(self, name: str) -> Searcher:
        opened = _opened.get(self.path)
        same = opened is not None and opened.generation == name
        index = opened.index if opened and same else PrivateStorage(str(self.path / name)).open_index()
        commit = index.latest_generation()
        if opened is None or not same or opened.commit != commit:
            # Replaced, never closed: another thread may be searching it still.
            opened = _Opened(name, index, commit, Searcher(index.reader()))
            _opened[self.path] = opened
        return opened.searcher


def _passes(error: Exception) -> bool:
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _PASSING)


def _readers_get(generation: str) -> Condition:
    return Condition.GOOD if _GENERATION.match(generation) else Condition.OLD


class WriteSession:
    """Documents to put and to remove, each key once; the last word counts."""

    def __init__(self) -> None:
        self._documents: dict[str, Document | None] = {}

    def put(self, document: Document) -> None:
        """Add a document in place of the one with its key."""
        self._documents[document.key] = document

    def delete(self, key: str) -> None:
        """Remove a document."""
        self._documents[key] = None

    def commit(self, directory: Path) -> None:
        """Write everything collected to the index in ``directory`` as one commit."""
        if not self._documents:
            return
        clear_generation(directory)
        writer = open_writer(directory, timeout=1.0)
        try:
            documents = [document for document in self._documents.values() if document is not None]
            add_columns(writer, {column for document in documents for column in document.texts})
            writer.delete_keys(self._documents)
            for document in documents:
                writer.add_document(document)
            writer.commit()
        except BaseException:
            # Frees Whoosh's own lock; nothing of a commit that failed is visible.
            with suppress(Exception):
                writer.cancel()
            raise


class Rebuild:
    """A new generation, filled beside the current one and put in its place.

    Only one at a time (IndexBusyError otherwise). Changes written meanwhile are journaled and repeated at the end.
    """

    def __init__(self, store: IndexStore) -> None:
        self.store = store
        self._keys: set[str] = set()
        self._locks = ExitStack()
        self._writer: Any = None

    def start(self) -> None:
        """Open the new generation."""
        self.store.prepare()
        lock = self.store.path / "rebuild.lock"
        self._locks.enter_context(exclusive(lock, timeout=_REBUILD_START_SECONDS))
        with exclusive(self.store.path / "write.lock", timeout=_REBUILD_LOCK_SECONDS):
            for leftover in self.store.path.glob("*.changes"):
                leftover.unlink()
            self.store._remove_others()
            self.name = self.store._new_generation(switch=False)
            self.journal = self.store.path / f"{self.name}.changes"
            self.journal.touch(mode=0o600)

    def prepare_columns(self, columns: Iterable[str]) -> None:
        """Open the writer with all columns it will meet; Whoosh allows none to be added later."""
        self._writer = open_writer(self.store.path / self.name)
        add_columns(self._writer, columns)

    def put(self, document: Document) -> None:
        """Add a document; a second one with the same key is left out."""
        if document.key not in self._keys:
            self._keys.add(document.key)
            self._writer.add_document(document)

    @contextmanager
    def finishing(self) -> Iterator[tuple[WriteSession, list[Change]]]:
        """Commit; hand out what changed meanwhile with a session to repeat it in; then switch."""
        try:
            if self._writer is not None:
                self._writer.commit()
                self._writer = None
            with exclusive(self.store.path / "write.lock", timeout=_REBUILD_LOCK_SECONDS):
                lines = self.journal.read_text(encoding="utf-8").splitlines()
                session = WriteSession()
                yield session, [json.loads(line) for line in lines]
                session.commit(self.store.path / self.name)
                self.store._switch_to(self.name)
                self.journal.unlink()
                self.store._remove_others()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of everything; what was not switched to is removed by the next rebuild."""
        if self._writer is not None:
            with suppress(Exception):
                self._writer.cancel()
            self._writer = None
        self._locks.close()


def open_writer(directory: Path, *, timeout: float = 0.0) -> BlockWriter:
    """Open Whoosh's writer; the caller holds our lock, so its own is free but for a moment's delay."""
    return BlockWriter(PrivateStorage(str(directory)).open_index(), timeout=timeout)


def add_columns(writer: BlockWriter, columns: Iterable[str]) -> None:
    """Add the columns that the index does not have yet."""
    known = set(writer.schema.names())
    for column in sorted(set(columns) - known):
        writer.add_field(column, text_column())
