"""Pictures of report pages, drawn in a child process and kept on disk by the file's hash.

A report of 400 pages that a robot walks through must fill neither the disk nor the processors: what is kept is bounded, the
longest unused goes first, and only ``SLOTS`` pages are drawn at a time, however many processes serve. A page has its fixed
slot, so that two who ask for it at once never draw it twice. What is kept may be deleted at any time.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Final

from django.conf import settings
from django.utils.translation import gettext as _

from notices.local_copies import local_copy
from notices.models import Attachment
from search.extraction import RenderingError, render_page

MAX_BYTES: Final = 150_000
# Part of each picture's name and address: change it when pages would look different.
EDITION: Final = 1
SLOTS: Final = 2
# Requests of one process that may draw or wait for it: the other threads stay free for everybody else.
SEATS: Final = 2
LONGEST_WAIT: Final = 5.0
# Seconds after which a page that could not be drawn is tried again, and after which a picture that is looked at counts as used.
RETRY_AFTER: Final = 600
DAY: Final = 24 * 3600
_PAUSE: Final = 0.02
# After a clearing there is room for some time.
_KEPT_SHARE: Final = 0.9
_seats = BoundedSemaphore(SEATS)
logger = logging.getLogger(__name__)


class BusyError(Exception):
    """Too many pages are being drawn; ask again in some seconds."""


def picture_version(attachment: Attachment) -> str:
    """Return what an address of a picture holds so that it never shows other bytes."""
    return f"{attachment.sha256[:16]}-{EDITION}"


def page_image(attachment: Attachment, number: int) -> bytes:
    """Return the picture of a page, at most 150 kB; drawn on first use. Raises RenderingError, BusyError."""
    path = _folder() / attachment.sha256[:2] / f"{attachment.sha256}-{number}-{EDITION}"
    picture = _kept(path)
    if picture is not None:
        return picture
    with _slot(int(attachment.sha256[:8], 16) + number):
        picture = _kept(path)  # somebody may have drawn it meanwhile
        if picture is not None:
            return picture
        try:
            with local_copy(str(attachment.file.name)) as file:
                picture = render_page(file, number, max_bytes=MAX_BYTES)
        except RenderingError:
            _keep(path, b"")
            raise
        _keep(path, picture)
    return picture


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "pages"


def _kept(path: Path) -> bytes | None:
    """Return a picture that is kept; raise RenderingError where one could not be made a short while ago."""
    try:
        picture, age = path.read_bytes(), time.time() - path.stat().st_mtime
    except OSError:
        return None
    if not picture:
        if age > RETRY_AFTER:
            return None
        raise RenderingError(_("这一页的图像没有生成出来，请看下面的文字或者打开原件。"))
    if age > DAY:
        with suppress(OSError):
            os.utime(path)
    return picture


def _keep(path: Path, picture: bytes) -> None:
    """Keep a picture if the disk takes it: whoever asked for it gets it in any case."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(picture)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _clear(settings.PAGE_IMAGES_MAX_BYTES)
    except OSError as error:
        logger.warning("The picture of a page was not kept: %r", error)


def _clear(limit: int) -> None:
    """Delete the longest unused pictures once all together are larger than ``limit`` bytes."""
    found = []
    for shard in os.scandir(_folder()):
        if shard.is_dir():
            for entry in os.scandir(shard.path):
                with suppress(OSError):  # another process clears too
                    facts = entry.stat()
                    found.append((facts.st_mtime_ns, facts.st_size, entry.path))
    total = sum(size for _used, size, _path in found)
    if total <= limit:
        return
    for _used, size, path in sorted(found):
        if total <= limit * _KEPT_SHARE:
            return
        with suppress(OSError):
            Path(path).unlink()
        total -= size


@contextmanager
def _slot(number: int) -> Iterator[None]:
    """Hold one of the slots that all processes share; raise BusyError when it does not become free."""
    if not _seats.acquire(blocking=False):
        raise BusyError
    try:
        with _lock_of(number % SLOTS) as lock:
            deadline = time.monotonic() + LONGEST_WAIT
            while not _taken(lock.fileno()):
                if time.monotonic() > deadline:
                    raise BusyError
                time.sleep(_PAUSE)
            yield
    finally:
        _seats.release()


def _lock_of(slot: int) -> IO[bytes]:
    try:
        _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        return (_folder() / f"slot-{slot}.lock").open("wb")
    except OSError as error:
        logger.warning("No page can be drawn just now: %r", error)
        raise BusyError from error


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
