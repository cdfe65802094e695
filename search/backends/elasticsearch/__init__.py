"""The framework's Elasticsearch backend with the project's Chinese analysis; name this module as BACKEND.

Needs the client library of the server's main version, an extra of this project. See ``search.backends.server`` for the
options.
"""

from django.core.exceptions import ImproperlyConfigured

try:
    from search.backends.elasticsearch.backend import SearchBackend
except ModuleNotFoundError as error:
    if error.name not in ("elasticsearch", "elastic_transport"):
        raise
    raise ImproperlyConfigured(
        'SEARCH_URL names Elasticsearch, whose client is not installed. Run: pip install "elasticsearch>=9,<10" '
        "(8 for a server of version 8)."
    ) from error

__all__ = ["SearchBackend"]
