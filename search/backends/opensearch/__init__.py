"""The framework's OpenSearch backend with the project's Chinese analysis; name this module as BACKEND.

Needs the client library, an extra of this project. See ``search.backends.server`` for the options.
"""

from django.core.exceptions import ImproperlyConfigured

try:
    from search.backends.opensearch.backend import SearchBackend
except ModuleNotFoundError as error:
    if error.name != "opensearchpy":
        raise
    raise ImproperlyConfigured(
        'SEARCH_URL names OpenSearch, whose client is not installed. Run: pip install "opensearch-py>=3,<4"'
    ) from error

__all__ = ["SearchBackend"]
