"""A django-modelsearch backend over Whoosh with the project's Chinese analysis; name this module as BACKEND.

Options: ``PATH`` (directory of the index, owner-only, not on a network drive, required), ``QUEUE_NAME`` (task queue of
the one writer, ``index``), ``LATIN_PREFIX`` (``search()`` finds Latin words by their beginning as well, off),
``LOCK_TIMEOUT`` (seconds a task waits for the writer's lock, 30).
"""

from search.backends.whoosh.backend import SearchBackend

__all__ = ["SearchBackend"]
