"""Backing a portal of 100,000 rows up and moving it to PostgreSQL: how long, and in how much memory."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.backups.moving import move_database
from portal.backups.writing import take_backup
from portal.figures import Figure
from tests.factories import make_notice
from tests.load.postgresql import running
from tests.many_opinions import fill

NEEDS_INSTALLATION = True
# Two rows each: the opinion and its entry in the ledger.
OPINIONS = int(os.environ.get("BENCH_OPINIONS", "50000"))
CHARACTERS = 200
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run() -> Iterator[Figure]:
    """Yield time, rows a second and growth of memory of a backup and of a move with equal heads."""
    fill(make_notice(now=AT), OPINIONS, characters=CHARACTERS, now=AT)
    with tempfile.TemporaryDirectory() as folder, running(durable=True) as server:
        size = f"{OPINIONS * 2} rows"
        target, keys = Path(folder) / "portal.backup", Path(folder) / "keys.backup"
        taken, seconds, grown = _measured(lambda: take_backup(target=target, keys=keys, now=timezone.now()))
        yield Figure("backup", seconds, "s", size=f"{size}, {taken.size / 1024**2:.0f} MB")
        yield Figure("backup, memory", grown, "MB", size=size)
        server.create("moved", "moved_keys")
        to, keys_to = server.url("moved"), server.url("moved_keys")
        moved, seconds, grown = _measured(
            lambda: move_database(to=to, keys_to=keys_to, say=lambda _line: None)
        )
        size = f"{moved.rows} rows"
        yield Figure("move to PostgreSQL, tables made", seconds, "s", size=size)
        yield Figure("move, memory", grown, "MB", size=size)


def _measured(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what an act returned, its seconds and by how many megabytes the process grew at its peak."""
    before, began = _peak(), time.perf_counter()
    result = act()
    return result, time.perf_counter() - began, _peak() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
