"""Bringing an installation to the state the code expects: tables, page tree and roles, static files, demo content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from notices.sealing.key_store import KEY_STORE, key_store_models
from portal.bootstrap import bootstrap


def prepare() -> None:
    """Do what is outstanding, create what is missing, change nothing that people entered."""
    bring_tables_up_to_date()
    bootstrap()
    collect_static_files()
    if settings.DEMO_ALLOWED:
        call_command("load_demo")


def bring_tables_up_to_date() -> None:
    """Run the migrations that are outstanding, in both databases."""
    for alias in databases_behind():
        if alias == KEY_STORE:
            if create_key_store():
                continue
            note_replaced_migrations()
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def databases_behind() -> list[str]:
    """Return the aliases of the databases on which migrations are outstanding."""
    behind = []
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            behind.append(alias)
    return behind


def create_key_store() -> bool:
    """Make the tables of an empty key store and note all migrations as done; return whether it was empty.

    Migrating it takes as long as migrating the portal's database, since every app's migrations are walked through.
    """
    connection = connections[KEY_STORE]
    if connection.introspection.table_names():
        return False
    # With those that a squashed one replaces: without them Django takes the squashed one for not applied.
    recorder, migrations = MigrationRecorder(connection), MigrationExecutor(connection).loader.disk_migrations
    # One transaction: what a killed start leaves is empty again.
    with connection.schema_editor() as editor:
        for model in key_store_models():
            editor.create_model(model)
        editor.create_model(recorder.Migration)
        for app, name in migrations:
            recorder.record_applied(app, name)
    return True


def note_replaced_migrations() -> int:
    """Note in a key store the migrations that squashed ones replace; return how many were lacking.

    Key stores made by earlier versions lack them, and could not be migrated any more.
    """
    connection = connections[KEY_STORE]
    recorder, loader = MigrationRecorder(connection), MigrationExecutor(connection).loader
    applied = recorder.applied_migrations()
    lacking = {
        replaced
        for key, migration in loader.replacements.items()
        if key in applied
        for replaced in migration.replaces
        if replaced not in applied
    }
    for app, name in sorted(lacking):
        recorder.record_applied(app, name)
    return len(lacking)


def collect_static_files() -> bool:
    """Collect static files if there is a folder for them and they have changed; return whether they were collected.

    Compressing them takes half a minute, so that a fingerprint of names, sizes and times decides.
    """
    if not settings.STATIC_ROOT:
        return False
    stamp = Path(settings.DATA_DIR) / "static-files.sha256"
    fingerprint = _fingerprint()
    if Path(settings.STATIC_ROOT).is_dir() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
