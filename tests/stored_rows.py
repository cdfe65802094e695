"""What a database holds, row by row: for looking into one that has no file, and for one under a transaction."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections


def stored_rows(alias: str) -> Iterator[tuple[str, str]]:
    """Yield each table with all its rows as text, binary values in hexadecimal.

    Rows that are deleted, and that PostgreSQL keeps until it vacuums, are not seen.
    """
    connection = connections[alias]
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f'SELECT held::text FROM "{table}" held')
            else:
                cursor.execute(f'SELECT * FROM "{table}"')
            yield table, "\n".join(_as_text(row) for row in cursor)


def _as_text(row: tuple[object, ...]) -> str:
    return " ".join(value.hex() if isinstance(value, bytes | memoryview) else str(value) for value in row)
