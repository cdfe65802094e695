"""The same table in many formats; text only, so that nothing a citizen wrote can run as a formula or as markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from notices.exports.models import ExportFormat
from notices.exports.renderers.delimited import write_csv
from notices.exports.renderers.json_lines import write_jsonl
from notices.exports.renderers.printed import write_pdf
from notices.exports.renderers.table import Heading, Table, legible
from notices.exports.renderers.word_table import write_docx
from notices.exports.renderers.workbook import write_xlsx

__all__ = ["CONTENT_TYPES", "RENDERERS", "Heading", "Table", "legible"]

# Each writes a table to a binary file and returns the number of rows; memory does not grow with it.
RENDERERS: dict[str, Callable[[IO[bytes], Table], int]] = {
    ExportFormat.CSV: write_csv,
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.DOCX: write_docx,
    ExportFormat.PDF: write_pdf,
    ExportFormat.JSONL: write_jsonl,
}
CONTENT_TYPES: dict[str, str] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.JSONL: "application/jsonl; charset=utf-8",
}
