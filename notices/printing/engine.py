"""WeasyPrint with one font configuration and no way to the network. Importing this module needs the system's libraries."""

from __future__ import annotations

import gc
import logging
from datetime import UTC
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from pydyf import PDF, Stream
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from notices.printing.job import EmbeddedFile, Job, PrintedFile
from notices.printing.print_fonts import FONTS, font_path, fonts_folder

STATIC_SCHEME = "static:"
FONT_SCHEME = "print-font:"
_STYLESHEET = Path(__file__).with_name("print.css")
_GLYPH_WARNING = ".notdef glyph rendered"
_COLLECT_EVERY = 20


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Gives what is written in the document itself (data:), packaged static files (static:…) and our fonts."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the resource; raise ValueError for any other address."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url.startswith(FONT_SCHEME):
            font = FONTS[int(url.removeprefix(FONT_SCHEME))]
            return URLFetcherResponse(url, font_path(font, fonts_folder()).read_bytes())
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


class _Packed(Stream):  # type: ignore[misc]
    """A stream whose bytes are made once."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self.number, self.generation, self.free = stream.number, stream.generation, stream.free
        self._data = stream.data

    @property
    def data(self) -> bytes:
        """Return the bytes."""
        return self._data


@cache
def _fonts(*, own: bool) -> FontConfiguration:
    # A fresh configuration for each document costs ten megabytes each time until the collector runs.
    return FontConfiguration()


@cache
def _stylesheet(*, own: bool) -> CSS:
    """Return the style sheet, with our own fonts before the installed ones or with those alone."""
    style = _STYLESHEET.read_text(encoding="utf-8")
    if own:
        faces = "".join(
            f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; src: url({FONT_SCHEME}{number}) }}'
            for number, font in enumerate(FONTS)
        )
        for font in FONTS:
            style = style.replace(f'"{font.source}"', f'"{font.family}", "\0{font.source}"')
        style = faces + style.replace("\0", "")
    return CSS(string=style, font_config=_fonts(own=own), url_fetcher=Fetcher())


_made = 0


def make(html: str, job: Job, listener: Listener) -> PrintedFile:
    """Print a document; complaints go to the listener. Not safe for several threads at once."""
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    propagates, logger.propagate = logger.propagate, False
    try:
        return _print(html, job)
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
        _collect()


def _print(html: str, job: Job) -> PrintedFile:
    document = HTML(string=html, url_fetcher=Fetcher()).render(
        font_config=_fonts(own=job.own_fonts),
        stylesheets=[_stylesheet(own=job.own_fonts)],
        pdf_variant=job.variant,
    )
    metadata = document.metadata
    metadata.title, metadata.lang, metadata.generator = job.title, job.lang, None
    metadata.created = metadata.modified = job.created.isoformat(timespec="seconds")
    metadata.attachments = [_attachment(file) for file in job.attachments]
    return PrintedFile(document.write_pdf(finisher=_pack, pdf_variant=job.variant), len(document.pages))


def _pack(_document: Any, pdf: PDF) -> None:
    """Pack every stream once: its bytes are asked for twice, for the identifier of the file and to be written."""
    pdf.objects[:] = [_Packed(item) if isinstance(item, Stream) else item for item in pdf.objects]


def _attachment(file: EmbeddedFile) -> Attachment:
    at = file.created.astimezone(UTC)  # WeasyPrint writes the figures as they are, with a Z behind them
    return Attachment(
        file_obj=BytesIO(file.content),
        name=file.name,
        description=file.description,
        relationship=file.relationship,
        created=at,
        modified=at,
    )


def _collect() -> None:
    """Collect now and then: boxes refer to each other in circles and would hold hundreds of megabytes in a worker."""
    global _made
    _made += 1
    if _made % _COLLECT_EVERY == 0:
        gc.collect()
