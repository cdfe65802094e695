"""Moving a filled portal to PostgreSQL: every row of both databases as it is, in one transaction each, or nothing.

Rows are read in the order of their primary keys, five hundred at a time, and never as a whole. What the search keeps of its own in
the database is left out and built anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.models.query import QuerySet

from notices.ledger.models import Chain
from notices.sealing.key_store import KEY_STORE, key_store_is_empty, key_store_models
from portal.backups.container import BackupError
from portal.settings.env import database_at

CHUNK = 500
# The search's own copy of what stands elsewhere, and people signed in: they sign in anew.
LEFT_OUT = frozenset({"wagtailsearch.IndexEntry", "wagtailsearch.SQLiteFTSIndexEntry", "sessions.Session"})
_TARGETS = {DEFAULT_DB_ALIAS: "moved", KEY_STORE: "moved_keys"}
_OPTIONS = {DEFAULT_DB_ALIAS: "--to", KEY_STORE: "--keys-to"}


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows and chains were moved; the heads of all chains are equal."""

    rows: int
    keys: int
    chains: int


def move_database(*, to: str, keys_to: str, say: Callable[[str], object]) -> Moved:
    """Move both databases to the addresses given, which must be two databases of PostgreSQL without content.

    1. tables are made there, 2. the keys are copied, 3. every other row, 4. the heads of all chains and the number of rows of
    each table are compared. The old databases stay as they are; while theirs is copied nobody writes to them.
    Raises BackupError, ImproperlyConfigured for a wrong address.
    """
    _name_target(DEFAULT_DB_ALIAS, to)
    _name_target(KEY_STORE, keys_to)
    if _same(*_TARGETS.values()):
        raise BackupError("--to 和 --keys-to 是同一个数据库：密钥必须放在另一个数据库里。")
    for alias, target in _TARGETS.items():
        if _same(alias, target):
            raise BackupError("目标就是现在使用的数据库，没有什么要搬。")
    try:
        say("正在建立目标数据库的表 …")
        _make_tables(to, keys_to)
        with transaction.atomic(using=DEFAULT_DB_ALIAS), transaction.atomic(using=KEY_STORE):
            keys = _copy(KEY_STORE, key_store_models(), say)
            rows = _copy(DEFAULT_DB_ALIAS, _models(), say)
            return Moved(rows, keys, _compare_heads())
    finally:
        for target in _TARGETS.values():
            connections[target].close()


def _name_target(alias: str, url: str) -> None:
    target = _TARGETS[alias]
    wanted = {DEFAULT_DB_ALIAS: {}, target: database_at(url, _OPTIONS[alias])}
    connections.settings[target] = connections.configure_settings(wanted)[target]


def _same(one: str, other: str) -> bool:
    first, second = connections[one].settings_dict, connections[other].settings_dict
    return all(str(first.get(part)) == str(second.get(part)) for part in ("ENGINE", "HOST", "PORT", "NAME"))


def _make_tables(to: str, keys_to: str) -> None:
    """Make the tables in a process of its own, whose databases the targets are: the router knows databases by their names."""
    try:
        for target in _TARGETS.values():
            connections[target].ensure_connection()
    except DatabaseError as error:
        raise BackupError(f"连不上目标数据库：{str(error).strip().splitlines()[0]}") from None
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from portal.preparation import bring_tables_up_to_date; bring_tables_up_to_date()",
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": to, "KEYS_DATABASE_URL": keys_to},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(
            f"目标数据库的表没有建成：{(done.stderr.strip().splitlines() or ['没有说明'])[-1][:300]}"
        )
    users, target = apps.get_model("auth.User"), _TARGETS[DEFAULT_DB_ALIAS]
    filled = any(_rows(model, target).exists() for model in (Chain, users))
    if filled or not key_store_is_empty(_TARGETS[KEY_STORE]):
        raise BackupError("目标数据库里已有内容，没有搬：请另建两个空的数据库。")


def _models() -> list[type[models.Model]]:
    keys = key_store_models()
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in LEFT_OUT
        and model not in keys
    ]


def _rows(model: type[models.Model], alias: str) -> QuerySet[Any]:
    # Not through a manager of the model: one may hide rows.
    return QuerySet(model=model, using=alias).order_by("pk")


def _copy(alias: str, wanted: list[type[models.Model]], say: Callable[[str], object]) -> int:
    """Copy all rows of the models, in one transaction of the target; return how many."""
    target, total = _TARGETS[alias], 0
    connection = connections[target]
    with transaction.atomic(using=target):
        tables = [model._meta.db_table for model in wanted]
        # What the migrations wrote there by themselves has other numbers than here.
        for statement in connection.ops.sql_flush(no_style(), tables, allow_cascade=True):
            with connection.cursor() as cursor:
                cursor.execute(statement)
        for model in wanted:
            count = sum(_insert(model, rows, target) for rows in _pieces(model, alias))
            if (there := _rows(model, target).count()) != count or count != _rows(model, alias).count():
                raise BackupError(f"{model._meta.label}：应有 {count} 行，目标有 {there} 行，没有搬。")
            if count >= CHUNK:
                say(f"  {model._meta.label}  {count:,} 行")
            total += count
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), wanted):
                cursor.execute(statement)
    return total


def _pieces(model: type[models.Model], alias: str) -> Iterator[list[Any]]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    rows, last = _rows(model, alias).values_list("pk", *names), None
    # A page at a time, each begun where the last one ended: nothing stays open, nothing is counted twice.
    while page := list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK]):
        yield [_bare(model, dict(zip(names, values, strict=True))) for _pk, *values in page]
        last = page[-1][0]


def _bare(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    """Return an object with just the columns of its own table: no defaults, no signals, no rows of its parents."""
    made = model.__new__(model)
    made._state = models.base.ModelState()
    made.__dict__.update(values)
    return made


def _insert(model: type[models.Model], rows: list[Any], alias: str) -> int:
    fields = list(model._meta.local_concrete_fields)
    try:
        # As bulk_create does it, which refuses tables that are a part of a page.
        _rows(model, alias)._insert(rows, fields=fields, using=alias, raw=True)  # type: ignore[attr-defined]
    except (DatabaseError, ValueError) as error:
        # PostgreSQL takes no NUL and no text longer than its column; the message itself may hold the row.
        first, last = rows[0].pk, rows[-1].pk
        raise BackupError(
            f"{model._meta.label} 第 {first} 到 {last} 号有目标数据库不收的内容（{type(error).__name__}），没有搬。"
        ) from None
    return len(rows)


def _compare_heads() -> int:
    here, there = (
        dict(_rows(Chain, alias).values_list("key", "head"))
        for alias in (DEFAULT_DB_ALIAS, _TARGETS[DEFAULT_DB_ALIAS])
    )
    if here != there:
        raise BackupError("搬过去的台账链头与原来的不一致：请不要使用目标数据库。")
    return len(there)
