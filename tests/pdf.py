"""A small PDF with a text layer, made by hand: no font file, no library."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

_FONT = b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
_DESCENDANT = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
    b"/Supplement 0 >> /FontDescriptor 6 0 R /DW 1000 >>"
)
_DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 "
    b"/Descent -200 /CapHeight 700 /StemV 80 >>"
)
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Same def /CMapType 2 def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
    b"endcmap end end"
)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _page_content(text: str) -> bytes:
    lines = [text[start : start + 35] for start in range(0, len(text), 35)]
    shown = b" T* ".join(b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj" for line in lines)
    return b"BT /F1 12 Tf 14 TL 60 780 Td " + shown + b" ET"


def make_pdf(pages: list[str]) -> bytes:
    """Return a PDF of one page for each text, extractable as it was given (BMP characters, one paragraph a page)."""
    objects: dict[int, bytes] = {3: _FONT, 4: _DESCENDANT, 5: _stream(_TO_UNICODE), 6: _DESCRIPTOR}
    kids = []
    for index, text in enumerate(pages):
        page, content = 7 + 2 * index, 8 + 2 * index
        kids.append(b"%d 0 R" % page)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % content
        )
        objects[content] = _stream(_page_content(text))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(kids))
    data, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number in sorted(objects):
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number in sorted(offsets):
        data += b"%010d 00000 n \n" % offsets[number]
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)


def write_large_pdf(path: Path, size: int) -> None:
    """Write a PDF of one page and exactly ``size`` bytes: a hole before its table, which reads as white space."""
    content = make_pdf(["监测数据汇编。"])
    start = content.rindex(b"xref\n0 ")
    tail = content[start:].replace(b"startxref\n%d\n" % start, b"startxref\n%012d\n" % start)
    at = size - len(tail)
    with path.open("wb") as file:
        file.write(content[:start])
        file.seek(at)
        file.write(tail.replace(b"%012d" % start, b"%012d" % at))


def text_of_pdf(content: bytes) -> str:
    """Return the text of a PDF in one line, spaces and line ends taken out."""
    with pypdfium2.PdfDocument(content) as document:
        return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
