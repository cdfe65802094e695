"""Handing out a volume: with a purpose, recorded as an export and in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.archive.models import Volume
from notices.archive.volumes.wording import volume_in_words
from notices.capacity import ledger_role
from notices.exports.models import ExportFormat, ExportRecord
from notices.exports.services import profile_for
from notices.services import write_entry


def hand_out(*, volume: Volume, user: Any, purpose: str, now: datetime) -> IO[bytes]:
    """Return the open file of a volume in force and record who took it, and what for.

    Raises PermissionDenied, and ValidationError without a purpose or when the file is gone.
    """
    profile = profile_for(user, volume.notice)
    if not purpose.strip():
        raise ValidationError(_("请写明下载用途。"))
    try:
        handle: IO[bytes] = volume.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise ValidationError(_("这一册的文件已经替换或者丢失，请先更新卷册。")) from None
    rows = volume.count
    with transaction.atomic():
        ExportRecord.objects.create(
            notice=volume.notice,
            profile=profile,
            format=ExportFormat.PDF,
            scope=volume_in_words(volume.number),
            purpose=purpose.strip(),
            rows=rows,
            sha256=volume.sha256,
            made_by=user,
            made_at=now,
        )
        payload = {
            "profile": str(profile),
            "format": str(ExportFormat.PDF),
            "volume": volume.number,
            "rows": rows,
            "sha256": volume.sha256,
        }
        role, record = ledger_role(user), volume.notice.record
        write_entry(record=record, act="exported", role=role, now=now, payload=payload, user=user)
    return handle
