"""`manage.py bench`: runs a benchmark apart, prints its figures and keeps them under the data folder."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from portal.figures import benchmark, benchmark_names


def test_a_benchmark_is_printed_and_written_to_the_data_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    printed = StringIO()
    call_command("bench", "window", stdout=printed, stderr=StringIO())
    (figure,) = json.loads((tmp_path / "bench.json").read_text())
    assert figure["name"] == "comment window"
    assert figure["value"] > 0
    assert "comment window" in printed.getvalue()
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_an_unknown_benchmark_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(CommandError, match="window"):
        call_command("bench", "nosuch")


def test_every_benchmark_can_be_run() -> None:
    for name in benchmark_names():
        assert callable(benchmark(name).run)
