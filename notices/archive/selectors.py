"""Reads of the archive."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from notices.archive.editions import ARCHIVED
from notices.archive.models import ArchiveFile, ArchiveKind, StatementBuild
from notices.archive.volumes.selectors import KIND as VOLUME
from notices.committed_files import CommittedFiles
from notices.ledger.models import Entry
from notices.models import NoticeRecord


def archives_of(record: NoticeRecord) -> list[ArchiveFile]:
    """Return the notice archives, the latest first."""
    return _of_kind(record, ArchiveKind.NOTICE)


def certificates_of(record: NoticeRecord) -> list[ArchiveFile]:
    """Return the closing certificates, the latest first."""
    return _of_kind(record, ArchiveKind.CERTIFICATE)


def _of_kind(record: NoticeRecord, kind: ArchiveKind) -> list[ArchiveFile]:
    return list(ArchiveFile.objects.filter(notice_id=record.page_id, kind=kind).order_by("-version"))


def _named(entry: Entry) -> list[str]:
    # Volumes lie elsewhere, and a replaced one is gone rightly.
    if entry.act != ARCHIVED or entry.payload.get("kind") == VOLUME:
        return []
    hashes = (entry.payload.get("sha256"), entry.payload.get("docx_sha256"))
    return [str(digest) for digest in hashes if digest]


def _kept(record: NoticeRecord) -> Iterable[tuple[str, str]]:
    statements = StatementBuild.objects.filter(notice_id=record.page_id)
    return [
        *ArchiveFile.objects.filter(notice_id=record.page_id).values_list("sha256", "file"),
        *statements.values_list("pdf_sha256", "pdf"),
        *statements.values_list("docx_sha256", "docx"),
    ]


COMMITTED_ARCHIVES = CommittedFiles(_("存档"), _named, _kept)
