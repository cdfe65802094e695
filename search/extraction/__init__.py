"""Uploaded files as pages of text and page images, read in a child process with hard limits."""

from search.extraction.limits import Limits
from search.extraction.pages import (
    Extraction,
    PageText,
    PdfFacts,
    RenderingError,
    extract_pages,
    image_type,
    inspect_pdf,
    render_page,
)

__all__ = [
    "Extraction",
    "Limits",
    "PageText",
    "PdfFacts",
    "RenderingError",
    "extract_pages",
    "image_type",
    "inspect_pdf",
    "render_page",
]
