"""Odd requests at every address for a while: how many were asked, and how many met an error of the server (none).

``BENCH_FUZZ_SECONDS`` (600) says how long; ``BENCH_FUZZ_ONLY`` names the addresses that hold this text, such as ``opinion``.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test.utils import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from portal.figures import Figure
from tests.fuzzing import House, is_fault, knock, make_house

NEEDS_INSTALLATION = True
ROUND = settings(
    max_examples=50, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # fmt: skip


def run() -> Iterator[Figure]:
    """Ask until the time is over; what failed is written to the screen, each place once."""
    seconds, only = float(os.environ.get("BENCH_FUZZ_SECONDS", "600")), os.environ.get("BENCH_FUZZ_ONLY", "")
    faults: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as monkeypatch, override_settings(ALLOWED_HOSTS=["testserver"]):
        house = make_house(monkeypatch)
        house.doors = [door for door in house.doors if only in door.address.name]
        end, asked = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            asked += _round(house, faults)
    size = f"{len(house.doors)} doors, {seconds:.0f} s"
    yield Figure("odd requests", asked, "requests", size=size)
    yield Figure("errors of the server", faults.total(), "errors", size=size)
    yield Figure("places that failed", len(faults), "places", size=size)


def _round(house: House, faults: Counter[str]) -> int:
    asked = 0

    def one(data: st.DataObject) -> None:
        nonlocal asked
        door = data.draw(st.sampled_from(house.doors))
        asked += 1
        try:
            place = f"{door.method} {door.address.name}" if is_fault(knock(house, data, door)) else ""
        except HypothesisException:
            raise  # It is no answer of the portal.
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{door.method} {door.address.name}: {error!r:.200} at {frame.filename}:{frame.lineno}"
        if place:
            if place not in faults:
                sys.stderr.write(f"{door.role} {place}\n")
            faults[place] += 1

    ROUND(given(st.data())(one))()
    return asked
