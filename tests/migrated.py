"""A database as the migrations leave it, kept with pytest's cache: made once by whichever run or process needs it first.

Whatever a migration says is part of its name, so that another one is made where a migration has changed.
"""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
import wagtail
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader


def begin_with_migrated(folder: Path) -> None:
    """Have the test database begin as a copy of the one that is kept in a folder; on SQLite only."""
    creation: Any = connections["default"].creation
    if connections["default"].vendor != "sqlite":
        return
    make = creation.create_test_db

    def create(**options: Any) -> Any:
        kept = folder / f"{_name()}.sqlite3"
        with _alone(folder):
            if kept.exists():
                shutil.copyfile(kept, creation._get_test_db_name())
                return make(**{**options, "keepdb": True})
            made = make(**options)
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            _keep(Path(made), kept)
        return made

    creation.create_test_db = create


def _name() -> str:
    """Return a name that tells apart what migrations can make."""
    loader = MigrationLoader(None)
    said = sha256(repr((sys.version, sqlite3.sqlite_version, django.VERSION, wagtail.VERSION)).encode())
    said.update(repr((settings.INSTALLED_APPS, settings.LANGUAGE_CODE)).encode())
    for _key, migration in sorted(loader.disk_migrations.items()):
        source = sys.modules[type(migration).__module__].__file__
        assert source is not None
        said.update(f"{migration.app_label} {migration.name}".encode())
        said.update(Path(source).read_bytes())
    return said.hexdigest()


def _keep(made: Path, kept: Path) -> None:
    unfinished = kept.with_suffix(".sqlite3-unfinished")
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(kept)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder: another process that comes meanwhile waits, and finds what this one made."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
