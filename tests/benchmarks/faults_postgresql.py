"""Ten kills under load on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from portal.figures import Figure
from tests.benchmarks.faults import survived


def run() -> Iterator[Figure]:
    """Yield how many opinions survived and what the kills left."""
    yield from survived("PostgreSQL")
