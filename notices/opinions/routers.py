"""Which database holds what: data keys in the key store, everything else in the main database."""

from __future__ import annotations

from typing import Any

KEY_STORE = "keys"
_MODELS = {("opinions", "datakey"), ("subscriptions", "subscriberkey")}


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
