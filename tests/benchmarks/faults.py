"""Ten kills under load on SQLite: what was lost, doubled or left over. Every broken promise ends the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.figures import Figure
from tests.load.engines import installed
from tests.load.faults import survive

KILLS = 10


def run() -> Iterator[Figure]:
    """Yield how many opinions survived and what the kills left."""
    yield from survived("SQLite")


def survived(engine: str) -> Iterator[Figure]:
    """Kill and count on one database."""
    with installed(engine, Path(settings.DATA_DIR) / engine) as installation:
        outcome = survive(installation, kills=KILLS, senders=20, each=6, every=0.5)
    assert outcome.broken == {}, outcome.broken
    size = f"{KILLS} kills, {outcome.opinions} opinions"
    yield Figure(f"receipts lost, {engine}", 0, "", size=size)
    yield Figure(f"forms sent again after a kill, {engine}", outcome.unanswered, "", size=size)
    yield Figure(f"orphan keys left, {engine}", outcome.orphan_keys, "", size=size)
