"""The backend that the framework loads."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.conf import get_app_config

from search.analysis import Prefix
from search.backends.inspection import Change, IndexBusyError, StoredDocument
from search.backends.rebuilding import rebuild_index
from search.backends.whoosh.columns import document_of
from search.backends.whoosh.compiler import AutocompleteQueryCompiler, QueryCompiler
from search.backends.whoosh.index import Index, Rebuilder, collect, rebuild_everything
from search.backends.whoosh.results import SearchResults
from search.backends.whoosh.storage import Condition, IndexStore
from search.backends.whoosh.tasks import enqueue_changes


class SearchBackend(BaseSearchBackend):
    """Whoosh behind the framework's interface. See the package for its options."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = Rebuilder
    # What can fail in a request is the insertion of a task, in the caller's own transaction: it must be told.
    catch_indexing_errors = False

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        if not params.get("PATH"):
            raise ImproperlyConfigured("The Whoosh search backend needs PATH, a directory of its own.")
        self.store = IndexStore(Path(params["PATH"]).absolute())
        self.queue_name: str = params.get("QUEUE_NAME", "index")
        self.lock_timeout = float(params.get("LOCK_TIMEOUT", 30))
        self.prefix = Prefix.WORDS if params.get("LATIN_PREFIX", False) else Prefix.NUMBERS

    def alias(self) -> str | None:
        """Return the name under which the settings configure this index, by which a worker finds it again."""
        for alias, configured in get_app_config().get_search_backend_config().items():
            path = configured.get("PATH")
            if path and Path(path).absolute() == self.store.path:
                return str(alias)
        return None

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes now; for the writer. Raises IndexBusyError when another writer does not finish in time."""
        with self.store.writing(timeout=self.lock_timeout) as session:
            collect(session, changes)
            self.store.journal(changes)

    def mend(self, changes: Sequence[Change]) -> None:
        """Write changes now, or queue them while another writer is at work."""
        try:
            self.apply(changes)
        except IndexBusyError:
            self.queue(changes)

    def queue(self, changes: Sequence[Change]) -> None:
        """Queue changes for the writer; an index that the settings do not name has none and is written at once."""
        alias = self.alias()
        if alias is None:
            self.apply(changes)
        else:
            enqueue_changes(alias, changes, queue_name=self.queue_name)

    def delete_bulk(self, items: Sequence[Any]) -> None:
        """Queue the removal of many objects together."""
        Index(self).delete_items(items)

    def condition(self) -> Condition:
        """Return what readers get of the index at present."""
        return self.store.condition()

    def needs_rebuild(self) -> bool:
        """Tell that there is no index, none that can be opened, or one of another version."""
        return self.store.needs_rebuild()

    def rebuild(self) -> None:
        """Build the whole index anew beside the current one and switch; for the writer."""
        rebuild_everything(Index(self))

    def request_rebuild(self) -> None:
        """Queue a rebuild for the writer."""
        alias = self.alias()
        if alias is None:
            self.rebuild()
        else:
            rebuild_index.using(queue_name=self.queue_name).enqueue(alias)

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield what the index holds in rising order; keeps some 30 bytes a document of one model in memory."""
        self.store.prepare()
        return self.store.stored_documents()

    def fingerprint_of(self, instance: Any) -> int:
        """Return the fingerprint of an indexed object as it is now."""
        return document_of(instance).fingerprint
