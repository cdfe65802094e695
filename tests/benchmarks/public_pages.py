"""What a notice page costs through the real server: kept, made anew, and a static file of the same size beside it.

All in one run on the same two processes; the load generator shares the processors with them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.figures import Figure
from tests.load.installation import Installation
from tests.load.readers import fetch, rate

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
READERS = 8
ROUNDS = 3
LEAST_OVER_MADE = 20.0
LEAST_OF_STATIC = 0.5


def run() -> Iterator[Figure]:
    """Yield requests a second of the three, and the ratios that are asked for."""
    folder = Path(settings.DATA_DIR) / "pages"
    (files := folder / "files").mkdir(parents=True)
    installation = Installation(folder, {"WHITENOISE_ROOT": str(files)})
    try:
        port, notice = installation.target.port, f"/n/{installation.target.notice_code}/"
        page = asyncio.run(fetch(port, notice))
        assert page.headers.get("content-encoding") == "gzip"
        # Static files are listed at the start.
        (files / "same-size.bin").write_bytes(page.body)
        installation.serve.kill_all()
        installation.start()
        # An address with a parameter that no page reads is never kept.
        paths = {"kept": notice, "made": f"{notice}?bench=1", "static": "/same-size.bin"}
        rates = asyncio.run(_alternately(port, paths))
    finally:
        installation.serve.kill_all()
    size = f"{len(page.body) / 1024:.1f} KB on the wire, {READERS} connections"
    yield Figure("notice page, made anew", round(rates["made"]), "1/s", size=size)
    yield Figure("static file", round(rates["static"]), "1/s", size=size)
    for other, least in (("made", LEAST_OVER_MADE), ("static", LEAST_OF_STATIC)):
        ratio = rates["kept"] / rates[other]
        target = f"{least:g} x {'made anew' if other == 'made' else 'static file'}"
        yield Figure("notice page, kept", round(rates["kept"]), "1/s", target, round(ratio, 2), size)


async def _alternately(port: int, paths: dict[str, str]) -> dict[str, float]:
    """Measure each in turn, several times, and return the best of each: what else the machine does costs all the same."""
    best = dict.fromkeys(paths, 0.0)
    for path in paths.values():
        await rate(port, path, readers=READERS, seconds=0.5)
    for _round in range(ROUNDS):
        for name, path in paths.items():
            best[name] = max(best[name], await rate(port, path, readers=READERS, seconds=SECONDS / ROUNDS))
    return best
