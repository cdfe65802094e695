"""Reading what was printed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2
import pytest


@pytest.fixture
def printed_text() -> Callable[[bytes], str]:
    """Return a function that gives the text of a PDF in one line, spaces and line ends taken out."""

    def read(content: bytes) -> str:
        with pypdfium2.PdfDocument(content) as document:
            text = "".join(page.get_textpage().get_text_bounded() for page in document)
        return re.sub(r"\s+", "", text)

    return read
