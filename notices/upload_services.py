"""Large files in parts: begin, take a part, look at the whole, clear what was left behind."""

from __future__ import annotations

import fcntl
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from notices.attachment_services import add_attachment, clean_file_name
from notices.content_store import clear_unfinished
from notices.local_copies import clear_copies
from notices.models import NoticePage, Upload, UploadState

MAX_PART = 16 * 1024 * 1024
KEPT = timedelta(hours=24)
MAX_OPEN = 5  # unfinished uploads of one person
_STEP = 256 * 1024


class WrongOffsetError(Exception):
    """A part does not begin where the last one ended; ``received`` says where the next must begin."""

    def __init__(self, received: int) -> None:
        """Keep how much is there."""
        super().__init__(received)
        self.received = received


def begin_upload(
    *,
    notice: NoticePage,
    user: Any,
    kind: str,
    title: str,
    redaction_note: str,
    file_name: str,
    size: int,
    now: datetime,
) -> Upload:
    """Begin an upload. Raises ValidationError for a file that is too large or a person with too many open uploads."""
    if not 0 < size <= settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise ValidationError(
            _("文件应在 1 字节到 %(limit)s MB 之间，过大的请分册上传。"), params={"limit": limit}
        )
    unfinished = Upload.objects.filter(user=user, state=UploadState.RECEIVING)
    for stale in unfinished.filter(started_at__lt=now - KEPT):
        discard_upload(upload=stale)
    if unfinished.count() >= MAX_OPEN:
        # The oldest gives way: it is the one that nobody goes on with.
        discard_upload(upload=unfinished.order_by("started_at")[0])
    return Upload.objects.create(
        notice=notice,
        user=user,
        kind=kind,
        title=title,
        redaction_note=redaction_note,
        file_name=clean_file_name(file_name),
        size=size,
        started_at=now,
    )


def receive_part(*, upload: Upload, offset: int, body: IO[bytes]) -> int:
    """Append a part of at most MAX_PART bytes and return how much has arrived, however the line breaks.

    What arrived of a broken part is kept. Raises WrongOffsetError when the part does not join, ValidationError when more comes than
    was announced or the upload is over.
    """
    if upload.state != UploadState.RECEIVING:
        raise ValidationError(_("这次上传已经结束。"))
    upload.path.parent.mkdir(mode=0o700, exist_ok=True)
    with upload.path.open("ab") as file:
        # Two parts of one upload at once, from two windows: the second finds that it does not join.
        fcntl.flock(file, fcntl.LOCK_EX)
        received = file.seek(0, 2)
        if offset != received:
            raise WrongOffsetError(received)
        limit = min(MAX_PART, upload.size - received)
        taken = 0
        while piece := body.read(_STEP):
            taken += len(piece)
            if taken > limit:
                file.truncate(received)
                raise ValidationError(_("收到的内容比文件大，请重新选择文件上传。"))
            file.write(piece)
        return received + taken


def finish_upload(*, upload: Upload, now: datetime) -> Upload:
    """Look at a file that has arrived whole and attach it, or write down why not. Can be run again."""
    if upload.state != UploadState.CHECKING:
        return upload
    if upload.received != upload.size:
        return _end(upload, UploadState.REFUSED, [_("文件没有传完，请重新上传。")])
    try:
        with upload.path.open("rb") as file:
            upload.attachment = add_attachment(
                notice=upload.notice,
                upload=File(file, name=upload.file_name),
                kind=upload.kind,
                title=upload.title,
                redaction_note=upload.redaction_note,
                user=upload.user,
                now=now,
            )
    except ValidationError as error:
        return _end(upload, UploadState.REFUSED, error.messages)
    return _end(upload, UploadState.ADDED, [])


def _end(upload: Upload, state: UploadState, reasons: list[str]) -> Upload:
    upload.state, upload.reasons = state, reasons
    upload.save(update_fields=["state", "reasons", "attachment"])
    upload.path.unlink(missing_ok=True)
    return upload


def discard_upload(*, upload: Upload) -> None:
    """Forget an upload with what has arrived of it."""
    upload.path.unlink(missing_ok=True)
    upload.delete()


def clear_old_uploads(*, now: datetime) -> int:
    """Discard uploads that nobody went on with for a day, and files that were never finished; return how many uploads."""
    clear_unfinished(now=now)
    clear_copies(now=now)
    old = list(Upload.objects.filter(started_at__lt=now - KEPT))
    for upload in old:
        discard_upload(upload=upload)
    return len(old)
