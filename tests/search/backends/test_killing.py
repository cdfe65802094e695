"""Killing the writer costs nothing that was committed; all 200 kills are in the benchmark index_faults."""

from pathlib import Path

from tests.search.backends.killing import IN_REBUILD_EVERY, survive


def test_a_writer_killed_at_any_moment_loses_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    outcome = survive(tmp_path / "index", kills=12)
    assert outcome.broken == []
    assert outcome.kills == 12
    assert outcome.in_rebuilds >= 12 // IN_REBUILD_EVERY
    assert outcome.reads
