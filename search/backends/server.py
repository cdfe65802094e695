"""What is the same with OpenSearch and Elasticsearch beside texts and queries: failures, and an index of our own making."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from search.analysis import Prefix
from search.backends.errors import SearchUnavailableError
from search.backends.grouping import MOST_GROUPS, Group
from search.backends.segmented import INDEX_SETTINGS
from search.backends.server_inspection import ServerInspection

NO_INDEX = "There is no index of ours on the search server yet. Run: manage.py wagtail_update_index"


class ServerIndex:
    """Mixed into an index of the framework: nothing is written before the index was made with our settings.

    A server makes an index by itself when something is written to a name that it does not know, and would then cut
    texts its own way.
    """

    name: str
    es: Any

    def exists(self) -> bool:
        """Tell whether the server knows an index or an alias of this name."""
        return bool(self.es.indices.exists(index=self.name))

    def add_item(self, item: Any) -> None:
        """Write one object."""
        self.add_items(type(item), [item])

    def add_items(self, model: Any, items: Iterable[Any]) -> None:
        """Write objects of one model."""
        if not self.exists():
            raise SearchUnavailableError(NO_INDEX)
        super().add_items(model, items)  # type: ignore[misc]


class ServerResults:
    """Mixed into results of the framework: what the client raises becomes our error."""

    backend: Any
    query_compiler: Any

    def groups(self, field_name: str) -> list[Group]:
        """Return what ``Grouping`` says, at most MOST_GROUPS."""
        # The server's own way of ordering groups by their best hit.
        score = {"best": {"max": {"script": {"source": "_score"}}}}
        terms = {"field": self._column(field_name), "size": MOST_GROUPS, "order": {"best": "desc"}}
        buckets = self._buckets(self.query_compiler.get_query(), terms, score)
        return [Group(int(each["key"]), each["doc_count"], each["best"]["value"]) for each in buckets]

    def best_of_groups(self, field_name: str, values: Sequence[int], each: int) -> list[tuple[Any, int]]:
        """Return what ``Grouping`` says; a server gives no more than 100 of a group."""
        if not values:
            return []
        column = self._column(field_name)
        query = {
            "bool": {"must": self.query_compiler.get_query(), "filter": {"terms": {column: list(values)}}}
        }
        best = {"best": {"top_hits": {"size": each, "_source": False, "stored_fields": ["pk"]}}}
        found = [
            (hit["_score"], int(hit["fields"]["pk"][0]), int(bucket["key"]))
            for bucket in self._buckets(query, {"field": column, "size": len(values)}, best)
            for hit in bucket["best"]["hits"]["hits"]
        ]
        return [(pk, value) for _score, pk, value in sorted(found, key=lambda hit: (-hit[0], hit[1]))]

    def _column(self, field_name: str) -> str:
        if field_name == "pk":
            return "pk"
        compiler = self.query_compiler
        return str(compiler.mapping.get_field_column_name(compiler._get_filterable_field(field_name)))

    def _buckets(self, query: Any, terms: dict[str, Any], inner: dict[str, Any]) -> list[Any]:
        body = {"query": query, "aggregations": {"groups": {"terms": terms, "aggregations": inner}}}
        index = self.backend.get_index_for_model(self.query_compiler.queryset.model).name
        with self.backend.asking():
            answer = self._backend_do_search(body, index=index, size=0)  # type: ignore[attr-defined]
        return list(answer["aggregations"]["groups"]["buckets"])

    def _do_search(self) -> list[Any]:
        with self.backend.asking():
            return list(super()._do_search())  # type: ignore[misc]

    def _do_count(self) -> int:
        with self.backend.asking():
            return int(super()._do_count())  # type: ignore[misc]


class ServerBackend(ServerInspection):
    """Mixed into a backend of the framework. Options: ``URLS``, ``INDEX_PREFIX``, ``LATIN_PREFIX``, ``TIMEOUT`` (seconds)."""

    client_errors: ClassVar[tuple[type[Exception], ...]] = ()
    query_compiler_class: Any
    es: Any

    def __init__(self, params: dict[str, Any]) -> None:
        prefix = Prefix.WORDS if params.pop("LATIN_PREFIX", False) else Prefix.NUMBERS
        # The framework makes compilers without telling them of their backend.
        self.query_compiler_class = type(
            self.query_compiler_class.__name__, (self.query_compiler_class,), {"prefix": prefix}
        )
        super().__init__({"TIMEOUT": 5, "INDEX_SETTINGS": INDEX_SETTINGS, **params})  # type: ignore[call-arg]

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Raise SearchUnavailableError where the client raises errors of its own."""
        try:
            yield
        except self.client_errors as error:
            raise SearchUnavailableError(type(error).__name__) from error

    def problem(self, model: Any) -> str:
        """Say in a sentence why objects of ``model`` cannot be searched, nothing when they can."""
        try:
            with self.asking():
                there = self.get_index_for_model(model).exists()  # type: ignore[attr-defined]
        except SearchUnavailableError as error:
            return f"The search server does not answer as it should ({error})."
        return "" if there else NO_INDEX
