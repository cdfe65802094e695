"""CSV and XLSX from the same rows; text cells only, so that nothing a citizen wrote can run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

CELL_LIMIT = 32_767  # characters in one cell of Excel and WPS
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralised(cell: str) -> str:
    """Return a CSV cell that no spreadsheet program takes for a formula: an apostrophe goes before it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def write_csv(handle: IO[bytes], headings: Sequence[str], rows: Iterable[list[str]]) -> int:
    """Write UTF-8 with BOM, which Excel and WPS need to show Chinese, and return the number of rows."""
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def write_xlsx(
    handle: IO[bytes],
    headings: Sequence[tuple[str, int]],
    rows: Iterable[list[str]],
    cover: Sequence[tuple[str, str]],
) -> int:
    """Write a workbook: records, texts beyond a cell's limit continued on their own sheet, cover; return the rows.

    ``headings`` are (heading, width in characters). Memory does not grow with the number of rows.
    """
    book = xlsxwriter.Workbook(handle, {"constant_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet(_("意见记录"))
    sheet.freeze_panes(1, 2)
    for index, (heading, width) in enumerate(headings):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, bold)
    count, overlong = 0, []
    for row in rows:
        count += 1
        for index, cell in enumerate(row):
            if len(cell) > CELL_LIMIT:
                overlong.append((row[1], headings[index][0], cell[CELL_LIMIT - 20 :]))
                cell = cell[: CELL_LIMIT - 20] + _("（续见“续文”表）")
            sheet.write_string(count, index, cell, plain)
    _write_pairs(book.add_worksheet(_("封面")), cover, bold, plain)
    if overlong:
        _write_continuation(book.add_worksheet(_("续文")), overlong, bold, plain)
    book.close()
    return count


def _write_pairs(
    sheet: xlsxwriter.worksheet.Worksheet, pairs: Sequence[tuple[str, str]], bold: object, plain: object
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for index, (label, value) in enumerate(pairs):
        sheet.write_string(index, 0, label, bold)
        sheet.write_string(index, 1, value, plain)


def _write_continuation(
    sheet: xlsxwriter.worksheet.Worksheet,
    overlong: Sequence[tuple[str, str, str]],
    bold: object,
    plain: object,
) -> None:
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 100)
    for index, heading in enumerate((_("回执编号"), _("栏目"), _("接上文"))):
        sheet.write_string(0, index, heading, bold)
    line = 0
    for number, heading, rest in overlong:
        for start in range(0, len(rest), CELL_LIMIT):
            line += 1
            for index, cell in enumerate((number, heading, rest[start : start + CELL_LIMIT])):
                sheet.write_string(line, index, cell, plain)
