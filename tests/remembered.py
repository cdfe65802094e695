"""What most fixtures begin with, made once a session: its rows are written again instead of being made again.

Only what fixtures ask for is remembered, and only for a database that nobody has written to in the test before: then
everything that is made has the same keys each time. SQLite gives them out again after a rollback, PostgreSQL does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import time_machine
from django.db import connections, transaction
from django.db.models import Model
from django.utils import timezone

from notices.models.attachments import content_storage
from search.backends.inspection import Change
from search.backends.whoosh.backend import SearchBackend

T = TypeVar("T")
_STORED = re.compile(r"(?:[a-z]+/)?[0-9a-f]{2}/[0-9a-f]{64}")
_PLAIN = (str, int, float, bool, type(None), date, datetime)


@dataclass(slots=True)
class _Made:
    """What one call wrote: statements with the key that each gave, changes of the index, acts after the commit."""

    result: Any = None
    statements: list[tuple[str, str, Any, bool, Any]] = field(default_factory=list)
    indexed: list[tuple[SearchBackend, Sequence[Change]]] = field(default_factory=list)
    after: list[Callable[[], Any]] = field(default_factory=list)

    def files(self) -> Iterator[str]:
        """Yield the names of the stored files that the rows point to."""
        for _alias, _sql, values, many, _key in self.statements:
            for value in (value for row in (values if many else [values]) for value in row or ()):
                if isinstance(value, str) and _STORED.fullmatch(value):
                    yield value


@dataclass(slots=True)
class _Test:
    """The test that runs: what it was given so far, and how much had been written then; None when nothing is given."""

    given: tuple[Any, ...] = ()
    written: dict[str, int] | None = None


_made: dict[tuple[Any, ...], _Made] = {}
_test = _Test()


def begin(*, module: str, usable: bool) -> None:
    """Begin the fixtures of a test that rolls back; of any other one nothing is remembered.

    Each module has its own: fixtures that change settings or functions belong to it.
    """
    _test.given, _test.written = (module,), _written() if usable else None


def end() -> None:
    """End the fixtures: what the test itself makes is made in earnest."""
    _test.written = None


def remembered(make: Callable[[], T], *key: Any) -> T:
    """Return what ``make`` makes, by writing its rows again where it made them before under the same key.

    The key says everything that the outcome depends on besides the database and the day.
    """
    moment = _moment()
    if _test.written is None or _test.written != _written() or moment is None or not _tells(key):
        return make()
    place = (*_test.given, (*(_plain(part) for part in key), moment))
    _test.written = None  # what is made on the way belongs to it
    made = _made.get(place)
    if made is None:
        made, result = _make(make)
        _made[place] = made
    elif not _write_again(made):
        return make()
    else:
        result = deepcopy(made.result)
    _test.given, _test.written = place, _written()
    return result


def _make(make: Callable[[], T]) -> tuple[_Made, T]:
    made = _Made()
    waiting = len(connections["default"].run_on_commit)
    with _noted(made):
        result = make()
    made.after = [entry[1] for entry in connections["default"].run_on_commit[waiting:]]
    made.result = deepcopy(result)
    return made, result


@contextmanager
def _noted(made: _Made) -> Iterator[None]:
    def noting(alias: str) -> Any:
        def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
            answer = execute(sql, values, many, context)
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                made.statements.append((alias, sql, values, many, _key(sql, context["cursor"])))
            return answer

        return note

    queue = SearchBackend.queue

    def queue_noted(backend: SearchBackend, changes: Sequence[Change]) -> None:
        made.indexed.append((backend, list(changes)))
        queue(backend, changes)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(noting(alias)))
        SearchBackend.queue = queue_noted  # type: ignore[method-assign, assignment]
        stack.callback(setattr, SearchBackend, "queue", queue)
        yield


def _key(sql: str, cursor: Any) -> Any:
    # Of any other statement SQLite tells the key of some row before.
    return cursor.lastrowid if sql.startswith("INSERT INTO") else None


class _OtherKeysError(Exception):
    """The database gave other keys than the first time."""


def _write_again(made: _Made) -> bool:
    """Write the rows again; return False and leave no trace where they would not be the same."""
    if not all(content_storage().exists(name) for name in made.files()):
        return False
    try:
        with ExitStack() as stack:
            for alias in dict.fromkeys(alias for alias, *_ in made.statements):
                stack.enter_context(transaction.atomic(using=alias))
            for alias, sql, values, many, key in made.statements:
                with connections[alias].cursor() as cursor:
                    (cursor.executemany if many else cursor.execute)(sql, values)
                    if _key(sql, cursor) != key:
                        raise _OtherKeysError
    except _OtherKeysError:
        return False
    for backend, changes in made.indexed:
        backend.queue(changes)
    for act in made.after:
        transaction.on_commit(act)
    return True


def _written() -> dict[str, int] | None:
    """Return how many rows each connection has written so far, those taken back included; None where nobody counts."""
    counts = {}
    for alias in connections:
        connection: Any = connections[alias]
        if connection.vendor != "sqlite" or connection.connection is None:
            return None
        counts[alias] = connection.connection.total_changes
    return counts


def _moment() -> date | datetime | None:
    """Return the day; the moment where a test holds the clock, None where it has set it and lets it go on."""
    if not time_machine.escape_hatch.is_travelling():
        return timezone.localdate()
    now = timezone.now()
    return now if now == timezone.now() else None


def _tells(key: Any) -> bool:
    if isinstance(key, tuple | list):
        return all(_tells(part) for part in key)
    return isinstance(key, _PLAIN) or (isinstance(key, Model) and key.pk is not None)


def _plain(part: Any) -> Any:
    if isinstance(part, tuple | list):
        return tuple(_plain(inner) for inner in part)
    return (part._meta.label, part.pk) if isinstance(part, Model) else part
