"""Measured figures: what a benchmark returns, how figures are printed and kept.

A benchmark is a module of the package `tests.benchmarks` with a function `run() -> Iterable[Figure]`. It may set
`NEEDS_INSTALLATION = True` to find migrated databases and the page tree. Each runs in a process and with a data
folder of its own, so that it neither meets anybody's data nor the leftovers of another.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

PACKAGE = "tests.benchmarks"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    `value` is in `unit`; `compared_with` names what it is set against (another engine, a limit) and `ratio` is this
    value over that one, both None where nothing is compared; `size` says how much data was measured.
    """

    name: str
    value: float
    unit: str
    compared_with: str | None = None
    ratio: float | None = None
    size: str = ""


def benchmark_names() -> list[str]:
    """Return the short names of all benchmark modules, sorted; packages beside them hold what they share."""
    package = importlib.import_module(PACKAGE)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg)


def benchmark(name: str) -> ModuleType:
    """Return a benchmark module by its short name."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned plain text."""
    head = ("name", "value", "unit", "compared with", "ratio", "size")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if head[column] in ("value", "ratio") else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def write(path: Path, figures: Iterable[Figure]) -> None:
    """Write figures as a JSON list, one object a figure."""
    path.write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1) + "\n")


def read(path: Path) -> list[Figure]:
    """Return the figures of a JSON list."""
    return [Figure(**values) for values in json.loads(path.read_text())]


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}"
    return figure.name, f"{figure.value:,.4g}", figure.unit, figure.compared_with or "", ratio, figure.size
