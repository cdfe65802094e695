"""What a statement is made of before it is Word or PDF: headings, paragraphs, tables, pictures, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notices.statutory.statement_outline import OUTLINE


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading; ``level`` 1 to 3."""

    number: str
    words: str
    level: int


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; line ends in its words stay."""

    words: str
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Missing:
    """A part without evidence: what is missing, and the address at which it is filed, empty where waiting is all."""

    what: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; ``widths`` are parts of the width of the text. Without ``head`` the first column is the label."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored photo, or a page of a stored PDF, with what it shows; ``content`` is empty until it is drawn."""

    name: str
    page: int
    caption: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures side by side, one or two in a line."""

    items: Sequence[Picture]
    columns: int = 2


Block = Heading | Para | Missing | Table | Pictures


def heading(number: str) -> Heading:
    """Return a heading of the official outline."""
    part = OUTLINE[number]
    return Heading(number, part.heading, part.level)


def facts(*rows: tuple[str, str]) -> Table:
    """Return a table of labels and values; rows without a value are left out."""
    return Table((), [row for row in rows if row[1]], (0.22, 0.78))


def missing_of(blocks: Sequence[Block]) -> Iterator[tuple[Heading, Missing]]:
    """Return each missing part with the heading under which it stands."""
    under = Heading("", "", 1)
    for block in blocks:
        if isinstance(block, Heading):
            under = block
        elif isinstance(block, Missing):
            yield under, block
