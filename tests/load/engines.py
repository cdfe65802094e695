"""The two databases that every promise is held on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.installation import Installation
from tests.load.postgresql import running

ENGINES = ("SQLite", "PostgreSQL")


@contextmanager
def installed(
    engine: str, folder: Path, *, fill: Callable[[Path], None] | None = None
) -> Iterator[Installation]:
    """Run an installation on one of ENGINES, the database as durable as in earnest; nothing of it outlives the block.

    ``fill`` writes an SQLite database beforehand, which saves the migrations.
    """
    if engine == "SQLite":
        with _stopped_at_the_end(Installation(folder, fill=fill)) as installation:
            yield installation
        return
    with running(durable=True) as server:
        server.create("portal", "keys")
        with _stopped_at_the_end(Installation(folder, server.variables("portal", "keys"))) as installation:
            yield installation


@contextmanager
def _stopped_at_the_end(installation: Installation) -> Iterator[Installation]:
    try:
        yield installation
    finally:
        installation.serve.kill_all()
