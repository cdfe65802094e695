"""Making archives: each edition of a notice once, hashed, entered in the ledger."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notices.archive.certificates import Closing, announcements, closing_certificate, closings_of
from notices.archive.documents import notice_archive
from notices.archive.editions import ARCHIVED, Edition, editions_of
from notices.archive.models import ArchiveFile, ArchiveKind
from notices.content_store import store
from notices.models import NoticeRecord
from notices.models.attachments import content_storage
from notices.printing import (
    PRINT_FONTS,
    PrintedFile,
    PrintingFaultError,
    PrintingUnavailable,
    UnprintableTextError,
    part_versions,
)
from notices.services import write_entry

logger = logging.getLogger(__name__)


class ArchiveLostError(Exception):
    """The stored file of an archive is gone and cannot be made again with the same bytes."""


@dataclass(frozen=True, slots=True)
class MakingReport:
    """What a run made, and which notices failed for which reason."""

    made: tuple[ArchiveFile, ...]
    failed: tuple[tuple[str, str], ...]


def make_archives(*, record_id: int, now: datetime) -> list[ArchiveFile]:
    """Make the archives and closing certificates of a notice that do not exist yet, restore lost files; return the new ones.

    Running it again does nothing. Raises PrintingUnavailable, UnprintableTextError or PrintingFaultError, after which it can
    simply be run again, and ArchiveLostError.
    """
    record = NoticeRecord.objects.select_related("page", "revision", "approved_revision").get(pk=record_id)
    existing = {(row.kind, row.version): row for row in ArchiveFile.objects.filter(notice=record.page)}
    made = []
    editions: list[Edition | Closing] = [*editions_of(record), *closings_of(record)]
    for edition in editions:
        row = existing.get((edition.kind, edition.number))
        if row is None:
            fresh = _make(edition, now=now)
            made += [fresh] if fresh else []
        elif not content_storage().exists(str(row.file.name)):
            _restore(edition, row)
    return made


def _printed(edition: Edition | Closing, *, own_fonts: bool = True) -> PrintedFile:
    if isinstance(edition, Closing):
        return closing_certificate(edition, own_fonts=own_fonts)
    return notice_archive(edition, own_fonts=own_fonts)


def make_missing_archives(*, now: datetime, code: str = "") -> MakingReport:
    """Make what is missing for every public notice, or for one; a failure stops no other notice.

    Missing libraries would fail every notice alike, so PrintingUnavailable is passed on.
    """
    records = NoticeRecord.objects.public().filter(published_at__isnull=False)
    if code:
        records = records.filter(code=code)
    made: list[ArchiveFile] = []
    failed: list[tuple[str, str]] = []
    for record in records.order_by("published_at"):
        try:
            made += make_archives(record_id=record.pk, now=now)
        except PrintingUnavailable:
            raise
        except (UnprintableTextError, PrintingFaultError, ArchiveLostError) as error:
            failed.append((record.code, str(error)))
            logger.warning("archive of notice %s failed: %s", record.code, error)
        except Exception as error:
            failed.append((record.code, repr(error)))
            logger.exception("archive of notice %s failed", record.code)
    return MakingReport(tuple(made), tuple(failed))


def _make(edition: Edition | Closing, *, now: datetime) -> ArchiveFile | None:
    """Print, store and register one edition or certificate; None when another worker was faster.

    Printing, writing the file and composing the mails come first: no write transaction lasts over 100 ms.
    """
    printed = _printed(edition)
    stored = store(BytesIO(printed.content))
    entry = edition.entry()
    row = ArchiveFile(
        notice=edition.record.page,
        kind=edition.kind,
        version=edition.number,
        notice_version=edition.notice_version,
        as_of=edition.at,
        file=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        pages=printed.pages,
        ledger_position=entry.position,
        ledger_head=entry.hash,
        tool_versions=part_versions(),
        created_at=now,
    )
    mails = announcements(edition, row, now=now) if isinstance(edition, Closing) else []
    payload = {"version": row.version, "sha256": row.sha256}
    if row.kind != ArchiveKind.NOTICE:
        payload["kind"] = str(row.kind)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            write_entry(record=edition.record, act=ARCHIVED, role="portal", now=now, payload=payload)
            for queue in mails:
                queue()
    except IntegrityError:
        existing = ArchiveFile.objects.filter(notice=edition.record.page, kind=edition.kind)
        if not existing.filter(version=edition.number).exists():
            raise
        return None
    return row


def _restore(edition: Edition | Closing, row: ArchiveFile) -> None:
    printed = _printed(edition, own_fonts=PRINT_FONTS in row.tool_versions)
    stored = store(BytesIO(printed.content))
    if stored.sha256 != row.sha256:
        content_storage().delete(stored.name)
        raise ArchiveLostError(
            _(
                "公示 %(code)s 存档第 %(version)s 版的文件丢失，现在的软件或字体版本不同，不能生成同样的文件，请从备份恢复。"
            )
            % {"code": edition.record.code, "version": row.version}
        )
