"""Figures of benchmarks: printed for people, kept as JSON for comparisons."""

from __future__ import annotations

import json
from pathlib import Path

from portal.figures import Figure, read, table, write

FIGURES = [
    Figure("index build", 1234.5, "pages/s", "plain Whoosh", 2.5, "10000 pages"),
    Figure("first byte", 0.012, "s"),
]


def test_each_figure_is_one_object_with_the_agreed_keys(tmp_path: Path) -> None:
    write(tmp_path / "bench.json", FIGURES)
    objects = json.loads((tmp_path / "bench.json").read_text())
    assert [set(value) for value in objects] == [
        {"name", "value", "unit", "compared_with", "ratio", "size"},
    ] * 2
    assert objects[1]["ratio"] is None


def test_written_figures_are_read_back_unchanged(tmp_path: Path) -> None:
    write(tmp_path / "bench.json", FIGURES)
    assert read(tmp_path / "bench.json") == FIGURES


def test_the_table_has_one_line_a_figure_below_its_head() -> None:
    lines = table(FIGURES).splitlines()
    assert lines[0].split("  ")[0] == "name"
    assert [line.split("  ")[0] for line in lines[1:]] == ["index build", "first byte"]
    assert "1,234" in lines[1]
    assert "2.5" in lines[1]
