"""WeasyPrint with one font configuration and no way to the network. Importing this module needs the system's libraries."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

STATIC_SCHEME = "static:"
_STYLESHEET = Path(__file__).with_name("print.css")
_GLYPH_WARNING = ".notdef glyph rendered"
_COLLECT_EVERY = 20


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Gives what is written in the document itself (data:) and packaged static files (static:…), nothing else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the resource; raise ValueError for any other address."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url.startswith(STATIC_SCHEME):
            path = finders.find(url.removeprefix(STATIC_SCHEME).lstrip("/"))
            if path:
                return URLFetcherResponse(url, Path(path).read_bytes())
        raise ValueError(f"not part of the document: {url}")


class Listener(logging.Handler):
    """Collects what WeasyPrint complains of while one document is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.unprintable: list[str] = []
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Sort a complaint: a character without a glyph, or anything else."""
        if str(record.msg).startswith(_GLYPH_WARNING) and record.args:
            char = str(record.args[0]) if isinstance(record.args, tuple) else ""
            if char not in self.unprintable:
                self.unprintable.append(char)
        else:
            self.faults.append(record.getMessage())


@cache
def _fonts() -> FontConfiguration:
    # A fresh configuration for each document costs ten megabytes each time until the collector runs.
    return FontConfiguration()


@cache
def _stylesheet() -> CSS:
    return CSS(string=_STYLESHEET.read_text(encoding="utf-8"), font_config=_fonts())


_made = 0


def make(
    html: str,
    *,
    variant: str,
    title: str,
    lang: str,
    created: datetime,
    attachments: Sequence[tuple[str, bytes, str, str, datetime]],
    listener: Listener,
) -> tuple[bytes, int]:
    """Return the bytes and the number of pages; complaints go to the listener. Not safe for several threads at once."""
    global _made
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    propagates, logger.propagate = logger.propagate, False
    try:
        document = HTML(string=html, url_fetcher=Fetcher()).render(
            font_config=_fonts(), stylesheets=[_stylesheet()], pdf_variant=variant
        )
        metadata = document.metadata
        metadata.title, metadata.lang, metadata.generator = title, lang, None
        metadata.created = metadata.modified = created.isoformat(timespec="seconds")
        metadata.attachments = [
            Attachment(
                file_obj=BytesIO(content),
                name=name,
                description=description,
                relationship=relationship,
                created=at.astimezone(UTC),
                modified=at.astimezone(UTC),
            )
            for name, content, description, relationship, at in attachments
        ]
        content = document.write_pdf(pdf_variant=variant)
        pages = len(document.pages)
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
    _made += 1
    if _made % _COLLECT_EVERY == 0:
        # Boxes refer to each other in circles; left alone they hold some hundred megabytes in a worker.
        del document
        gc.collect()
    return content, pages
