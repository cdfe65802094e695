"""The search index, written when somebody asks it: most tests change what is indexed and never search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from wagtail.search.backends import get_search_backend

from search.backends.inspection import Change
from search.backends.whoosh.backend import SearchBackend
from search.backends.whoosh.storage import IndexStore


def empty_index() -> None:
    """Forget what other tests indexed: their rows are gone, and the keys of those rows are given out again."""
    store = _usual_store()
    if store and store.current():
        store.reset(timeout=5)


def _usual_store() -> IndexStore | None:
    """Return the store of the engine in use; none where the index stands in the database, which is rolled back with the rest."""
    backend = get_search_backend()
    return backend.store if isinstance(backend, SearchBackend) else None


def defer_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collect the changes of the index until somebody reads it or begins to count queries; forget what is left over.

    What a test that rolls back leaves unwritten describes rows that are gone.
    """
    waiting: list[tuple[SearchBackend, list[Change]]] = []
    usual, emptied = _usual_store(), False
    queue, look, begin = SearchBackend.queue, IndexStore._look, CaptureQueriesContext.__enter__

    def write(store: IndexStore | None = usual) -> None:
        nonlocal emptied
        if usual and store and store.path == usual.path and not emptied:
            emptied = True
            empty_index()
        changes, waiting[:] = list(waiting), []
        for backend, queued in changes:
            queue(backend, queued)

    def wait(backend: SearchBackend, changes: Sequence[Change]) -> None:
        if waiting and waiting[-1][0].store.path == backend.store.path:
            waiting[-1][1].extend(changes)
        else:
            waiting.append((backend, list(changes)))

    def look_when_written(store: IndexStore) -> Any:
        write(store)
        return look(store)

    def begin_when_written(context: CaptureQueriesContext) -> CaptureQueriesContext:
        if waiting:
            write()
        return begin(context)

    monkeypatch.setattr(SearchBackend, "queue", wait)
    monkeypatch.setattr(IndexStore, "_look", look_when_written)
    monkeypatch.setattr(CaptureQueriesContext, "__enter__", begin_when_written)
