"""The index writer killed with -9 at 200 random points, and what a commit costs readers.

Half of the kills come at a random moment, half at a random file operation, among commits that add, replace, delete and
merge, and rebuilds that changes come into. Every broken promise ends the benchmark. ``BENCH_KILLS`` sets another number.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.figures import Figure
from search.backends.whoosh.columns import Document
from search.backends.whoosh.storage import IndexStore
from tests.search.backends.killing import survive

KILLS = int(os.environ.get("BENCH_KILLS", "200"))
DOCUMENTS = 5000
COMMITS = 60


def run() -> Iterator[Figure]:
    """Kill, count, and measure a reader's refresh."""
    outcome = survive(Path(settings.DATA_DIR) / "killed", kills=KILLS)
    assert outcome.broken == [], outcome.broken
    size = f"{outcome.kills} kills, {outcome.in_rebuilds} in rebuilds, {outcome.steps} commits"
    yield Figure("commits of the index lost", 0, "", size=size)
    yield Figure("reads that met an unreadable index", 0, "", size=f"{outcome.reads} reads")
    yield Figure(
        "next write after a kill, slowest", 1000 * max(outcome.next_writes), "ms", "limit 1000", size=size
    )
    yield Figure(
        "reader's refresh after a commit, p50", 1000 * _refresh(), "ms", size=f"{DOCUMENTS} documents"
    )


def _refresh() -> float:
    """Return the seconds of processor time in which a reader sees a commit."""
    store, seconds = IndexStore(Path(settings.DATA_DIR) / "refreshed"), []
    _put(store, range(DOCUMENTS))
    for number in range(COMMITS):
        _put(store, [number])
        began = time.process_time()
        store.searcher()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def _put(store: IndexStore, numbers: range | list[int]) -> None:
    with store.writing(timeout=5) as session:
        for number in numbers:
            session.put(Document(f"n:{number}", ("n",), {"body": f"尾矿库第{number}号渗滤液收集池"}))
