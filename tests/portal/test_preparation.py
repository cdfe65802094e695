"""Preparing an installation: what is outstanding is done once, what is done is left alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, router
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from notices.sealing.key_store import KEY_STORE
from portal.preparation import (
    collect_static_files,
    create_key_store,
    databases_behind,
    note_replaced_migrations,
)


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """A folder with one static file, and settings that collect from there alone."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.css").write_text("a{}")
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STATICFILES_DIRS = [str(folder)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return folder


def test_static_files_are_collected_once_and_again_when_one_changes(source: Path, tmp_path: Path) -> None:
    assert collect_static_files()
    assert (tmp_path / "collected" / "a.css").read_text() == "a{}"
    assert not collect_static_files()
    (source / "a.css").write_text("a{color:red}")
    # collectstatic itself compares whole seconds.
    later = time.time() + 5
    os.utime(source / "a.css", (later, later))
    assert collect_static_files()
    assert (tmp_path / "collected" / "a.css").read_text() == "a{color:red}"


def test_without_a_folder_for_them_no_static_files_are_collected(source: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = None
    assert not collect_static_files()


@pytest.mark.django_db(databases=["default", "keys"])
def test_only_a_database_whose_migrations_never_ran_is_behind() -> None:
    # The test settings make the key store's one table without running migrations.
    assert databases_behind() == ["keys"]


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_key_store_that_holds_a_table_is_left_to_its_migrations() -> None:
    assert not create_key_store()


@pytest.fixture
def empty_key_store(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A key store of its own without a single table."""
    usual = connections[KEY_STORE]
    store = DatabaseWrapper(
        {**usual.settings_dict, "NAME": str(tmp_path / "keys.sqlite3"), "OPTIONS": {}}, KEY_STORE
    )
    connections[KEY_STORE] = store
    yield store
    store.close()
    connections[KEY_STORE] = usual


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_key_store_made_in_one_step_can_be_migrated_further(empty_key_store: DatabaseWrapper) -> None:
    assert create_key_store()
    keys = {model._meta.db_table for model in apps.get_models() if router.db_for_write(model) == KEY_STORE}
    assert len(keys) == 2
    assert keys <= set(empty_key_store.introspection.table_names())
    # As an earlier version left it: without the migrations that squashed ones replace.
    loader, recorder = MigrationLoader(empty_key_store), MigrationRecorder(empty_key_store)
    replaced = {pair for migration in loader.replacements.values() for pair in migration.replaces}
    for app, name in replaced:
        recorder.record_unapplied(app, name)
    assert note_replaced_migrations() == len(replaced)
    assert note_replaced_migrations() == 0
    last = loader.graph.leaf_nodes("search")[0]
    recorder.record_unapplied(*last)
    call_command("migrate", database=KEY_STORE, interactive=False, verbosity=0)
    assert last in recorder.applied_migrations()
