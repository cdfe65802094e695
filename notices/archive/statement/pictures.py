"""Pictures for a statement: photos made small, first pages of PDFs; the same file gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from notices import photos  # noqa: F401  registers the reader of HEIC
from notices.archive.statement.blocks import Block, Missing, Picture, Pictures
from notices.local_copies import local_copy
from notices.models.attachments import content_storage
from search.extraction import RenderingError, render_page

_LONG_SIDE = 1200
_QUALITY = 78
_PAGE_BYTES = 200_000


def file_picture(file: Any, caption: str, *, page: int = 1) -> Picture | None:
    """Return the picture of a stored file, not drawn yet; None when the file is gone."""
    name = str(file.name)
    return Picture(name, page, caption) if content_storage().exists(name) else None


def page_pictures(file: Any, caption: str, *, pages: int) -> list[Picture]:
    """Return the first pages of a stored PDF."""
    name = _("%(caption)s（第%(number)s页）")
    found = (
        file_picture(file, name % {"caption": caption, "number": number}, page=number)
        for number in range(1, pages + 1)
    )
    return [picture for picture in found if picture is not None]


def evidence_pictures(files: Iterable[Any], caption: str, *, most: int) -> list[Picture]:
    """Return the pictures of the first files of a record; how many more are kept stands in the last caption."""
    every = list(files)
    shown = [
        picture for file in every[:most] if (picture := file_picture(file.file, _caption(file, caption)))
    ]
    more = len(every) - len(shown)
    if shown and more:
        note = _("（另有 %(count)s 个文件存档）") % {"count": more}
        shown[-1] = replace(shown[-1], caption=shown[-1].caption + note)
    return shown


def _caption(file: Any, caption: str) -> str:
    """Say at which stage of a posting a photo was taken, where that is known."""
    moment = file.get_moment_display() if getattr(file, "moment", "") else ""
    return f"{caption}（{moment}）" if moment else caption


def drawn(blocks: Sequence[Block]) -> Iterator[Block]:
    """Return the blocks with their pictures drawn; a file that cannot be drawn is missing evidence."""
    for block in blocks:
        if not isinstance(block, Pictures):
            yield block
            continue
        items = [replace(item, content=_draw(item)) for item in block.items]
        if whole := [item for item in items if item.content]:
            yield replace(block, items=whole)
        for item in items:
            if not item.content:
                yield Missing(_("%(caption)s的图片，文件打不开") % {"caption": item.caption})


def _draw(picture: Picture) -> bytes:
    with local_copy(picture.name) as path:
        with path.open("rb") as handle:
            is_pdf = handle.read(5) == b"%PDF-"
        return _page(path, picture.page) if is_pdf else _photo(path)


def _page(path: Path, number: int) -> bytes:
    try:
        return render_page(path, number, max_bytes=_PAGE_BYTES)
    except RenderingError:
        return b""


def _photo(path: Path) -> bytes:
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((_LONG_SIDE, _LONG_SIDE))
            buffer = BytesIO()
            # A fresh file: place and device of the shot stay behind.
            upright.save(buffer, "JPEG", quality=_QUALITY)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return b""
    return buffer.getvalue()
