"""Word files for tests, their parts written by hand so that every mark stands where the test wants it."""

from __future__ import annotations

import zipfile
from io import BytesIO

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
SECTION_END = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
WORD_BROKE_HERE = "<w:r><w:lastRenderedPageBreak/></w:r>"
PICTURE = "<w:p><w:r><w:drawing/></w:r></w:p>"


def paragraph(text: str, before: str = "", after: str = "") -> str:
    """Return a paragraph; what stands before and after its text is XML."""
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r>{after}</w:p>"


def make_docx(body: str, **others: str) -> bytes:
    """Return a Word file of a body and other parts, by their name without ``.xml``, all XML."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {_SPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
        )
        for name, content in others.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_SPACES}>{content}</w:{name}>")
    return buffer.getvalue()
