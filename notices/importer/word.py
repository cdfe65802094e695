"""Reading Word files: the text of a .docx in reading order, tables and addresses of links included."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from notices.importer.errors import UnreadableFileError

MAX_PARTS = 2_000
MAX_UNPACKED = 60_000_000
MAX_XML = 12_000_000  # the text of a report of several hundred pages is some 5 MB of XML
_MAX_DEPTH = 5
_ENCRYPTED = 0x1
# What the readers of packages and of XML raise for damaged or foreign ones; lxml's error is a SyntaxError.
_UNREADABLE = (
    PackageNotFoundError,
    KeyError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    NotImplementedError,
)


def read_word(data: bytes) -> str:
    """Return the text of a .docx file.

    Raises UnreadableFileError for macros, a password, a package that unpacks too large, or one that is no Word document.
    """
    _check_package(data)
    try:
        return "\n".join(_blocks(Document(io.BytesIO(data)), depth=0))
    except _UNREADABLE as error:
        raise UnreadableFileError("不是完好的 Word 文件，请重新另存为 .docx，或者复制文字粘贴。") from error


def _check_package(data: bytes) -> None:
    """Look at the table of contents only; zipfile never unpacks more than the sizes written there."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFileError("不是完好的 Word 文件，请重新另存为 .docx，或者复制文字粘贴。") from error
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableFileError("文件加了密码，请取消密码后另存为 .docx，或者复制文字粘贴。")
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise UnreadableFileError("文件带有宏，请另存为不带宏的 .docx，或者复制文字粘贴。")
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > MAX_PARTS or xml > MAX_XML or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFileError("文件展开后过大，请只留公示部分另存为 .docx，或者复制文字粘贴。")


def _blocks(container: Any, *, depth: int) -> Iterator[str]:
    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield _paragraph(block)
        elif isinstance(block, Table) and depth < _MAX_DEPTH:
            yield from _table(block, depth=depth)


def _table(table: Table, *, depth: int) -> Iterator[str]:
    """Yield the cells row by row, each on a line of its own: a label and its value are then neighbours.

    Not by ``row.cells``, which repeats a merged cell as often as the file says it is wide: a million times, if it likes.
    """
    for row in table.rows:
        for cell in row._tr.tc_lst:
            yield from _blocks(_Cell(cell, table), depth=depth + 1)


def _paragraph(paragraph: Paragraph) -> str:
    parts = []
    for item in paragraph.iter_inner_content():
        parts.append(item.text)
        if isinstance(item, Hyperlink) and item.url and item.url not in item.text:
            parts.append(f" <{item.url}> ")
    return "".join(parts)
