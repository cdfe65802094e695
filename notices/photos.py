"""What a photo says about itself: format, size, when it was taken. Where it was taken is never read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from threading import Lock
from typing import IO
from zoneinfo import ZoneInfo

from PIL import Image, ImageFile, UnidentifiedImageError

try:
    from pillow_heif import register_heif_opener
except ImportError:  # telephones' HEIC is then refused with a sentence
    HEIC_READABLE = False
else:
    register_heif_opener()
    HEIC_READABLE = True

# MPO: a JPEG with a second picture behind the first, as many telephones write it.
TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
MAX_PIXELS = 120_000_000
_ZONE = ZoneInfo("Asia/Shanghai")
_EXIF, _DATE_TIME, _ORIGINAL, _OFFSET = 0x8769, 306, 36867, 36881
_loading = Lock()
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


class PhotoError(Exception):
    """The file is no photo that can be kept as proof; ``reason`` is damaged, huge or heic."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """MIME type told from the content, and the time of the shutter, None where the file has none."""

    content_type: str
    taken_at: datetime | None


def read_photo(handle: IO[bytes]) -> PhotoFacts | None:
    """Return the facts of a photo, None for a file that is no picture at all.

    Raises PhotoError for a picture that is damaged, has too many pixels or is HEIC on a machine that cannot read it.
    """
    handle.seek(0)
    head = handle.read(12)
    handle.seek(0)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS and not HEIC_READABLE:
        raise PhotoError("heic")
    try:
        with Image.open(handle) as image:
            kind = TYPES.get(image.format or "")
            if kind is None:
                return None
            if image.width * image.height > MAX_PIXELS:
                raise PhotoError("huge")
            taken_at = _taken_at(image)
            _check_whole(image)
    except Image.DecompressionBombError:
        raise PhotoError("huge") from None
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError):
        raise PhotoError("damaged") from None
    finally:
        handle.seek(0)
    return PhotoFacts(kind, taken_at)


def _check_whole(image: Image.Image) -> None:
    """Raise OSError or SyntaxError when the file is cut off, without holding its pixels: a JPEG is read at an eighth."""
    if TYPES[image.format or ""] == "image/jpeg":
        image.draft("RGB", (image.width // 8, image.height // 8))
        with _strict_loading():
            image.load()
    else:
        image.verify()


@contextmanager
def _strict_loading() -> Iterator[None]:
    """Have a cut-off file raise: the PDF engine, once imported, switches that off for the whole process."""
    with _loading:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _taken_at(image: Image.Image) -> datetime | None:
    if image.format == "PNG":
        return None  # reading its EXIF would hold all its pixels
    exif = image.getexif()
    details = exif.get_ifd(_EXIF)
    text = str(details.get(_ORIGINAL) or exif.get(_DATE_TIME) or "").strip("\x00 ")
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - its zone is added below
    except ValueError:
        return None
    return moment.replace(tzinfo=_offset(str(details.get(_OFFSET) or "")) or _ZONE)


def _offset(text: str) -> timezone | None:
    """Return the zone of ``+08:00``; a telephone that writes none shows the local time."""
    try:
        hours, minutes = int(text[:3]), int(text[4:6])
        return timezone(timedelta(hours=hours, minutes=-minutes if text[0] == "-" else minutes))
    except (ValueError, IndexError):
        return None
