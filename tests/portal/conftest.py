"""What tests of the installation itself share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@pytest.fixture
def key_store_as_installed() -> Iterator[None]:
    """Have the key store of the tests, made without migrations, know them as that of an installation does."""
    connection = connections["keys"]
    recorder = MigrationRecorder(connection)
    if recorder.has_table():
        yield
        return
    recorder.ensure_schema()
    known = MigrationLoader(connection).disk_migrations
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in known)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(recorder.Migration)
