"""Files kept under their own SHA-256: the same bytes once, never overwritten."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from notices.models.attachments import DOCX_TYPE, PDF_TYPE, content_storage

_CHUNK = 1024 * 1024
# A file is written here and gets its name when it is whole and on the disk. On the same storage, so that renaming is one step.
_UNFINISHED = "unfinished"
_LEFT_AFTER = timedelta(days=1)  # no file is written for as long


class FilesUnavailableError(ValidationError):
    """The bucket that holds the files does not answer, or refuses; ``reason`` says why, for the log alone.

    A refusal in words wherever files are sent, so that every form shows it and keeps what was typed; elsewhere it ends in a page
    that says so, and a task is tried again.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(_("文件存储暂时不可用。请过几分钟再试，您填写的内容不会丢失。"))
        self.reason = reason


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

    The name appears only when the file is whole: a process that is killed leaves nothing that the next upload of the same bytes
    would take for them. ``apart`` names a folder for files that may be removed again: the same bytes elsewhere, an upload for
    instance, stay.
    """
    digest, size = hash_and_size(handle)
    content_type = sniff_type(handle)
    name = f"{apart}/{digest[:2]}/{digest}" if apart else f"{digest[:2]}/{digest}"
    storage = content_storage()
    if not storage.exists(name) or storage.size(name) != size:
        handle.seek(0)
        save_whole(storage, name, handle)
    return StoredFile(name, digest, size, content_type)


def save_whole(storage: Storage, name: str, handle: Any) -> None:
    """Store a file under exactly this name, in place of another one; the name never shows half of it."""
    unfinished = f"{_UNFINISHED}/{uuid4().hex}"
    try:
        source, target = Path(storage.path(unfinished)), Path(storage.path(name))
    except NotImplementedError:  # a bucket shows a file only when it is whole
        storage.save(name, File(handle))
        return
    try:
        storage.save(unfinished, File(handle))
        _sync(source)
        root = Path(storage.path(""))
        for folder in reversed([folder for folder in target.parents if folder.is_relative_to(root)]):
            _make_folder(folder, mode=_folder_mode(storage))
        source.replace(target)
    except BaseException:
        source.unlink(missing_ok=True)
        raise
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def _folder_mode(storage: Any) -> int:
    """Return the rights of the folders of a storage, closed to everybody else unless the settings open them."""
    return getattr(storage, "directory_permissions_mode", None) or 0o700


def _make_folder(folder: Path, *, mode: int) -> None:
    """Make a folder as the settings open it: a proxy that sends the files has to pass, whatever the umask of the service."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    folder.chmod(mode)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_unfinished(*, now: datetime) -> int:
    """Remove what killed processes left half written; return how many."""
    storage = content_storage()
    try:
        found = [f"{_UNFINISHED}/{file}" for file in storage.listdir(_UNFINISHED)[1]]
    except (FileNotFoundError, NotImplementedError):
        return 0
    left = [name for name in found if storage.get_modified_time(name) < now - _LEFT_AFTER]
    for name in left:
        storage.delete(name)
    return len(left)
