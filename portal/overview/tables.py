"""The tables of the page; each is shown, linked to its register and exported from the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from portal.overview.choice import Scope


@dataclass(frozen=True, slots=True)
class Column:
    """A column's words; ``number`` for figures, ``width`` in characters of a spreadsheet."""

    words: str
    number: bool = False
    width: int = 16


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row; ``url`` opens exactly what the row counts or names."""

    cells: tuple[str, ...]
    url: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """Columns, rows, the sentence that stands there while there is none, and what a reader must know about the figures."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table by the name in its address; ``operators`` are alone with those about the installation."""

    name: str
    title: str | Promise
    make: Callable[[Scope], OverviewTable]
    operators: bool = False
