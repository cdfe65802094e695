"""Word files: paragraphs, ruled tables and pictures in the fonts of Chinese offices; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from notices.printing.rendering import CONTROL

SONG = "宋体"
HEI = "黑体"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_VERTICAL = {
    "top": WD_CELL_VERTICAL_ALIGNMENT.TOP,
    "center": WD_CELL_VERTICAL_ALIGNMENT.CENTER,
    "bottom": WD_CELL_VERTICAL_ALIGNMENT.BOTTOM,
}
_LINK_COLOUR = RGBColor(0x1F, 0x4E, 0x79)
_PROPERTY_LIMIT = 255
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: its words, font, size in points, alignment (left, center, right), and where a click on it leads."""

    words: str
    font: str = SONG
    size: float = 12
    align: str = "left"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; ``span`` columns wide, its text at the top, center or bottom."""

    texts: Sequence[Text]
    span: int = 1
    at: str = "center"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, at least ``height`` millimetres high.

    ``head`` is repeated on every page, ``whole`` is not broken between pages, ``joined`` stays with the row below.
    """

    cells: Sequence[Cell]
    height: float
    head: bool = False
    whole: bool = False
    joined: bool = False


class WordFile:
    """An A4 document that is filled from top to bottom."""

    def __init__(
        self, *, title: str, author: str, created: datetime, margins: tuple[float, float, float, float]
    ) -> None:
        """Begin a document; ``margins`` are top, right, bottom, left in millimetres, ``created`` is aware."""
        self._document: Any = Document()
        self._set_properties(title, author, created.astimezone(UTC).replace(tzinfo=None))
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (
            Mm(margin) for margin in margins
        )
        section.header_distance = section.footer_distance = Mm(8)
        style = self._document.styles["Normal"]
        _set_font(style.font, style.element, SONG, 12)
        style.paragraph_format.space_after = Pt(0)
        for language in self._document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")  # else the punctuation is set as in Japan

    def _set_properties(self, title: str, author: str, at: datetime) -> None:
        properties = self._document.core_properties
        # The format allows them 255 characters.
        title, author = plain(title)[:_PROPERTY_LIMIT], plain(author)[:_PROPERTY_LIMIT]
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.created = properties.modified = at
        properties.comments, properties.language, properties.revision = "", "zh-CN", 1

    def text(self, text: Text, *, space_after: float = 0) -> None:
        """Add a paragraph; ``space_after`` is in points."""
        paragraph = self._document.add_paragraph()
        _write(paragraph, text)
        paragraph.paragraph_format.space_after = Pt(space_after)

    def table(self, widths: Sequence[float], rows: Sequence[Row]) -> None:
        """Add a ruled table; ``widths`` of the columns in millimetres."""
        table = self._document.add_table(rows=len(rows), cols=len(widths))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        _set_widths(table, widths)
        for row, target in zip(rows, table.rows, strict=True):
            target.height, target.height_rule = Mm(row.height), WD_ROW_HEIGHT_RULE.AT_LEAST
            _set_breaks(row, target)
            column = 0
            for cell in row.cells:
                last = column + cell.span - 1
                box = target.cells[column]
                if cell.span > 1:
                    box = box.merge(target.cells[last])
                box.width = Mm(sum(widths[column : last + 1]))
                _fill(box, cell)
                column = last + 1
            for paragraph in target._tr.iter(qn("w:pPr")) if row.joined else ():
                paragraph.insert(0, OxmlElement("w:keepNext"))

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.page_break_before = True
        _flatten(paragraph)

    def foot(self, picture: bytes, picture_width: float, texts: Sequence[Text], width: float) -> None:
        """Put a picture and lines beside it at the foot of every page; widths in millimetres."""
        footer = self._document.sections[0].footer
        table = footer.add_table(rows=1, cols=2, width=Mm(width))
        _set_widths(table, (picture_width + 4, width - picture_width - 4))
        left, right = table.rows[0].cells
        left.paragraphs[0].add_run().add_picture(BytesIO(picture), width=Mm(picture_width))
        _fill(right, Cell(texts))
        # Word wants a paragraph after a table, and gives the footer one before it; neither may take room.
        _flatten(footer.paragraphs[0])
        footer._element.append(footer.paragraphs[0]._element)

    def content(self) -> bytes:
        """Return the file; the times inside its archive are fixed."""
        buffer, fixed = BytesIO(), BytesIO()
        self._document.save(buffer)
        with ZipFile(buffer) as source, ZipFile(fixed, "w") as target:
            for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                entry = ZipInfo(name, _ZIP_EPOCH)
                entry.compress_type = ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return fixed.getvalue()


def _set_breaks(row: Row, target: Any) -> None:
    """Say how a row is broken between pages."""
    properties = target._tr.get_or_add_trPr()
    for name, wanted in (("w:tblHeader", row.head), ("w:cantSplit", row.whole)):
        if wanted:
            properties.insert(0, OxmlElement(name))


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def _flatten(paragraph: Any) -> None:
    """Take the height of an empty paragraph away."""
    paragraph.paragraph_format.line_spacing = Pt(1)


def _fill(box: Any, cell: Cell) -> None:
    box.vertical_alignment = _VERTICAL[cell.at]
    for number, text in enumerate(cell.texts):
        paragraph = box.paragraphs[0] if number == 0 else box.add_paragraph()
        _write(paragraph, text)
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)


def plain(words: str) -> str:
    """Return words that XML can hold; a PDF of the same text leaves out the same characters."""
    return CONTROL.sub("", words)


def _write(paragraph: Any, text: Text) -> None:
    run = paragraph.add_run(plain(text.words))
    _set_font(run.font, run._element, text.font, text.size)
    if text.url:
        _link(paragraph, run, text.url)
    paragraph.alignment = _ALIGNMENTS[text.align]


def _link(paragraph: Any, run: Any, url: str) -> None:
    """Wrap a run in a hyperlink, which python-docx reads but does not write."""
    run.font.underline, run.font.color.rgb = True, _LINK_COLOUR
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._element.append(link)
    link.append(run._element)


def _set_font(font: Any, element: Any, name: str, size: float) -> None:
    """Set a font for Latin and Han characters alike; without the second attribute Word falls back on its own."""
    font.name, font.size = name, Pt(size)
    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
