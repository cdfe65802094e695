"""The backend that the framework loads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.conf import get_app_config

from search.analysis import Prefix
from search.backends.whoosh.compiler import AutocompleteQueryCompiler, QueryCompiler
from search.backends.whoosh.index import Index, Rebuilder, collect, rebuild_everything
from search.backends.whoosh.locking import exclusive
from search.backends.whoosh.results import SearchResults
from search.backends.whoosh.storage import Change, IndexStore


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

    def note(self, changes: Sequence[Change]) -> None:
        """Tell a rebuild under way of changes, where there is no index yet that they could be written to."""
        self.store.prepare()
        with exclusive(self.store.path / "write.lock", timeout=self.lock_timeout):
            self.store.journal(changes)

    def rebuild(self) -> None:
        """Build the whole index anew beside the current one and switch; for the writer."""
        rebuild_everything(Index(self))
