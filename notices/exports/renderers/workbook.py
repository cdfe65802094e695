"""XLSX: cover, records, and a sheet for what does not fit into a cell."""

from __future__ import annotations

from collections.abc import Sequence
from re import compile as pattern
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from notices.exports.renderers.table import Table, legible

CELL_LIMIT = 32_767  # UTF-16 units in one cell of Excel and WPS: an emoji is two
ROW_LIMIT = 1_048_575  # records on one sheet, below its headings
_NOTE_LIMIT = (
    200  # of the 255 UTF-16 units that a header takes, codes included; XlsxWriter drops a longer one
)
_A4, _A3 = 9, 8
# Excel reads _x0041_ as a letter.
_SPELLED = pattern("(_x[0-9a-fA-F]{4}_)")


class _TextSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose records go to its file as they are: cell by cell XlsxWriter takes three times as long.

    Only where memory is constant: there a sheet writes each row to its file as soon as the next one begins.
    """

    names: Sequence[str] = ()

    def write_texts(self, line: int, cells: Sequence[str], style: int) -> None:
        """Write a row of texts; rows come in order, without gaps. Empty texts are empty cells."""
        if line == 1:
            self._write_single_row(line)  # the headings
            self.names = [xl_col_to_name(index) for index in range(len(cells))]
        self._check_dimensions(line, len(cells) - 1)
        boxes = "".join(
            [
                f'<c r="{name}{line + 1}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(cell)}</t></is></c>'
                for name, cell in zip(self.names, cells, strict=True)
                if cell
            ]
        )
        self.fh.write(f'<row r="{line + 1}">{boxes}</row>')


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _SPELLED.sub(r"_x005F\1", text)
    return text.replace("\r", "_x000D_") if "\r" in text else text


def _fits(text: str) -> bool:
    return len(text) <= CELL_LIMIT // 2 or len(text.encode("utf-16-le")) <= CELL_LIMIT * 2


def _cut(text: str, units: int) -> tuple[str, str]:
    """Return the beginning of a text in so many UTF-16 units, no character torn apart, and the rest."""
    kept = text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
    return kept, text[len(kept) :]


def _as_header(note: str) -> str:
    """Return what prints as a note, cut to its limit: "&" begins a code there and is written twice, never half."""
    kept, _rest = _cut(note.replace("&", "&&"), _NOTE_LIMIT)
    halved = (len(kept) - len(kept.rstrip("&"))) % 2
    return kept[:-1] if halved else kept


def write_xlsx(handle: IO[bytes], table: Table) -> int:
    """Write a workbook: cover, records, texts beyond a cell's limit continued on their own sheet; return the rows.

    Every cell is text. Memory does not grow with the number of rows: each sheet has a file of its own until the end.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(handle, options)
    book.set_properties({"title": table.title, "created": table.created.replace(tzinfo=None)})
    writer = _Writer(book, table)
    writer.cover()
    for row in table.rows:
        writer.record(row)
    if not writer.count:
        writer.new_sheet()
    book.close()
    return writer.count


class _Writer:
    """A workbook while it is filled."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table) -> None:
        self.count = 0
        self._book, self._table = book, table
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._style = self._plain._get_xf_index()
        self._sheet: Any = None
        self._line = 0
        self._rests: Any = None
        self._rest_line = 0

    def cover(self) -> None:
        """Write the cover."""
        sheet = self._add(_("封面"), (24, 100))
        for index, (label, value) in enumerate(self._table.cover):
            sheet.write_string(index, 0, label, self._bold)
            sheet.write_string(index, 1, legible(value), self._plain)

    def new_sheet(self) -> None:
        """Begin a sheet of records."""
        headings = self._table.headings
        name = (self._table.sheet or _("意见记录")) + (
            f" {self.count // ROW_LIMIT + 1}" if self.count else ""
        )
        self._sheet = self._add(name, [heading.width for heading in headings])
        self._sheet.freeze_panes(1, 2)
        self._sheet.repeat_rows(0)
        self._line = 0
        for index, heading in enumerate(headings):
            self._sheet.write_string(0, index, heading.words, self._bold)

    def record(self, row: Sequence[str]) -> None:
        """Write a record."""
        if self.count % ROW_LIMIT == 0:
            self.new_sheet()
        self.count += 1
        self._line += 1
        cells = [legible(cell) for cell in row]
        for index, cell in enumerate(cells):
            if not _fits(cell):
                cells[index] = self._continued(row[self._table.key], self._table.headings[index].words, cell)
        self._sheet.write_texts(self._line, cells, self._style)

    def _continued(self, number: str, heading: str, text: str) -> str:
        """Write what goes beyond a cell to the sheet of rests; return what stands in the cell."""
        if self._rests is None:
            self._rests = self._add(_("续文"), (20, 20, 100))
            for index, words in enumerate((_("回执编号"), _("栏目"), _("接上文"))):
                self._rests.write_string(0, index, words, self._bold)
        kept, rest = _cut(text, CELL_LIMIT - 20)
        while rest:
            self._rest_line += 1
            piece, rest = _cut(rest, CELL_LIMIT)
            self._rests.write_texts(self._rest_line, (number, heading, piece), self._style)
        return kept + _("（续见“续文”表）")

    def _add(self, name: str, widths: Sequence[int]) -> Any:
        """Add a sheet that prints across, records on A3, with the mark above and page numbers below."""
        sheet = self._book.add_worksheet(name, _TextSheet)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        sheet.set_landscape()
        sheet.set_paper(_A3 if len(widths) > 3 else _A4)
        sheet.fit_to_pages(1, 0)
        note = " ".join(part for part in (self._table.stamp, self._table.mark) if part)
        if note:
            sheet.set_header("&L" + _as_header(note))
        sheet.set_footer("&C" + _("第 &P 页，共 &N 页"))
        return sheet
