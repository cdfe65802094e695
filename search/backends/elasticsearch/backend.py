"""The framework's backend for Elasticsearch 8 and 9, given texts cut into terms."""

from typing import Any, ClassVar
from urllib.parse import ParseResult, unquote

from elastic_transport import TransportError
from elasticsearch import ApiError
from modelsearch.backends import elasticsearch9

from search.backends.segmented import (
    SegmentedAutocompleteQueryCompiler,
    SegmentedMapping,
    SegmentedQueryCompiler,
)
from search.backends.server import ServerBackend, ServerIndex, ServerResults


class Mapping(SegmentedMapping, elasticsearch9.Elasticsearch9Mapping):
    """Documents of terms."""


class Index(ServerIndex, elasticsearch9.Elasticsearch9Index):
    """An index of our own making."""


class QueryCompiler(SegmentedQueryCompiler, elasticsearch9.Elasticsearch9SearchQueryCompiler):
    """``search()``."""

    mapping_class = Mapping


class AutocompleteQueryCompiler(
    SegmentedAutocompleteQueryCompiler, elasticsearch9.Elasticsearch9AutocompleteQueryCompiler
):
    """``autocomplete()``."""

    mapping_class = Mapping


class SearchResults(ServerResults, elasticsearch9.Elasticsearch9SearchResults):
    """Hits, or our error."""


class SearchBackend(ServerBackend, elasticsearch9.Elasticsearch9SearchBackend):
    """Elasticsearch behind the framework's interface."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    client_errors: ClassVar[tuple[type[Exception], ...]] = (ApiError, TransportError)

    def _get_options_from_host_urls(self, urls: list[ParseResult]) -> dict[str, Any]:
        options: dict[str, Any] = super()._get_options_from_host_urls(urls)
        if "basic_auth" in options:
            options["basic_auth"] = tuple(unquote(part or "") for part in options["basic_auth"])
        return options
