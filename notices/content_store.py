"""Files kept under their own SHA-256: the same bytes once, never overwritten."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from django.core.files.base import File
from PIL import Image, UnidentifiedImageError

from notices.models.attachments import DOCX_TYPE, PDF_TYPE, content_storage

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file: name in the storage, hash, size in bytes, type told from the content."""

    name: str
    sha256: str
    size: int
    content_type: str


def sniff_type(handle: IO[bytes]) -> str:
    """Return the MIME type told from the content: PDF, DOCX, JPEG, PNG, WebP, plain text, or octet-stream."""
    handle.seek(0)
    head = handle.read(2048)
    handle.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF_TYPE
    if head.startswith(b"PK\x03\x04"):
        return DOCX_TYPE if _is_docx(handle) else "application/zip"
    image = _image_type(handle)
    if image:
        return image
    try:
        head[: 2048 - 3].decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain" if head and b"\x00" not in head else "application/octet-stream"


def _is_docx(handle: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(handle) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
    finally:
        handle.seek(0)


def _image_type(handle: IO[bytes]) -> str | None:
    try:
        with Image.open(handle) as image:
            kind = image.format
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    finally:
        handle.seek(0)
    return {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}.get(kind or "")


def hash_and_size(handle: IO[bytes]) -> tuple[str, int]:
    """Return SHA-256 and size without holding the file in memory."""
    digest, size = sha256(), 0
    handle.seek(0)
    while chunk := handle.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    handle.seek(0)
    return digest.hexdigest(), size


def store(handle: Any, *, apart: str = "") -> StoredFile:
    """Store an uploaded or generated file and return where; does nothing when the bytes are there already.

    ``apart`` names a folder for files that may be removed again: the same bytes elsewhere, an upload for instance, stay.
    """
    digest, size = hash_and_size(handle)
    content_type = sniff_type(handle)
    name = f"{apart}/{digest[:2]}/{digest}" if apart else f"{digest[:2]}/{digest}"
    storage = content_storage()
    if not storage.exists(name):
        handle.seek(0)
        saved = storage.save(name, File(handle))
        if saved != name:  # another process stored the same bytes meanwhile
            storage.delete(saved)
    return StoredFile(name, digest, size, content_type)
