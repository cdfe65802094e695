"""DOCX: a cover and one table on A4 across, written as a stream: a document object of 10,000 rows takes minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from notices.exports.renderers.table import Table, legible

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FLUSH = 64 * 1024  # characters
_WIDE = 15_700  # twentieths of a point between the margins of A4 across
_SMALL, _NORMAL = 14, 21  # half points

_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_ROOT = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
_PARTS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>'
)
_STYLES = (
    f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
    '<w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>'
)
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/>'
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1000" w:right="569" w:bottom="850" w:left="569" w:header="450" w:footer="400" w:gutter="0"/>'
    "</w:sectPr>"
)
_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def write_docx(handle: IO[bytes], table: Table) -> int:
    """Write the document and return the number of rows; memory does not grow with it."""
    count = 0
    with ZipFile(handle, "w", ZIP_DEFLATED) as archive:
        for name, part in _small_parts(table):
            archive.writestr(_info(name), part)
        with archive.open(_info("word/document.xml"), "w") as document:
            waiting: list[str] = [*_beginning(table)]
            held = sum(map(len, waiting))
            for row in table.rows:
                count += 1
                waiting.append(_row([row[index] for index in table.on_paper], _widths(table), _SMALL))
                held += len(waiting[-1])
                if held > _FLUSH:
                    document.write("".join(waiting).encode())
                    waiting, held = [], 0
            waiting.append(f"</w:tbl>{_paragraph('', _SMALL)}{_SECTION}</w:body></w:document>")
            document.write("".join(waiting).encode())
    return count


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    return info


def _small_parts(table: Table) -> Iterator[tuple[str, str]]:
    note = " ".join(part for part in (table.stamp, table.mark) if part)
    at = table.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield "[Content_Types].xml", _TYPES
    yield "_rels/.rels", _ROOT
    yield "word/_rels/document.xml.rels", _PARTS
    yield "word/styles.xml", _STYLES
    yield "word/header1.xml", f"{_XML}<w:hdr {_W}>{_paragraph(note, 15)}</w:hdr>"
    yield "word/footer1.xml", f"{_XML}<w:ftr {_W}>{_page_numbers()}</w:ftr>"
    yield (
        "docProps/core.xml",
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(legible(table.title))}</dc:title><dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created></cp:coreProperties>',
    )


def _beginning(table: Table) -> Iterator[str]:
    """Yield everything before the first record."""
    yield f"{_XML}<w:document {_W} {_R}><w:body>"
    yield _paragraph(table.title, 36, bold=True)
    if table.stamp:
        yield _paragraph(table.stamp, 28, bold=True)
    widths = [3_200, _WIDE - 3_200]
    yield _table_head(widths)
    for label, value in table.cover:
        yield _row([label, value], widths, _NORMAL)
    yield f"</w:tbl>{_BREAK}"
    widths = _widths(table)
    yield _table_head(widths)
    yield _row([table.headings[index].words for index in table.on_paper], widths, _SMALL, heading=True)


def _widths(table: Table) -> list[int]:
    shares = [table.headings[index].paper for index in table.on_paper]
    return [share * _WIDE // sum(shares) for share in shares]


def _table_head(widths: Sequence[int]) -> str:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7A746A"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _row(cells: Sequence[str], widths: Sequence[int], size: int, *, heading: bool = False) -> str:
    boxes = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, size, bold=heading)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if heading else ""
    return f"<w:tr>{repeated}{boxes}</w:tr>"


def _paragraph(text: str, size: int, *, bold: bool = False) -> str:
    weight = "<w:b/>" if bold else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(legible(text)).splitlines())
    return (
        f'<w:p><w:r><w:rPr>{weight}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{lines}</w:t></w:r></w:p>'
    )


def _page_numbers() -> str:
    before, between, after = (
        _("第 %(page)s 页，共 %(pages)s 页").replace("%(pages)s", "%(page)s").split("%(page)s")
    )
    runs = [before, "PAGE", between, "NUMPAGES", after]
    style = f'<w:rPr><w:sz w:val="{_SMALL}"/></w:rPr>'
    parts = "".join(
        f'<w:fldSimple w:instr="{run}"><w:r>{style}<w:t>1</w:t></w:r></w:fldSimple>'
        if index % 2
        else f'<w:r>{style}<w:t xml:space="preserve">{escape(run)}</w:t></w:r>'
        for index, run in enumerate(runs)
    )
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{parts}</w:p>'
