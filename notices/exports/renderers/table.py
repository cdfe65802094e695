"""What every renderer is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

# Neither XML 1.0 nor a reader's eye has a place for these; tab and line ends stay.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's key and words; ``width`` in characters of a spreadsheet, ``paper`` in millimetres (0: not on paper)."""

    name: str
    words: str
    width: int = 14
    paper: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A title, columns, rows of as many cells, and a cover of labels and values.

    ``mark`` says on every page who took it, when and for what; ``stamp`` stands beside it, empty for a finished file.
    ``created`` (aware) is the only time in files that bear one; ``sheet`` names the sheet of a workbook, else that of records.
    """

    title: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[str]]
    cover: Sequence[tuple[str, str]]
    created: datetime
    mark: str = ""
    stamp: str = ""
    sheet: str = ""

    @property
    def key(self) -> int:
        """Return the index of the column that names a row."""
        return next((index for index, heading in enumerate(self.headings) if heading.name == "number"), 0)

    @property
    def on_paper(self) -> list[int]:
        """Return the indexes of the columns that stand on paper."""
        return [index for index, heading in enumerate(self.headings) if heading.paper]


def legible(text: str) -> str:
    """Return a text with control characters spelled as 〔U+0007〕, so that nothing is lost and every program opens it."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)
