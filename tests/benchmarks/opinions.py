"""Taking opinions: the server as `make run` starts it, 50 senders, 50 submissions a second, limits on.

Each sender fetches its forms beforehand and is timed on the last step, from the moment at which it should have gone out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from portal.figures import Figure
from tests.load.engines import ENGINES, installed
from tests.load.installation import Installation
from tests.load.senders import Filled, fill_in_all, send_at_pace

SENDERS = 50
RATE = 50
SECONDS = 30
WARM_UP_SECONDS = 3
LIMIT_MS = 300.0
LONGEST_LOCK_MS = 100.0


def run() -> Iterator[Figure]:
    """Yield latencies, achieved rate, errors and the longest lock on both databases."""
    for engine in ENGINES:
        with installed(engine, Path(settings.DATA_DIR) / engine) as installation:
            yield from measure(installation, engine, seconds=SECONDS)


def measure(installation: Installation, engine: str, *, seconds: int) -> Iterator[Figure]:
    """Send at the full rate and yield the figures of one database."""
    asyncio.run(_send(installation, "warm-up", WARM_UP_SECONDS))
    said_before = len(installation.serve.printed())
    forms, took = asyncio.run(_send(installation, "measured", seconds))
    size = f"{SENDERS} senders, {len(forms)} submissions"
    latencies = sorted(form.seconds * 1000 for form in forms)
    for share in (50, 95, 99):
        value = latencies[min(len(latencies) - 1, len(latencies) * share // 100)]
        limited = share == 95
        yield Figure(
            f"opinion p{share}, {engine}",
            round(value, 1),
            "ms",
            f"{LIMIT_MS:.0f} ms" if limited else None,
            round(value / LIMIT_MS, 2) if limited else None,
            size,
        )
    rate = len(forms) / took
    yield Figure(
        f"opinion rate, {engine}", round(rate, 1), "1/s", f"{RATE} offered", round(rate / RATE, 2), size
    )
    errors = sum(not form.got_receipt for form in forms)
    yield Figure(f"opinions without receipt, {engine}", errors, "", size=size)
    held = [
        int(ms) for ms in re.findall(r"chain held for (\d+) ms", installation.serve.printed()[said_before:])
    ]
    ratio = round(max(held) / LONGEST_LOCK_MS, 2)
    yield Figure(f"longest lock, {engine}", max(held), "ms", f"{LONGEST_LOCK_MS:.0f} ms", ratio, size)


async def _send(installation: Installation, name: str, seconds: int) -> tuple[Sequence[Filled], float]:
    each = RATE * seconds // SENDERS
    names = [
        (f"{name}：第{sender}人第{turn}份", f"10.1.0.{sender + 1}")
        for sender in range(SENDERS)
        for turn in range(each)
    ]
    forms = await fill_in_all(installation.target, names)
    batches = [forms[start : start + each] for start in range(0, len(forms), each)]
    took = await send_at_pace(installation.target, batches, every=SENDERS / RATE)
    return forms, took
