"""A lock between processes that dies with its holder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.backends.inspection import IndexBusyError

_PAUSE_SECONDS = 0.02


@contextmanager
def exclusive(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold the lock file at ``path``; raise IndexBusyError when it is not free within ``timeout`` seconds.

    The kernel frees the lock when its holder ends, however it ends. Threads of one process exclude each other too.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, path, time.monotonic() + timeout)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise IndexBusyError(f"{path.name} is held by another writer") from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
