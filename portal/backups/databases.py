"""Copies of whole databases, taken while they are in use: SQLite by its backup interface, PostgreSQL by its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.backends.postgresql.client import DatabaseClient

from portal.backups.container import BackupError

MEMBER = "database"
_HEADS = "SELECT key, head FROM ledger_chain ORDER BY key"
_HIDDEN = ("-wal", "-shm", "-journal")


def copy_into(archive: zipfile.ZipFile, alias: str, folder: Path, *, with_heads: bool) -> dict[str, str]:
    """Copy a database into the archive, as it is at one moment; return the heads of its chains at that moment.

    ``folder`` takes the draft. Nobody who writes waits for it. Raises BackupError.
    """
    draft = folder / MEMBER
    if connections[alias].vendor == "sqlite":
        heads = _copy_sqlite(alias, draft, with_heads=with_heads)
        archive.write(draft, MEMBER, zipfile.ZIP_DEFLATED, 1)
    else:
        heads = _copy_postgresql(alias, draft, with_heads=with_heads)
        archive.write(draft, MEMBER)
    draft.unlink()
    return heads


def _copy_sqlite(alias: str, draft: Path, *, with_heads: bool) -> dict[str, str]:
    with (
        closing(sqlite3.connect(_path(alias), timeout=60)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        # In one step: in several, each write of somebody else would begin the copy anew.
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return dict(copy.execute(_HEADS)) if with_heads else {}


def _copy_postgresql(alias: str, draft: Path, *, with_heads: bool) -> dict[str, str]:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run(
            alias,
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={draft}",
        )
        if not with_heads:
            return {}
        cursor.execute(_HEADS)
        return dict(cursor.fetchall())


def put_back(archive: zipfile.ZipFile, alias: str) -> None:
    """Put the database of a backup in the place of an empty one, whole or not at all. Raises BackupError."""
    connection = connections[alias]
    connection.close()
    if connection.vendor == "sqlite":
        _put_sqlite(archive, _path(alias))
        return
    with archive.open(MEMBER) as source:
        _run(
            alias,
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--clean",
            "--if-exists",
            "--exit-on-error",
            "--single-transaction",
            source=source,
        )


def _put_sqlite(archive: zipfile.ZipFile, path: Path) -> None:
    draft = path.with_name(f".{path.name}.restoring")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(MEMBER) as source, os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
    with closing(sqlite3.connect(draft)) as copy:
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        draft.unlink()
        raise BackupError("备份里的数据库已经损坏，没有恢复。")
    for suffix in _HIDDEN:
        # The log of the empty database would be read into the new one.
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    draft.replace(path)


def _path(alias: str) -> Path:
    return Path(str(connections[alias].settings_dict["NAME"]))


def _run(alias: str, program: str, *options: str, source: Any = None) -> None:
    """Run a program of PostgreSQL on a database. The password goes by the environment, where no list of processes shows it."""
    if shutil.which(program) is None:
        raise BackupError(f"缺少程序 {program}：请安装 postgresql-client，版本不低于数据库服务器的版本。")
    arguments, variables = DatabaseClient.settings_to_cmd_args_env(connections[alias].settings_dict, [])
    _psql, *where, name = arguments
    with subprocess.Popen(
        [program, "--no-password", *where, f"--dbname={name}", *options],
        stdin=subprocess.PIPE if source else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(variables or {})},
    ) as process:
        if process.stdin is not None:
            try:
                with process.stdin:
                    shutil.copyfileobj(source, process.stdin, 1024 * 1024)
            except BrokenPipeError:
                pass  # it says why below
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        # The first line names the fault; those after it may hold rows.
        raise BackupError(f"{program} 失败：{(said.strip().splitlines() or ['没有说明原因'])[0][:300]}")
