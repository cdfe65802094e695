"""Reads of the archive."""

from __future__ import annotations

from notices.archive.models import ArchiveFile, ArchiveKind
from notices.models import NoticeRecord


def archives_of(record: NoticeRecord) -> list[ArchiveFile]:
    """Return the notice archives, the latest first."""
    return list(
        ArchiveFile.objects.filter(notice_id=record.page_id, kind=ArchiveKind.NOTICE).order_by("-version")
    )


def latest_archive(record: NoticeRecord) -> ArchiveFile | None:
    """Return the latest notice archive, None while the first is not made yet."""
    return next(iter(archives_of(record)), None)
