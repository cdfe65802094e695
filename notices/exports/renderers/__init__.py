"""The same table in many formats; text only, so that nothing a citizen wrote can run as a formula or as markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, NamedTuple

from notices.exports.models import ExportFormat
from notices.exports.renderers.covered import write_csv_and_cover
from notices.exports.renderers.delimited import write_csv
from notices.exports.renderers.json_lines import write_jsonl
from notices.exports.renderers.printed import write_pdf
from notices.exports.renderers.table import Heading, Table, legible
from notices.exports.renderers.word_table import write_docx
from notices.exports.renderers.workbook import write_xlsx

__all__ = ["HANDED_OUT", "RENDERERS", "HandedOut", "Heading", "Table", "legible"]

Renderer = Callable[[IO[bytes], Table], int]
# Each writes a table to a binary file and returns the number of rows; memory does not grow with it.
RENDERERS: dict[str, Renderer] = {
    ExportFormat.CSV: write_csv,
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.DOCX: write_docx,
    ExportFormat.PDF: write_pdf,
    ExportFormat.JSONL: write_jsonl,
}


class HandedOut(NamedTuple):
    """A format as people get it, always with its cover: how it is written, the ending of its name, its MIME type."""

    write: Renderer
    suffix: str
    content_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
HANDED_OUT: dict[str, HandedOut] = {
    ExportFormat.CSV: HandedOut(write_csv_and_cover, "zip", "application/zip"),
    ExportFormat.XLSX: HandedOut(write_xlsx, "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    ExportFormat.DOCX: HandedOut(write_docx, "docx", f"{_OFFICE}.wordprocessingml.document"),
    ExportFormat.PDF: HandedOut(write_pdf, "pdf", "application/pdf"),
    ExportFormat.JSONL: HandedOut(write_jsonl, "jsonl", "application/jsonl; charset=utf-8"),
}
