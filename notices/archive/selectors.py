"""Reads of the archive."""

from __future__ import annotations

from notices.archive.models import ArchiveFile, ArchiveKind
from notices.models import NoticeRecord


def archives_of(record: NoticeRecord) -> list[ArchiveFile]:
    """Return the notice archives, the latest first."""
    return _of_kind(record, ArchiveKind.NOTICE)


def certificates_of(record: NoticeRecord) -> list[ArchiveFile]:
    """Return the closing certificates, the latest first."""
    return _of_kind(record, ArchiveKind.CERTIFICATE)


def _of_kind(record: NoticeRecord, kind: ArchiveKind) -> list[ArchiveFile]:
    return list(ArchiveFile.objects.filter(notice_id=record.page_id, kind=kind).order_by("-version"))


def latest_archive(record: NoticeRecord) -> ArchiveFile | None:
    """Return the latest notice archive, None while the first is not made yet."""
    return next(iter(archives_of(record)), None)
