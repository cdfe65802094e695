"""What a database keeps of a text after it was overwritten: freed space in its file, and its write-ahead log.

PostgreSQL recycles both by itself (autovacuum, its log's retention); here SQLite is told to do so at once.
"""

from __future__ import annotations

import logging
import mmap
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

logger = logging.getLogger(__name__)

_SAMPLE_BYTES = 24
_SAMPLES = 20


def overwrite_freed_space(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Have SQLite overwrite with zeros what the following statements of this connection free."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def remove_traces(text: str, alias: str = DEFAULT_DB_ALIAS) -> bool:
    """Remove what SQLite still keeps of an overwritten text; return False when something was left for a later run.

    1. empty the write-ahead log, which holds earlier pages, 2. if the file still holds pieces of the text in space that
    was freed long ago, write the file anew. Called outside transactions; does nothing inside one.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return True
    done = _empty_log(alias)
    if not _holds(_file_of(alias), text):
        return done
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    except OperationalError:
        logger.warning("The database file of %s could not be written anew yet", alias)
        return False
    return _empty_log(alias)


def _empty_log(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = bool(cursor.fetchone()[0])
    if busy:
        logger.warning("The write-ahead log of %s is being read and could not be emptied yet", alias)
    return not busy


def _file_of(alias: str) -> Path:
    return Path(str(connections[alias].settings_dict["NAME"]))


def _holds(file: Path, text: str) -> bool:
    """Whether a file holds pieces of a text: pieces, because a long one lies scattered over pages."""
    if not file.is_file() or not file.stat().st_size:
        return False
    content = text.encode()
    step = max(len(content) // _SAMPLES, 1)
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as bytes_of_file:
        return any(
            bytes_of_file.find(content[start : start + _SAMPLE_BYTES]) >= 0
            for start in range(0, max(len(content) - _SAMPLE_BYTES, 0) + 1, step)
        )
