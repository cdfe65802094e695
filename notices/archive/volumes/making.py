"""Making volumes: only those of which something printed has changed, in child processes, each entered in the ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from notices.archive.editions import ARCHIVED
from notices.archive.models import Volume
from notices.archive.volumes.content import VolumeContent, read_volume
from notices.archive.volumes.document import order_of
from notices.archive.volumes.ranges import VolumeRange, ranges_of
from notices.archive.volumes.selectors import KIND, holding_erased, in_force, volumes_of
from notices.archive.wording import wording_of
from notices.content_store import store
from notices.ledger.services import lock_chain
from notices.models import NoticePage, NoticeRecord
from notices.models.attachments import content_storage
from notices.opinions.models import Opinion, OpinionFile
from notices.printing import PrintedPath, PrintingUnavailable, PrintOrder, part_versions, print_in_children
from notices.printing.parts import missing_parts
from notices.services import chain_key, write_entry

logger = logging.getLogger(__name__)

FOLDER = "volumes"
# A file is written before its row; what has no row after that time was left by a break.
LEFT_AFTER = timedelta(hours=2)
Progress = Callable[[int, int], None]


def make_volumes(*, record_id: int, now: datetime, progress: Progress | None = None) -> list[Volume]:
    """Bring all volumes of a notice up to date and return those in force; ``progress`` is told done and total.

    Each is kept as soon as it is printed, so that a run that broke off goes on where it stopped. Raises PrintingUnavailable, and
    the first PrintingFaultError or UnprintableTextError after all others are done.
    """
    if missing := missing_parts():
        raise PrintingUnavailable(missing)
    record = NoticeRecord.objects.select_related("page", "revision", "approved_revision").get(pk=record_id)
    take_out_erased(now=now, record=record)
    page = wording_of(record)
    outdated = _outdated(record, page)
    told = progress or (lambda _done, _total: None)
    told(0, len(outdated))
    failure: Exception | None = None
    contents: dict[int, VolumeContent] = {}

    def orders() -> Iterator[tuple[int, PrintOrder]]:
        for part in outdated:
            content = read_volume(record, page, number=part.number, first=part.first, last=part.last)
            contents[part.number] = content
            yield part.number, order_of(record, content)

    with TemporaryDirectory(prefix="volumes-") as folder:
        printing = print_in_children(orders(), Path(folder))
        for done, (number, printed) in enumerate(printing, start=1):
            content = contents.pop(number)
            if isinstance(printed, PrintedPath):
                _keep(record, content, printed, now=now)
                printed.path.unlink()
            else:
                logger.warning("volume %s of notice %s failed: %s", number, record.code, printed)
                failure = failure or printed
            told(done, len(outdated))
    if failure is not None:
        raise failure
    return volumes_of(record)


def _outdated(record: NoticeRecord, page: NoticePage) -> list[VolumeRange]:
    there = {volume.number: volume for volume in volumes_of(record)}
    return [part for part in ranges_of(record) if not _is_current(record, page, part, there.get(part.number))]


def _is_current(record: NoticeRecord, page: NoticePage, part: VolumeRange, volume: Volume | None) -> bool:
    if volume is None or volume.last_sequence != part.last:
        return False
    if not content_storage().exists(str(volume.file.name)):
        return False
    content = read_volume(record, page, number=part.number, first=part.first, last=part.last)
    return content.fingerprint() == volume.fingerprint


def _keep(record: NoticeRecord, content: VolumeContent, printed: PrintedPath, *, now: datetime) -> None:
    """Store a printed volume, replace the one before it, and enter it; nothing is kept when it shows what was erased since."""
    with printed.path.open("rb") as handle:
        stored = store(handle, apart=FOLDER)
    first, last = content.opinions[0], content.opinions[-1]
    row = Volume(
        notice=record.page,
        number=content.number,
        first_sequence=first.sequence,
        last_sequence=last.sequence,
        first_number=first.number,
        last_number=last.number,
        fingerprint=content.fingerprint(),
        as_of=content.as_of,
        file=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        pages=printed.pages,
        erased=content.erased,
        tool_versions=part_versions(),
        made_at=now,
    )
    payload = {
        "kind": KIND,
        "volume": row.number,
        "range": [row.first_number, row.last_number],
        "sha256": row.sha256,
    }
    with transaction.atomic():
        lock_chain(chain_key(record))
        before = in_force().filter(notice=record.page, number=row.number).first()
        kept = _erased_now(record, row) == row.erased
        if kept:
            if before is not None:
                before.take_out(now=now)
            row.save(force_insert=True)
            if before is not None:
                before.name_successor(row)
            write_entry(record=record, act=ARCHIVED, role="portal", now=now, payload=payload)
    _remove(str(before.file.name) if before and kept else "")
    _remove(stored.name)  # stays when its row was written


def _erased_now(record: NoticeRecord, row: Volume) -> int:
    held = (row.first_sequence, row.last_sequence)
    texts = Opinion.objects.filter(notice_id=record.page_id, sequence__range=held, destroyed_at__isnull=False)
    files = OpinionFile.objects.filter(
        opinion__notice_id=record.page_id, opinion__sequence__range=held, erased_at__isnull=False
    )
    return texts.count() + files.count()


def take_out_erased(*, now: datetime, record: NoticeRecord | None = None) -> int:
    """Take out of use, file and all, what still shows a text or file that was erased; of one notice or all. Return how many."""
    volumes = holding_erased()
    if record is not None:
        volumes = volumes.filter(notice_id=record.page_id)
    found = list(volumes)
    for volume in found:
        name = str(volume.file.name)
        volume.take_out(now=now)
        _remove(name)
    return len(found)


def clear_volumes(*, now: datetime) -> None:
    """Take out what shows erased content, and remove files that a break left without a row; the clock does so."""
    take_out_erased(now=now)
    storage = content_storage()
    for folder in _listed(FOLDER)[0]:
        for file in _listed(f"{FOLDER}/{folder}")[1]:
            name = f"{FOLDER}/{folder}/{file}"
            if storage.get_modified_time(name) < now - LEFT_AFTER:
                _remove(name)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return content_storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def _remove(name: str) -> None:
    """Remove a file that no volume in force has."""
    if name and not in_force().filter(file=name).exists():
        content_storage().delete(name)
