"""Uploaded files as pages of text and page images, read in a child process with hard limits."""

from search.extraction.limits import Limits
from search.extraction.pages import (
    Extraction,
    Inspection,
    PageText,
    RenderingError,
    extract_pages,
    image_type,
    inspect_document,
    reasons_against_pdf,
    render_document,
    render_page,
)
from search.extraction.word import reason_against_docx

__all__ = [
    "Extraction",
    "Inspection",
    "Limits",
    "PageText",
    "RenderingError",
    "extract_pages",
    "image_type",
    "inspect_document",
    "reason_against_docx",
    "reasons_against_pdf",
    "render_document",
    "render_page",
]
