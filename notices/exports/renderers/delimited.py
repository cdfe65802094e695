"""CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import IO

from notices.exports.renderers.table import Table, legible

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralised(cell: str) -> str:
    """Return a CSV cell that no spreadsheet program takes for a formula: an apostrophe goes before it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def write_csv(handle: IO[bytes], table: Table) -> int:
    """Write UTF-8 with BOM, which Excel and WPS need to show Chinese, without the cover; return the number of rows."""
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([heading.words for heading in table.headings])
    count = 0
    for row in table.rows:
        # Most cells are neither; two calls less for each are a good part of the time.
        writer.writerow(
            [
                cell
                if cell.isprintable() and not cell.startswith(FORMULA_STARTS)
                else legible(neutralised(cell))
                for cell in row
            ]
        )
        count += 1
    text.flush()
    text.detach()
    return count
