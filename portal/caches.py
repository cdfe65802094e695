"""The cache of an installation on one machine: files that all its processes share."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache

WRITES_BETWEEN_COUNTS = 200


class SharedFiles(FileBasedCache):
    """Django's file cache, which counts its files only now and then.

    Counting on every write, as Django does, costs a submission 10 ms once there are some thousand counters of senders.
    """

    def _cull(self) -> None:
        # Chance instead of a counter: it needs no memory that processes would have to share.
        if random.randrange(WRITES_BETWEEN_COUNTS) == 0:  # noqa: S311
            super()._cull()  # type: ignore[misc]

    def sweep(self) -> None:
        """Delete what is over: the framework does so only to an entry that somebody asks for."""
        for name in self._list_cache_files():  # type: ignore[attr-defined]
            with suppress(FileNotFoundError), Path(name).open("rb") as file:
                self._is_expired(file)  # type: ignore[attr-defined]


def sweep_caches(*, now: datetime) -> None:
    """Delete the entries of file caches that are over; a text that was erased does not outlive its page there."""
    for cache in caches.all(initialized_only=False):
        if isinstance(cache, SharedFiles):
            cache.sweep()
