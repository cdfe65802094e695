"""Reads of the archive."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from notices.archive.editions import ARCHIVED
from notices.archive.models import ArchiveFile, ArchiveKind
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
    return [str(entry.payload.get("sha256"))] if entry.act == ARCHIVED else []


def _kept(record: NoticeRecord) -> Iterable[tuple[str, str]]:
    return ArchiveFile.objects.filter(notice_id=record.page_id).values_list("sha256", "file")


COMMITTED_ARCHIVES = CommittedFiles(_("存档"), _named, _kept)
