"""Copies of photos that show what was photographed and nothing about the telephone, its owner or the place."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

import notices.photos  # noqa: F401 - teaches Pillow to read HEIC

COPY_TYPE = "image/jpeg"
LONGEST = 4000  # pixels; a meter can be read on it


def copy_without_traces(original: bytes) -> bytes:
    """Return a photo as an upright JPEG without EXIF, comments, profiles or thumbnails of the original.

    Only pixels are carried over, into a new picture. Raises OSError for what is no picture.
    """
    with Image.open(BytesIO(original)) as image:
        image.draft("RGB", (LONGEST, LONGEST))
        image.thumbnail((LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright)
    buffer = BytesIO()
    clean.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
