"""Small photos as a telephone makes them."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo_bytes(
    *,
    taken: str = "",
    offset: str = "",
    number: int = 0,
    size: tuple[int, int] = (64, 48),
    kind: str = "JPEG",
) -> bytes:
    """Return a picture; ``taken`` is an EXIF time such as 2026:11:20 09:30:00, and with it comes a place."""
    exif = Image.Exif()
    if taken:
        details = exif.get_ifd(0x8769)
        details[36867] = taken
        if offset:
            details[36881] = offset
        exif.get_ifd(0x8825)[1] = "N"
    buffer = BytesIO()
    # Neighbouring colours would be the same bytes after compression: another size is another picture.
    Image.new("RGB", (size[0] + number, size[1]), (90, 120, 90)).save(buffer, kind, exif=exif)
    return buffer.getvalue()


def photo(name: str = "IMG_0001.jpg", **fields: Any) -> SimpleUploadedFile:
    """Return a photo as an upload."""
    return SimpleUploadedFile(name, photo_bytes(**fields), content_type="application/octet-stream")


def large_photo(size: int, *, number: int = 0) -> bytes:
    """Return a JPEG of about ``size`` bytes, another one for each number: noise, which does not compress."""
    side = int((size / 1.08) ** 0.5)
    noise = Random(number).randbytes(side * side)
    buffer = BytesIO()
    Image.frombytes("L", (side, side), noise).save(buffer, "JPEG", quality=96)
    return buffer.getvalue()
