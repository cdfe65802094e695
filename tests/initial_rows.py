"""The databases as every test finds them: copied once, put back as a whole after a test that commits.

Django empties each table and loads the rows again one by one, which takes twenty times as long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.test import TransactionTestCase

INITIAL_DATA = "_test_serialized_contents"  # where Django keeps the rows that serialized_rollback loads

_kept: dict[str, sqlite3.Connection | str] = {}
_handed_out: list[str] = []


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
    TransactionTestCase._fixture_teardown = _put_back  # type: ignore[attr-defined]


def write_copy(path: Path, alias: str = "default") -> None:
    """Write a database to a file that is not there yet; leave it missing where it lies on a server."""
    copy = _kept[alias]
    if isinstance(copy, sqlite3.Connection):
        with closing(sqlite3.connect(path)) as file:
            copy.backup(file)


def hand_out(data: Path) -> dict[str, str]:
    """Give another process a copy of both databases, files below ``data`` or on the same server.

    Returns the variables by which a portal finds them.
    """
    variables = {}
    for alias, variable, file in (
        ("default", "DATABASE_URL", "portal.sqlite3"),
        ("keys", "KEYS_DATABASE_URL", "keys/keys.sqlite3"),
    ):
        write_copy(data / file, alias)
        kept = _kept[alias]
        if isinstance(kept, str):
            name = f"{kept}-{len(_handed_out)}"
            _on_the_server(alias, f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')
            _handed_out.append(name)
            variables[variable] = address_of(alias, name)
    return variables


def address_of(alias: str, name: str) -> str:
    """Return the address of a database on the server of the tests."""
    at = connections[alias].settings_dict
    person = ":".join(quote(at[part], safe="") for part in ("USER", "PASSWORD") if at[part])
    place = ":".join(quote(str(at[part]), safe="") for part in ("HOST", "PORT") if at[part])
    return f"postgresql://{person}@{place}/{quote(name, safe='')}"


def drop() -> None:
    """Drop the copies on a server, those in memory with them."""
    for name in _handed_out:
        _on_the_server("default", f'DROP DATABASE "{name}" WITH (FORCE)')
    _handed_out.clear()
    for alias, copy in _kept.items():
        if isinstance(copy, str):
            _on_the_server(alias, f'DROP DATABASE "{copy}"')
        else:
            copy.close()
    _kept.clear()


def _put_back(case: Any) -> None:
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
            # The copying itself would wait for ever for a thread that a test left writing; this fails and names the test.
            connection.connection.execute("BEGIN IMMEDIATE")
            connection.connection.execute("ROLLBACK")
            copy.backup(connection.connection)


def _on_the_server(alias: str, *statements: str) -> None:
    with connections[alias].creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)
