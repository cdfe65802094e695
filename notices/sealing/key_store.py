"""The key store: a database apart from the main one, for the keys of persons alone; and the one way in which they end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models

from notices.sealing.erasure_log import note_keys

KEY_STORE = "keys"
_MODELS = (("opinions", "datakey"), ("subscriptions", "subscriberkey"))


def key_store_models() -> list[type[models.Model]]:
    """Return every model whose table is in the key store."""
    return [apps.get_model(*names) for names in _MODELS]


def key_store_is_empty(alias: str = KEY_STORE) -> bool:
    """Whether a key store holds no key; one without tables holds none."""
    tables = connections[alias].introspection.table_names()
    return not any(
        models.QuerySet(model=model, using=alias).exists()
        for model in key_store_models()
        if model._meta.db_table in tables
    )


@contextmanager
def destroying(key_ids: Collection[UUID], *, now: datetime) -> Iterator[None]:
    """Within the block empty or delete the rows of keys; after it no file of the key store holds them any more.

    The list of erasures comes first: a backup restored later must not bring back what a crash here left half erased.
    """
    note_keys(key_ids, now=now)
    connection = connections[KEY_STORE]
    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
    yield
    if on_sqlite and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # The write-ahead log would keep the old page.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class KeyStoreRouter:
    """Sends the data keys of commenters and subscribers to the key store and keeps every other table out of it."""

    def _in_key_store(self, model: Any) -> bool:
        return (model._meta.app_label, model._meta.model_name) in _MODELS

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Return the key store for data keys, no opinion otherwise."""
        return KEY_STORE if self._in_key_store(model) else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Return the key store for data keys, no opinion otherwise."""
        return KEY_STORE if self._in_key_store(model) else None

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool | None:
        """Forbid relations into the key store: a row names its key by id only."""
        if self._in_key_store(obj1) or self._in_key_store(obj2):
            return False
        return None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """Migrate data keys in the key store only, and nothing else there."""
        if db == KEY_STORE:
            return (app_label, model_name) in _MODELS
        return False if (app_label, model_name) in _MODELS else None
