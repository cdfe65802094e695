"""A whole county on one evening: 200 readers and 20 senders for two minutes, a 300 MB download, an officer who exports.

On SQLite and on PostgreSQL, the server as `make run` starts it, load generator and server on the same machine, limits on. A
reader opens a page every 5 s, a sender sends an opinion every 20 s, half of them with a photo of 2 MB; the download lasts
nearly the whole time. A promise broken ends the benchmark: an opinion lost, a number missing, a fault of the ledger.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from portal.figures import Figure
from tests.load.engines import ENGINES, installed
from tests.load.evening import Content, Evening, Seen, spend
from tests.load.faults import COUNTS
from tests.load.installation import Installation

SECONDS = float(os.environ.get("BENCH_SECONDS", "120"))
READERS = 200
SENDERS = 20
LARGE_BYTES = 300_000_000
PAGES_MS = 100.0
SUBMISSIONS_MS = 500.0
SAID_AT_MOST = 5


def run() -> Iterator[Figure]:
    """Yield latencies by kind, faults, and what was kept, on both databases."""
    for engine in ENGINES:
        with installed(engine, Path(settings.DATA_DIR) / engine) as installation:
            yield from measure(
                installation,
                engine,
                seconds=SECONDS,
                readers=READERS,
                senders=SENDERS,
                large_bytes=LARGE_BYTES,
            )


def measure(
    installation: Installation, engine: str, *, seconds: float, readers: int, senders: int, large_bytes: int
) -> Iterator[Figure]:
    """Let them all come to one installation and yield its figures. Raises AssertionError for a broken promise."""
    content = Content(**json.loads(installation.run("tests.load.evening_content", str(large_bytes))))
    seen = spend(Evening(installation.target, content, seconds, readers, senders))
    found = installation.verify(seen.forms)
    broken = {name: what for name, what in found.items() if name not in COUNTS and what}
    assert broken == {}, broken
    size = f"{readers} readers, {senders} senders, {seconds:.0f} s"
    for name, latencies, limit in _kinds(seen):
        yield from _latencies(f"{name}, {engine}", latencies, limit, size)
    yield Figure(f"opinions kept, {engine}", found["opinions"], "", f"{len(seen.forms)} sent", size=size)
    faults = "; ".join(seen.faults[:SAID_AT_MOST])
    yield Figure(f"errors, {engine}", len(seen.faults), "", "0", size=f"{size}{faults and f': {faults}'}")


def _kinds(seen: Seen) -> Iterator[tuple[str, Sequence[float], float | None]]:
    """Yield what is reported: all pages together against their limit, then each kind."""
    pages = [
        taken for kind, all_taken in seen.seconds.items() if kind.startswith("page") for taken in all_taken
    ]
    yield "pages", pages, PAGES_MS
    yield "submissions", seen.seconds["opinion"], SUBMISSIONS_MS
    yield "photos of 2 MB", seen.seconds["photo"], SUBMISSIONS_MS
    for kind in sorted(set(seen.seconds) - {"opinion", "photo"}):
        yield kind, seen.seconds[kind], None


def _latencies(name: str, latencies: Sequence[float], limit: float | None, size: str) -> Iterator[Figure]:
    ordered = sorted(latencies)
    for share in (50, 95, 99) if limit else (95,):
        value = ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000
        against = limit if share == 95 else None
        yield Figure(
            f"{name}, p{share}",
            round(value, 1),
            "ms",
            f"{against:.0f} ms" if against else None,
            round(value / against, 2) if against else None,
            f"{len(ordered)} of {size}",
        )
