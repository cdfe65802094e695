"""Long Word documents: cover, table of contents, numbered headings, tables with a repeated head, pictures, page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from notices.printing.word import HEI, SONG, Text, WordFile, _set_font, _set_widths, _write, plain

WIDTH_MM = 156.0
_HEADINGS = {1: (16, 18, 10), 2: (14, 12, 6), 3: (12, 8, 4)}  # size, space before, space after, in points
_BODY, _CELL = 12.0, 10.5


class ReportFile(WordFile):
    """An A4 report with the margins of an official paper."""

    def __init__(self, *, title: str, author: str, created: Any) -> None:
        """Begin with an empty page; the cover has no page number."""
        super().__init__(title=title, author=author, created=created, margins=(30, 26, 27, 28))
        for level, (size, before, after) in _HEADINGS.items():
            style = self._document.styles[f"Heading {level}"]
            _set_font(style.font, style.element, HEI, size)
            for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)  # a theme font would win
            style.font.color.rgb, style.font.bold = RGBColor(0, 0, 0), False
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.keep_with_next = True
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        section.header_distance, section.footer_distance = Mm(15), Mm(14)
        self._number_pages(section.footer.paragraphs[0])

    def _number_pages(self, paragraph: Any) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for words, field in (("第 ", "PAGE"), (" 页", "")):
            run = paragraph.add_run(words)
            _set_font(run.font, run._element, SONG, 9)
            if field:
                _add_field(paragraph, field, "1")

    def head(self, words: str) -> None:
        """Put a line at the head of every page but the first."""
        paragraph = self._document.sections[0].header.paragraphs[0]
        _write(paragraph, Text(words, SONG, 9, "center"))

    def cover(self, lines: Sequence[tuple[Text, float]]) -> None:
        """Write the cover; each line with the space before it in points. The next page begins behind it."""
        for text, before in lines:
            paragraph = self._document.add_paragraph()
            _write(paragraph, text)
            paragraph.paragraph_format.space_before = Pt(before)

    def contents(self, title: str, headings: Sequence[tuple[str, int]]) -> None:
        """Put a table of contents on a page of its own: headings with their levels, until Word has filled in the page numbers."""
        self.new_page()
        self.text(Text(title, HEI, 16, "center"), space_after=12)
        lines = [self._document.add_paragraph() for _heading in headings]
        _begin_field(lines[0], 'TOC \\o "1-3" \\h \\z \\u')
        for paragraph, (words, level) in zip(lines, headings, strict=True):
            _write(paragraph, Text(words, SONG, _BODY))
            paragraph.paragraph_format.left_indent = Pt(2 * _BODY * (level - 1))
            paragraph.paragraph_format.line_spacing = 1.1
        _add_mark(lines[-1], "end")
        settings = self._document.settings.element
        update = OxmlElement("w:updateFields")
        update.set(qn("w:val"), "true")
        settings.append(update)

    def heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        """Add a heading of level 1 to 3."""
        paragraph = self._document.add_heading(plain(words), level)
        paragraph.paragraph_format.page_break_before = new_page

    def paragraph(self, words: str, *, indent: bool = True, bold: bool = False) -> None:
        """Add a paragraph of running text, its first line indented by two characters."""
        paragraph = self._document.add_paragraph()
        _write(paragraph, Text(words, SONG, _BODY))
        paragraph.runs[0].bold = bold
        layout = paragraph.paragraph_format
        layout.line_spacing, layout.space_after = 1.5, Pt(4)
        if indent:
            layout.first_line_indent = Pt(2 * _BODY)

    def grid(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Add a ruled table; ``widths`` are parts of the text's width. The head is repeated on every page."""
        lines = [*([head] if head else []), *rows]
        table = self._document.add_table(rows=len(lines), cols=len(widths))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        _set_widths(table, [WIDTH_MM * part for part in widths])
        for number, (words, row) in enumerate(zip(lines, table._tbl.tr_lst, strict=True)):
            if number == 0 and head:
                row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for column, (word, cell) in enumerate(zip(words, row.tc_lst, strict=True)):
                label = (number == 0 and bool(head)) or (not head and column == 0)
                cell.width = Mm(WIDTH_MM * widths[column])
                _fill_cell(cell, word, label=label, parent=table)
        self._gap()

    def _gap(self) -> None:
        """Leave a little room behind a table, which has none of its own."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(8)

    def pictures(self, items: Sequence[tuple[bytes, str]], *, columns: int) -> None:
        """Add pictures with captions, ``columns`` side by side."""
        if not items:
            return
        width = (WIDTH_MM - 4) / columns if columns > 1 else 120.0
        rows = [items[start : start + columns] for start in range(0, len(items), columns)]
        table = self._document.add_table(rows=len(rows), cols=columns)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _set_widths(table, [width + 2] * columns)
        for row, line in zip(table.rows, rows, strict=True):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, (content, caption) in zip(row.cells, line, strict=False):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _add_picture(paragraph, content, width=width - 2, height=105.0 if columns > 1 else 160.0)
                _describe(paragraph, caption)
                _write(cell.add_paragraph(), Text(caption, SONG, 9, "center"))
        self._gap()


def _add_picture(paragraph: Any, content: bytes, *, width: float, height: float) -> None:
    picture = paragraph.add_run().add_picture(BytesIO(content))
    scale = min(Mm(width) / picture.width, Mm(height) / picture.height)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)


def _describe(paragraph: Any, words: str) -> None:
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", plain(words))


def _fill_cell(cell: Any, words: str, *, label: bool, parent: Any) -> None:
    """Write straight into the cell: python-docx looks up the whole grid for each, which is slow in long tables."""
    from_parent = Paragraph(cell.p_lst[0], parent)
    _write(from_parent, Text(words, HEI if label else SONG, _CELL, "left"))
    layout = from_parent.paragraph_format
    layout.space_before = layout.space_after = Pt(1.5)


def _add_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field that Word computes; ``shown`` stands there before."""
    _begin_field(paragraph, code)
    run = paragraph.add_run(shown)
    _set_font(run.font, run._element, SONG, 9)
    _add_mark(paragraph, "end")


def _begin_field(paragraph: Any, code: str) -> None:
    _add_mark(paragraph, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    paragraph.add_run()._element.append(instruction)
    _add_mark(paragraph, "separate")


def _add_mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run = paragraph.add_run()
    _set_font(run.font, run._element, SONG, 9)
    run._element.append(mark)
