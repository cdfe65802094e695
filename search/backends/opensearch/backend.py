"""The framework's backend for OpenSearch 2 and 3, given texts cut into terms."""

from typing import Any, ClassVar
from urllib.parse import ParseResult, unquote

from modelsearch.backends import opensearch3
from opensearchpy.exceptions import OpenSearchException

from search.backends.segmented import (
    SegmentedAutocompleteQueryCompiler,
    SegmentedMapping,
    SegmentedQueryCompiler,
)
from search.backends.server import ServerBackend, ServerIndex, ServerResults


class Mapping(SegmentedMapping, opensearch3.OpenSearch3Mapping):
    """Documents of terms."""


class Index(ServerIndex, opensearch3.OpenSearch3Index):
    """An index of our own making."""


class QueryCompiler(SegmentedQueryCompiler, opensearch3.OpenSearch3SearchQueryCompiler):
    """``search()``."""

    mapping_class = Mapping


class AutocompleteQueryCompiler(
    SegmentedAutocompleteQueryCompiler, opensearch3.OpenSearch3AutocompleteQueryCompiler
):
    """``autocomplete()``."""

    mapping_class = Mapping


class SearchResults(ServerResults, opensearch3.OpenSearch3SearchResults):
    """Hits, or our error."""


class SearchBackend(ServerBackend, opensearch3.OpenSearch3SearchBackend):
    """OpenSearch behind the framework's interface."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    client_errors: ClassVar[tuple[type[Exception], ...]] = (OpenSearchException,)

    def _get_host_config_from_url(self, url: ParseResult) -> dict[str, Any]:
        config: dict[str, Any] = super()._get_host_config_from_url(url)
        if url.username is not None:
            config["http_auth"] = (unquote(url.username), unquote(url.password or ""))
        return config
