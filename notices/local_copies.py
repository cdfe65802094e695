"""A path for programs that read by path: the stored file itself, or a copy of it where files lie in a bucket.

A report is drawn page by page, so copies stay for a while; they are named after their file, which is named by its hash, and
never go stale. What is kept is bounded and may be deleted at any time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from notices.models.attachments import content_storage

MAX_BYTES: Final = 2 * 1024**3
# Longer than any program may read, so that none loses its file under its hands.
USED_FOR: Final = timedelta(minutes=30)
_CHUNK: Final = 1024 * 1024


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Yield the path of a file of content; there is nothing at it when the file is gone. Raises FilesUnavailableError, OSError."""
    try:
        path = Path(content_storage().path(name))
    except NotImplementedError:  # a bucket
        path = _copied(name)
    yield path


def _copied(name: str) -> Path:
    path = _folder() / sha256(name.encode()).hexdigest()
    with suppress(FileNotFoundError):
        os.utime(path)
        return path
    with suppress(FileNotFoundError), content_storage().open(name) as source:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        clear_copies(room_for=source.size)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                shutil.copyfileobj(source, handle, _CHUNK)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    return path


def clear_copies(*, now: datetime | None = None, room_for: int = 0) -> int:
    """Delete copies that nobody has used for a while, and the longest unused ones beyond the bound; return how many."""
    moment = now.timestamp() if now else time.time()
    found = []
    with suppress(FileNotFoundError):
        for entry in os.scandir(_folder()):
            with suppress(FileNotFoundError):  # another process clears too
                found.append((entry.stat().st_mtime, entry.stat().st_size, Path(entry.path)))
    total, gone = sum(size for _used, size, _path in found) + room_for, 0
    for used, size, path in sorted(found):
        if moment - used < USED_FOR.total_seconds():
            break
        if now is not None or total > MAX_BYTES:
            path.unlink(missing_ok=True)
            total -= size
            gone += 1
    return gone


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "copies"
