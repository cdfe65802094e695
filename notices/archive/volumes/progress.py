"""How far the making of a notice's volumes is, for the page that waits for it; kept in the shared cache for a while."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

WAITING_SECONDS = 60 * 60
SILENT_SECONDS = 15 * 60  # a worker that says nothing for so long is gone
FAILURE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Making:
    """``state`` is waiting, running or failed; ``done`` of ``total`` volumes are printed; ``message`` says what went wrong."""

    state: str
    done: int = 0
    total: int = 0
    message: str = ""

    @property
    def percent(self) -> int:
        """Return how much is done."""
        return 100 * self.done // self.total if self.total else 0


def making_of(record_id: int) -> Making | None:
    """Return how far it is, None when nothing is being made."""
    found: Making | None = cache.get(_key(record_id))
    return found


def tell_waiting(record_id: int) -> None:
    """Say that the making was asked for."""
    cache.set(_key(record_id), Making("waiting"), WAITING_SECONDS)


def tell_progress(record_id: int, done: int, total: int) -> None:
    """Say how far it is."""
    cache.set(_key(record_id), Making("running", done, total), SILENT_SECONDS)


def tell_failure(record_id: int, message: str) -> None:
    """Say that it failed, and why where that can be said."""
    cache.set(_key(record_id), Making("failed", message=message), FAILURE_SECONDS)


def tell_end(record_id: int) -> None:
    """Say that nothing is being made any more."""
    cache.delete(_key(record_id))


def _key(record_id: int) -> str:
    return f"volumes:{record_id}"
