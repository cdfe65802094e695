"""What is looked at before a file that comes with an opinion is taken. None of it touches the disk in plain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notices.attachment_services import clean_file_name
from notices.content_store import hash_and_size, sniff_type
from notices.models.attachments import DOCX_TYPE
from notices.photos import PhotoError, read_photo
from search.extraction import Limits, reason_against_docx, reasons_against_pdf

PDF_TYPE = "application/pdf"
_STEP = 1024 * 1024
# The writer waits for the answer: what takes longer than this is no letter and no measuring report.
_PDF_LIMITS = Limits(cpu_seconds=15, wall_seconds=30.0)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is kept of a file besides its bytes: name as typed, MIME type by content, SHA-256, size in bytes."""

    name: str
    content_type: str
    sha256: str
    size: int


def check_file(upload: Any) -> CheckedFile:
    """Return the facts of a file. Raises ValidationError, naming the file, for one that is not taken, with what to do."""
    name = clean_file_name(upload.name or "")
    if upload.size == 0:
        raise refusal(name, _("是空文件，请重新选择。"))
    if upload.size > settings.OPINION_FILE_MAX_BYTES:
        raise too_large(name)
    content_type = _photo_type(name, upload) or sniff_type(upload)
    if content_type == PDF_TYPE:
        with path_in_memory(upload) as path:
            reasons = reasons_against_pdf(path, limits=_PDF_LIMITS)
        if reasons:
            raise refusal(name, reasons[0])
    elif content_type == DOCX_TYPE:
        with path_in_memory(upload) as path:
            reason = reason_against_docx(path)
        if reason:
            raise refusal(name, reason)
    elif not content_type.startswith("image/"):
        raise refusal(name, _("不是照片、PDF 或 DOCX。请改存为这些格式再添加。"))
    return CheckedFile(name, content_type, *hash_and_size(upload))


def too_large(name: str) -> ValidationError:
    """Return the refusal of a file beyond the limit."""
    limit = settings.OPINION_FILE_MAX_BYTES // (1024 * 1024)
    return refusal(name, _("超过 %(limit)s MB。请压缩或分成几个文件再添加。") % {"limit": limit})


def refusal(name: str, reason: str) -> ValidationError:
    """Return why a file is not taken, with its name."""
    return ValidationError(_("没有添加“%(name)s”：%(reason)s"), params={"name": name, "reason": reason})


def _photo_type(name: str, upload: IO[bytes]) -> str | None:
    try:
        photo = read_photo(upload)
    except PhotoError as error:
        reasons = {
            "heic": _("这里不能读取 HEIC 照片，请在手机上改存为 JPG 再添加。"),
            "huge": _("照片像素过多，请用普通模式拍摄后再添加。"),
        }
        raise refusal(name, reasons.get(error.reason, _("照片已损坏，请重新拍摄或重新选择。"))) from None
    return photo.content_type if photo else None


@contextmanager
def path_in_memory(upload: IO[bytes]) -> Iterator[Path]:
    """Give an upload a path that this process and its children can open, without writing it to any disk."""
    descriptor = os.memfd_create("opinion-file")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as memory:
            upload.seek(0)
            while piece := upload.read(_STEP):
                memory.write(piece)
        upload.seek(0)
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    finally:
        os.close(descriptor)
