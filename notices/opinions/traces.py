"""What a database keeps of a text after it was overwritten: its write-ahead log.

Freed space is overwritten by SQLite itself (``secure_delete`` in the settings). PostgreSQL recycles both by itself
(autovacuum, its log's retention).
"""

from __future__ import annotations

import logging

from django.db import DEFAULT_DB_ALIAS, connections

logger = logging.getLogger(__name__)


def empty_log(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Have SQLite write its log, which holds earlier pages, into its file and cut it; does nothing inside a transaction.

    While somebody reads from the log it stays, with a warning, and is overwritten in the course of writing.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            logger.warning("The write-ahead log of %s is being read and could not be emptied yet", alias)
