"""The whole search over HTTP: the server as `make run` starts it, a few hundred notices, their reports indexed page by page.

``BENCH_PAGES`` names the sizes, "1000,10000" unless told otherwise. The queries are those of the benchmark ``search``,
asked of the page (passages with marks, facets, counts) and of the JSON interface, one at a time and four at once, from
addresses that no limit stops. Times are of the clock; who asks sits on the same machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from portal.figures import Figure
from tests.benchmarks.corpus import queries
from tests.load.installation import LATER_START_SECONDS, SETTINGS
from tests.load.serving import ROOT, Serve, free_port

ROUNDS = 3
AT_ONCE = 4
LIMIT_MS = 80.0
LIMIT_PAGES = 100_000
SURFACES = {"page": "/search/", "JSON": "/api/search/"}
_senders = count()


def run() -> Iterator[Figure]:
    """Yield the figures of every size."""
    for size in map(int, os.environ.get("BENCH_PAGES", "1000,10000").split(",")):
        with _installed(size) as port:
            for surface, path in SURFACES.items():
                _times(port, path, 1)  # each process opens its index
                for at_once in (1, AT_ONCE):
                    yield from _figures(
                        f"search {surface} over HTTP", _times(port, path, at_once), at_once, size
                    )


@contextmanager
def _installed(size: int) -> Iterator[int]:
    """Run a portal with so many pages of reports; yield its port."""
    folder, port = Path(settings.DATA_DIR) / f"search-page-{size}", free_port()
    folder.mkdir()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PORTAL_DATA": str(folder / "portal"),
        "PORT": str(port),
        "PYTHONUTF8": "1",
    }
    fill = [sys.executable, "-m", "tests.load.fill_reports", str(size)]
    subprocess.run(fill, cwd=ROOT, env=environment, stdout=sys.stderr, check=True)
    serve = Serve(folder / "portal", port, settings=SETTINGS)
    try:
        serve.wait_until_up(LATER_START_SECONDS)
        yield port
    finally:
        serve.kill_all()


def _times(port: int, path: str, at_once: int) -> list[float]:
    """Return the milliseconds of every query in every round."""

    def ask(typed: str) -> float:
        sender = next(_senders)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}?{urlencode({'q': typed})}",
            headers={"X-Forwarded-For": f"10.2.{sender // 250 % 250}.{sender % 250 + 1}"},
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200, (typed, answer.status)
            answer.read()
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(at_once) as senders:
        return list(senders.map(ask, queries() * ROUNDS))


def _figures(name: str, times: list[float], at_once: int, size: int) -> Iterator[Figure]:
    worst, label = statistics.quantiles(times, n=20)[-1], f"{size:,} pages, {at_once} at once"
    yield Figure(f"{name}, median", statistics.median(times), "ms", size=label)
    if size == LIMIT_PAGES and at_once == 1:
        yield Figure(f"{name}, p95", worst, "ms", f"{LIMIT_MS:.0f} ms", worst / LIMIT_MS, label)
    else:
        yield Figure(f"{name}, p95", worst, "ms", size=label)
