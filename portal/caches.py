"""The cache of an installation on one machine: files that all its processes share."""

from __future__ import annotations

import random

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
