"""PDF: cover and table on A4 across, in chunks, so that memory does not grow with the number of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pikepdf

from notices.exports.renderers.table import Table, legible
from notices.printing import print_pdf

ROWS = 200  # in one chunk
_TEMPLATE = "exports/records_pdf.html"
# Tags of chunks cannot be joined; 3u keeps text that can be searched and copied.
_VARIANT = "pdf/a-3u"


def write_pdf(handle: IO[bytes], table: Table) -> int:
    """Write a PDF/A-3u and return the number of rows.

    Characters without a glyph are spelled. Raises PrintingUnavailable where the system lacks a library or font.
    """
    rows, count, pages = iter(table.rows), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        parts: list[Path] = []
        while chunk := list(islice(rows, ROWS)) or ([] if parts else [[]]):
            records = [row for row in chunk if row]
            printed = print_pdf(
                _TEMPLATE,
                _context(table, records, first=not parts, pages=pages),
                variant=_VARIANT,
                title=table.title,
                created=table.created,
                missing_glyphs="spell",
            )
            part = Path(folder) / f"{len(parts):06d}.pdf"
            part.write_bytes(printed.content)
            parts.append(part)
            count, pages = count + len(records), pages + printed.pages
        _join(handle, parts)
    return count


def _context(table: Table, rows: Sequence[Sequence[str]], *, first: bool, pages: int) -> dict[str, Any]:
    shown = table.on_paper
    total = sum(table.headings[index].paper for index in shown)
    return {
        "table": table,
        "cover": [(label, legible(value)) for label, value in table.cover] if first else (),
        "headings": [
            (table.headings[index].words, f"{table.headings[index].paper * 100 / total:.3f}")
            for index in shown
        ],
        "rows": [[legible(row[index]) for index in shown] for row in rows],
        "pages_before": pages,
        "first_page": pages + 1,
    }


def _join(handle: IO[bytes], parts: Sequence[Path]) -> None:
    """Append the pages of all parts to the first, which keeps the PDF/A data of the whole."""
    with ExitStack() as opened:
        whole = opened.enter_context(pikepdf.open(parts[0]))
        for part in parts[1:]:
            whole.pages.extend(opened.enter_context(pikepdf.open(part)).pages)
        whole.save(cast("BinaryIO", handle), deterministic_id=True)
