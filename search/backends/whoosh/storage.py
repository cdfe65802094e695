"""The index on disk: generations of Whoosh indexes below one owner-only directory, one of them current.

``current`` names the directory that readers use; it is replaced in one step, so a rebuild is seen whole or not at all.
Whoosh's table of contents is a pickle: whoever may write here may run code as the portal, hence mode 0700.
"""

import json
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.backends.whoosh.columns import Document
from search.backends.whoosh.locking import exclusive
from search.backends.whoosh.schema import INDEX_VERSION, new_schema, text_column
from search.backends.whoosh.searcher import Searcher
from search.backends.whoosh.whoosh_library import EmptyIndexError, FileStorage
from search.backends.whoosh.writer import BlockWriter

_GENERATION = re.compile(rf"^(\d{{6}})-{re.escape(INDEX_VERSION)}$")
_ANY_GENERATION = re.compile(r"^(\d{6})-[0-9a-z-]+$")
_OPEN_ATTEMPTS = 5
_REBUILD_LOCK_SECONDS = 60.0

#: A change as it is queued and journaled: ["delete", key] or ["sync", model label, primary key, key].
Change = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a process has open of an index. A fork may keep it: nothing in it has a position in a file."""

    generation: str
    index: Any
    commit: int
    searcher: Searcher


_opened: dict[Path, _Opened] = {}


class IndexStore:
    """The index below ``path``. Cheap to make: what is open is kept for each process, not for each object."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str | None:
        """Return the name of the generation in use, or None when there is none that this version can read."""
        try:
            name = (self.path / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return name if _GENERATION.match(name) else None

    def is_outdated(self) -> bool:
        """Tell that there is an index, but written with another analysis, schema or library."""
        return self.current() is None and (self.path / "current").exists()

    def searcher(self) -> Searcher | None:
        """Return a searcher that sees the last commit, None when there is no index. Threads share it."""
        for attempt in range(1, _OPEN_ATTEMPTS + 1):
            name = self.current()
            if name is None:
                return None
            try:
                return self._up_to_date(name)
            except (FileNotFoundError, EmptyIndexError):
                # A rebuild switched and removed the old generation between our two looks.
                if attempt == _OPEN_ATTEMPTS:
                    raise
        return None

    @contextmanager
    def writing(self, *, timeout: float) -> Iterator["WriteSession"]:
        """Collect changes and commit them together when the block ends well.

        Raises IndexBusyError when another writer does not finish within ``timeout`` seconds.
        """
        self.prepare()
        with exclusive(self.path / "write.lock", timeout=timeout):
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
        """Make the directory, readable by its owner only."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(0o700)

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
        numbers = [
            int(match.group(1))
            for entry in self.path.iterdir()
            if (match := _ANY_GENERATION.match(entry.name))
        ]
        name = f"{max(numbers, default=0) + 1:06d}-{INDEX_VERSION}"
        (self.path / name).mkdir(mode=0o700)
        FileStorage(str(self.path / name)).create_index(new_schema())
        if switch:
            self._switch_to(name)
        return name

    def _switch_to(self, name: str) -> None:
        temporary = self.path / f"current.{os.getpid()}.{threading.get_ident()}"
        temporary.write_text(name, encoding="ascii")
        temporary.replace(self.path / "current")

    def _remove_others(self) -> None:
        current = self.current()
        for entry in self.path.iterdir():
            if entry.name != current and _ANY_GENERATION.match(entry.name):
                shutil.rmtree(entry, ignore_errors=True)

    def _up_to_date(self, name: str) -> Searcher:
        opened = _opened.get(self.path)
        same = opened is not None and opened.generation == name
        index = opened.index if opened and same else FileStorage(str(self.path / name)).open_index()
        commit = index.latest_generation()
        if opened is None or not same or opened.commit != commit:
            # Replaced, never closed: another thread may be searching it still.
            opened = _Opened(name, index, commit, Searcher(index.reader()))
            _opened[self.path] = opened
        return opened.searcher


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
        self._locks.enter_context(exclusive(self.store.path / "rebuild.lock", timeout=0))
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
    return BlockWriter(FileStorage(str(directory)).open_index(), timeout=timeout)


def add_columns(writer: BlockWriter, columns: Iterable[str]) -> None:
    """Add the columns that the index does not have yet."""
    known = set(writer.schema.names())
    for column in sorted(set(columns) - known):
        writer.add_field(column, text_column())
