"""Reading PDF; the only importer of pypdfium2. Runs in the child process only."""

import ctypes
import re
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from PIL import Image, ImageChops

from search.extraction.limits import Failure

# A stamp or a page number on a scan is not a text layer.
_FEW_CHARACTERS = 20
_SCAN_COVERAGE = 0.5
# Sharp enough to read a table on a phone after one zoom.
_IMAGE_WIDTH = 1100
_IMAGE_HEIGHT_MAX = 2400
_JPEG_QUALITIES = (75, 60, 45, 32)
_SMALLER = 0.8
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class PdfError(Exception):
    """The file cannot be read; ``args[0]`` is the Failure."""


class Page(NamedTuple):
    """The text of one page; ``has_text`` is false for a scan and for drawings without any text."""

    text: str
    has_text: bool


class Document:
    """An opened PDF. Raises PdfError when it is damaged or asks for a password."""

    def __init__(self, source: Path | bytes) -> None:
        try:
            self._document = pdfium.PdfDocument(source)
        except pdfium.PdfiumError as error:
            locked = getattr(error, "err_code", None) == pdfium_raw.FPDF_ERR_PASSWORD
            raise PdfError(Failure.ENCRYPTED if locked else Failure.CORRUPT) from error
        self.page_count: int = len(self._document)

    @property
    def encrypted(self) -> bool:
        """Tell whether any encryption is used, such as one that only forbids printing."""
        return bool(pdfium_raw.FPDF_GetSecurityHandlerRevision(self._document.raw) != -1)

    def page(self, number: int, *, characters: int) -> Page:
        """Return page ``number``, counted from 1, with at most ``characters`` of its text."""
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError:
            return Page("", False)
        with closing(page), closing(page.get_textpage()) as text_page:
            count = text_page.count_chars()
            raw = text_page.get_text_range(0, min(count, characters)) if count > 0 else ""
            text = _clean(raw)
            visible = len("".join(text.split()))
            if visible >= _FEW_CHARACTERS:
                return Page(text, True)
            objects = list(_covered_shares(page))
            if not objects:
                return Page(text, True)
            return Page(text, visible > 0 and max(objects) < _SCAN_COVERAGE)

    def image(self, number: int, *, max_bytes: int) -> bytes:
        """Return page ``number`` as PNG in greys if that fits into ``max_bytes``, else as JPEG."""
        if not 1 <= number <= self.page_count:
            raise PdfError(Failure.NO_SUCH_PAGE)
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError as error:
            raise PdfError(Failure.CORRUPT) from error
        with closing(page):
            width, height = page.get_size()
            scale = min(_IMAGE_WIDTH / max(width, 1), _IMAGE_HEIGHT_MAX / max(height, 1))
            picture = page.render(scale=scale).to_pil().convert("RGB")
        return _encoded(picture, max_bytes)

    def strip(self, *, width: int, max_bytes: int) -> bytes:
        """Return the first page, a long strip, in the same way: ``width`` pixels wide, cut off below what stands on it."""
        with closing(self._document[0]) as page:
            picture = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
        return _encoded(_cut_off(picture), max_bytes)


def _covered_shares(page: Any) -> Iterator[float]:
    """Yield for every object of a page which share of it an image covers; other objects give 0."""
    width, height = page.get_size()
    area = max(1.0, width * height)
    for item in page.get_objects(max_depth=3):
        if item.type != pdfium_raw.FPDF_PAGEOBJ_IMAGE:
            yield 0.0
            continue
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if pdfium_raw.FPDFPageObj_GetBounds(item.raw, left, bottom, right, top):
            yield abs((right.value - left.value) * (top.value - bottom.value)) / area
        else:
            yield 0.0


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cut_off(strip: Image.Image) -> Image.Image:
    """Return a strip without the white below its last line, but for as much as stands above the first one."""
    inked = ImageChops.invert(strip.convert("L")).getbbox()
    return strip.crop((0, 0, strip.width, min(strip.height, inked[3] + inked[1]))) if inked else strip


def _encoded(picture: Image.Image, max_bytes: int) -> bytes:
    if _is_grey(picture):
        data = _saved(picture.convert("L").quantize(16), "PNG", optimize=True)
        if len(data) <= max_bytes:
            return data
    while True:
        for quality in _JPEG_QUALITIES:
            data = _saved(picture, "JPEG", quality=quality, optimize=True)
            if len(data) <= max_bytes:
                return data
        if picture.width < 200:
            return data
        picture = picture.resize((int(picture.width * _SMALLER), max(1, int(picture.height * _SMALLER))))


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.resize((110, 150)).split()
    pairs = zip(red.tobytes(), green.tobytes(), blue.tobytes(), strict=True)
    return all(max(pixel) - min(pixel) < 24 for pixel in pairs)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
