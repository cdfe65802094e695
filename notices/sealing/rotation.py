"""Bringing everything that lies under the master keys under the current one. Can be broken off and run again at any point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import connections, transaction
from django.db.models import QuerySet

from notices.sealing.key_file import read_keys

CHUNK = 200  # rows in one transaction, well under 100 ms


@dataclass(frozen=True, slots=True)
class Holder:
    """A binary column whose values are sealed under the master keys; ``rows`` leaves out those without a value."""

    label: Any
    rows: Callable[[], QuerySet[Any]]
    field: str


class Standing(StrEnum):
    """Under which key a value lies."""

    CURRENT = "current"
    OLD = "old"
    LOST = "lost"  # none of the keys opens it


@dataclass(frozen=True, slots=True)
class Count:
    """How many values of a holder lie under which key."""

    current: int
    old: int
    lost: int


def standing_of(holder: Holder) -> Count:
    """Count the values of a holder by the key that opens them."""
    keys = read_keys()
    found = [_standing(value, keys) for _pk, value in _values(holder)]
    return Count(*(found.count(standing) for standing in Standing))


def rewrap(holder: Holder) -> int:
    """Seal every value anew that lies under an old key; return how many.

    A value that somebody changed or destroyed meanwhile stays as they left it.
    """
    keys = read_keys()
    cipher, count = MultiFernet(keys), 0
    old = ((pk, value) for pk, value in _values(holder) if _standing(value, keys) is Standing.OLD)
    database = holder.rows().db
    _forget_old_pages(database, "PRAGMA secure_delete=ON")
    while chunk := list(islice(old, CHUNK)):
        with transaction.atomic(using=database):
            for pk, value in chunk:
                row = holder.rows().filter(pk=pk, **{holder.field: value})
                count += row.update(**{holder.field: cipher.rotate(value)})
    _forget_old_pages(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    return count


def _values(holder: Holder) -> Iterator[tuple[Any, bytes]]:
    # A page at a time and each page read whole: SQLite keeps no reader open beside the writes.
    rows, last = holder.rows().order_by("pk"), None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        found = list(page.values_list("pk", holder.field)[:CHUNK])
        if not found:
            return
        last = found[-1][0]
        yield from ((pk, bytes(value)) for pk, value in found)


def _standing(value: bytes, keys: list[Fernet]) -> Standing:
    for number, key in enumerate(keys):
        try:
            key.decrypt(value)
        except InvalidToken:
            continue
        return Standing.OLD if number else Standing.CURRENT
    return Standing.LOST


def _forget_old_pages(database: str, statement: str) -> None:
    """Leave no copy of a value under its old key in free pages or the write-ahead log: erasure would not reach it."""
    connection = connections[database]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(statement)
