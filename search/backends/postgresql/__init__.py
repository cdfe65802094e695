"""The framework's PostgreSQL backend with the project's Chinese analysis; name this module as BACKEND.

Option: ``LATIN_PREFIX`` (``search()`` finds Latin words by their beginning as well, off). Needs no extension of the
server. The index is the framework's table in the portal's own database, written in the transaction of the change.
"""

from search.backends.postgresql.backend import SearchBackend

__all__ = ["SearchBackend"]
