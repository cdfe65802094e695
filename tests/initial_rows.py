"""The databases as every test finds them: copied once, put back as a whole after a test that commits.

Django empties each table and loads the rows again one by one, which takes twenty times as long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import TransactionTestCase

INITIAL_DATA = "_test_serialized_contents"  # where Django keeps the rows that serialized_rollback loads

_kept: dict[str, sqlite3.Connection | str] = {}


def keep(aliases: Iterable[str]) -> None:
    """Copy the databases as they are now; from here on, every test that commits puts them back when it ends."""
    for alias in aliases:
        connection: Any = connections[alias]
        connection.__dict__.pop(INITIAL_DATA, None)
        if connection.vendor == "sqlite":
            copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.ensure_connection()
            connection.connection.backup(copy)
            _kept[alias] = copy
        else:
            name = connection.settings_dict["NAME"]
            _kept[alias] = f"{name}-initial"
            connection.close()
            _on_the_server(alias, f'CREATE DATABASE "{name}-initial" TEMPLATE "{name}"')
    # Typed as a method of the instance; what is put back is known without it.
    TransactionTestCase._fixture_teardown = _put_back  # type: ignore[method-assign]


def write_portal(path: Path) -> None:
    """Write the portal's database to a file that is not there yet; leave it missing where that is no SQLite."""
    copy = _kept["default"]
    if isinstance(copy, sqlite3.Connection):
        with closing(sqlite3.connect(path)) as file:
            copy.backup(file)


def drop() -> None:
    """Drop the copies on a server, those in memory with them."""
    for alias, copy in _kept.items():
        if isinstance(copy, str):
            _on_the_server(alias, f'DROP DATABASE "{copy}"')
        else:
            copy.close()
    _kept.clear()


def _put_back(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):
        copy, connection = _kept[alias], connections[alias]
        if isinstance(copy, str):
            name = connection.settings_dict["NAME"]
            connection.close()
            # Threads of a live server may still hold a connection.
            _on_the_server(
                alias, f'DROP DATABASE "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{copy}"'
            )
        else:
            connection.ensure_connection()
            copy.backup(connection.connection)


def _on_the_server(alias: str, *statements: str) -> None:
    with connections[alias].creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)
