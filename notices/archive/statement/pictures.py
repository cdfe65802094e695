"""Pictures for a statement: photos made small, first pages of PDFs; the same file gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from notices import photos  # noqa: F401  registers the reader of HEIC
from notices.archive.statement.blocks import Picture
from notices.models.attachments import content_storage
from search.extraction import RenderingError, render_page

_LONG_SIDE = 1200
_QUALITY = 78
_PAGE_BYTES = 200_000


def file_picture(file: Any, caption: str, *, page: int = 1) -> Picture | None:
    """Return a picture of a stored file: the photo, or a page of the PDF; None when it cannot be drawn."""
    path = Path(content_storage().path(str(file.name)))
    if not path.is_file():
        return None
    content = _page(path, page) if _is_pdf(path) else _photo(path)
    return Picture(content, caption) if content else None


def page_pictures(file: Any, caption: str, *, pages: int) -> list[Picture]:
    """Return the first pages of a stored PDF."""
    found = (file_picture(file, f"{caption}（第{number}页）", page=number) for number in range(1, pages + 1))
    return [picture for picture in found if picture is not None]


def evidence_pictures(files: Iterable[Any], caption: str, *, most: int) -> list[Picture]:
    """Return pictures of the first files of a record; how many more are kept stands in the last caption."""
    every = list(files)
    shown = [picture for file in every[:most] if (picture := file_picture(file.file, caption))]
    more = len(every) - len(shown)
    if shown and more:
        note = _("（另有 %(count)s 个文件存档）") % {"count": more}
        shown[-1] = Picture(shown[-1].content, shown[-1].caption + note)
    return shown


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(5) == b"%PDF-"


def _page(path: Path, number: int) -> bytes | None:
    try:
        return render_page(path, number, max_bytes=_PAGE_BYTES)
    except RenderingError:
        return None


def _photo(path: Path) -> bytes | None:
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((_LONG_SIDE, _LONG_SIDE))
            buffer = BytesIO()
            # A fresh file: place and device of the shot stay behind.
            upright.save(buffer, "JPEG", quality=_QUALITY)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return buffer.getvalue()
