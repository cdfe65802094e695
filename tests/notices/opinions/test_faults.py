"""The server is killed under load: every receipt that somebody got is there, and whoever got none sends again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.initial_rows import write_copy
from tests.load.engines import installed
from tests.load.faults import survive


@pytest.mark.takes_long
def test_no_receipt_is_lost_and_nothing_is_taken_twice_when_the_server_is_killed(
    tmp_path: Path, django_db_setup: None
) -> None:
    """Two kills here, ten in the benchmarks on each database."""
    with installed("SQLite", tmp_path, fill=write_copy) as installation:
        outcome = survive(installation, kills=2, senders=6, each=10, every=0.4)
    assert outcome.broken == {}
    assert outcome.unanswered > 0
    assert outcome.opinions == 2 * 6 * 10
