"""A statement as PDF/A-3a, from the same blocks as the Word file; a long one in parts, so that memory does not grow with it."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from notices.archive.statement.blocks import Block, Heading, Missing, Para, Picture, Pictures, Table
from notices.archive.statement.files import cover_date, missing_words, statement_title
from notices.archive.statement.record import StatementRecord
from notices.printing import PrintedFile, PrintedPath, PrintingFaultError, PrintOrder, compose, one_child
from notices.printing import print_pdf as print_whole
from notices.printing.joining import Bookmark, join_parts, places_of
from notices.record_language import in_chinese
from search.extraction import image_type

# Of one part. What a page of a table needs in memory grows with its characters, and with its cells even where they are short.
CHARACTERS = 40_000
_CELL, _PICTURE = 20, 1_000
_TEMPLATE = "archive/statement_pdf.html"
_VARIANT = "pdf/a-3a"
_UNKNOWN = "0000"  # as wide as any number of a page will be


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of the contents and the number of its page."""

    number: str
    words: str
    level: int
    page: str = ""


@in_chinese
def print_statement(record: StatementRecord, blocks: Sequence[Block], *, created: datetime) -> PrintedFile:
    """Return the PDF/A-3a. Raises PrintingUnavailable, PrintingFaultError, UnprintableTextError.

    A statement that is one part is printed at once. A longer one is cut in its tables, each part begins on a new page.
    """
    title = statement_title(record)
    context = {
        "record": record,
        "demo": record.demo,
        "contents": [_Place(row.number, row.words, row.level) for row in _headings(blocks) if row.level < 3],
        "date": cover_date(created),
        "title": title,
    }
    parts = parts_of(blocks)
    if len(parts) > 1:
        return _print_parts(context, blocks, parts, title=title, created=created)
    context["blocks"] = [_shown(block) for block in blocks]
    return print_whole(_TEMPLATE, context, title=title, created=created, missing_glyphs="spell")


def _headings(blocks: Sequence[Block]) -> list[Heading]:
    return [block for block in blocks if isinstance(block, Heading)]


def _print_parts(
    context: dict[str, Any],
    blocks: Sequence[Block],
    parts: Sequence[Sequence[Block]],
    *,
    title: str,
    created: datetime,
) -> PrintedFile:
    """Print one part after another: each goes on with the number of pages so far, and the front needs the pages of all headings.

    The front is printed twice, the first time to learn how many pages it takes.
    """

    printed: list[PrintedPath] = []

    def order(shown: Sequence[Block], **more: Any) -> PrintOrder:
        full = {**context, "in_parts": True, "blocks": [_shown(block) for block in shown], **more}
        return PrintOrder(compose(_TEMPLATE, full, title=title), title, created, _VARIANT)

    def front(pages: dict[str, int]) -> PrintOrder:
        numbers = {row.number: str(pages.get(f"part-{row.number}", _UNKNOWN)) for row in context["contents"]}
        contents = [replace(row, page=numbers[row.number]) for row in context["contents"]]
        return order((), contents=contents, pages_in_all=sum(part.pages for part in printed))

    with tempfile.TemporaryDirectory(prefix="statement-") as folder, one_child(Path(folder)) as print_part:
        printed.append(print_part(front({})))
        places: dict[str, int] = {}
        for part in parts:
            before = sum(row.pages for row in printed)
            printed.append(print_part(order(part, first_page=before + 1)))
            places |= {name: before + page for name, page in places_of(printed[-1].path).items()}
        first = print_part(front(places))
        if first.pages != printed[0].pages:
            raise PrintingFaultError("the contents take another number of pages than before")
        whole = BytesIO()
        marks = [
            Bookmark(row.level, f"{row.number} {row.words}", f"part-{row.number}")
            for row in _headings(blocks)
        ]
        join_parts(whole, [first.path, *(row.path for row in printed[1:])], marks)
        return PrintedFile(whole.getvalue(), sum(row.pages for row in printed))


def parts_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks in parts of about ``CHARACTERS``; cut in tables only, of which a row at least stays with what is above."""
    parts: list[list[Block]] = [[]]
    room = CHARACTERS
    for block in blocks:
        if not isinstance(block, Table):
            parts[-1].append(block)
            room -= _weight(block)
            continue
        rows: list[Sequence[str]] = []
        for row in block.rows:
            if rows and room <= 0:
                parts[-1].append(replace(block, rows=rows))
                parts.append([])
                rows, room = [], CHARACTERS
            rows.append(row)
            room -= _weight_of_row(row)
        parts[-1].append(replace(block, rows=rows))
    return parts


def _weight(block: Block) -> int:
    if isinstance(block, Para):
        return len(block.words)
    return _PICTURE * len(block.items) if isinstance(block, Pictures) else 0


def _weight_of_row(row: Sequence[str]) -> int:
    return sum(len(cell) + _CELL for cell in row)


def _shown(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Missing):
        return {"kind": kind, "words": missing_words(block)}
    if isinstance(block, Pictures):
        return {"kind": kind, "columns": block.columns, "items": [_image(item) for item in block.items]}
    if isinstance(block, Table):
        widths = [f"{100 * part:.1f}" for part in block.widths]
        return {"kind": kind, "head": block.head, "rows": block.rows, "widths": widths}
    return {"kind": kind, "block": block}


def _image(picture: Picture) -> dict[str, str]:
    kind = image_type(picture.content)
    return {
        "address": f"data:{kind};base64,{b64encode(picture.content).decode()}",
        "caption": picture.caption,
    }
