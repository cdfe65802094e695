"""Making an export and recording it: who took what of which notice, when and for what."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import ledger_role
from notices.content_store import hash_and_size
from notices.exports.covers import Counts, Pair, counts_of, cover_pairs, is_unfinished
from notices.exports.models import ExportFormat, ExportRecord, Profile
from notices.exports.renderers import HANDED_OUT, RENDERERS, Heading, Table
from notices.exports.rows import Column, columns_for, limited_to, local_time, rows_of
from notices.exports.selections import Selection, chosen_opinions, may_export, own_profile, said
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Opinion
from notices.permissions import can_edit_notice, is_officer, is_operator, visible_records
from notices.record_language import in_chinese
from notices.services import write_entry

IN_MEMORY = 2 * 1024 * 1024
# Exports of more records are made in the background, and every PDF: each page costs time.
AT_ONCE = 2_000
# When records left the selection while the file was written, it is written once more.
ATTEMPTS = 2

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: the file, open at its beginning, its name, MIME type and its records, one a notice."""

    handle: IO[bytes]
    file_name: str
    content_type: str
    records: Sequence[ExportRecord]


class Wanted(NamedTuple):
    """What somebody asked for, as it stands on the file and in the records of the export."""

    profile: Profile
    export_format: str
    purpose: str
    scope: str
    user: Any
    now: datetime


def profile_for(user: Any, notice: NoticePage) -> Profile:
    """Return the profile in which a person may export a notice's records.

    Raises PermissionDenied for everybody else, rivals and outsiders among them.
    """
    if is_operator(user):
        return Profile.BUREAU
    visible = visible_records(NoticeRecord.objects.filter(page=notice), user).exists()
    if visible and is_officer(user):
        return Profile.BUREAU
    if visible and can_edit_notice(user, notice):
        return Profile.PROPONENT
    raise PermissionDenied


def is_long(count: int, export_format: str) -> bool:
    """Whether an export of so many records is made in the background."""
    return export_format == ExportFormat.PDF or count > AT_ONCE


@in_chinese
def write_records(
    *,
    notice: NoticePage,
    profile: Profile,
    export_format: str,
    handle: IO[bytes],
    cover: Sequence[Pair],
    now: datetime | None = None,
    mark: str = "",
    stamp: str = "",
) -> int:
    """Write all records of a notice to a binary file and return their number; nothing is recorded or asked.

    For makers of larger works, which record themselves: ``cover_of`` gives the cover, ``mark`` stands on each page.
    """
    columns, now = columns_for(profile), now or timezone.now()
    opinions = limited_to(profile, Opinion.objects.filter(notice=notice), now=now)
    table = _table(columns, rows_of(opinions, columns), cover, now, mark, stamp)
    return RENDERERS[export_format](handle, table)


def export_records(
    *,
    selection: Selection,
    user: Any,
    profile: Profile,
    export_format: str,
    purpose: str,
    now: datetime,
    progress: Progress | None = None,
) -> Export:
    """Write the records of a selection to a file, record the export and enter it in the ledger of each notice in it.

    Raises PermissionDenied when the person may not see them in this profile, ValidationError without a purpose, over
    several notices without any record, or when the records change faster than they are written.
    """
    if not purpose.strip():
        raise ValidationError(_("请写明导出用途。"))
    scope = in_chinese(said)(selection)
    wanted = Wanted(profile, export_format, purpose, scope, user, now)
    for _attempt in range(ATTEMPTS):
        counts, opinions = _counted(selection, user, profile, now)
        if not may_export(user, notices=[row.record.page_id for row in counts], profile=profile):
            raise PermissionDenied
        if not counts:
            raise ValidationError(_("没有符合条件的意见。请放宽条件再导出。"))
        unfinished = is_unfinished(counts)
        handle, written = _written(wanted, counts, opinions, unfinished, progress)
        if written == sum(row.total for row in counts):
            break
        handle.close()
    else:
        raise ValidationError(_("导出时记录有变动，没有生成文件。请重新导出。"))
    digest, _size = hash_and_size(handle)
    # All or none; chains are locked in the order of their codes.
    with transaction.atomic():
        records = [_record(row, wanted, digest) for row in counts]
    kind = HANDED_OUT[export_format]
    return Export(handle, _file_name(wanted, counts, unfinished), kind.content_type, records)


@in_chinese
def _file_name(wanted: Wanted, counts: Sequence[Counts], unfinished: bool) -> str:
    name = counts[0].record.code if len(counts) == 1 else _("多个公示")
    mark = "-" + _("未完成") if unfinished else ""
    suffix = HANDED_OUT[wanted.export_format].suffix
    return f"{name}-opinions-{timezone.localtime(wanted.now):%Y%m%d}{mark}.{suffix}"


def earlier_exports(notice: NoticePage, *, user: Any, profile: Profile) -> QuerySet[ExportRecord]:
    """Return the exports of a notice that a person may know of, newest first.

    The proponent learns nothing of what the bureau took and for what: only its own side's exports and the person's own.
    """
    exports = notice.exports.select_related("made_by")
    return exports if profile == Profile.BUREAU else exports.filter(Q(profile=profile) | Q(made_by=user))


def counted(selection: Selection, *, user: Any, profile: Profile, now: datetime) -> list[Counts]:
    """Return what an export of the selection would take, notice by notice."""
    return _counted(selection, user, profile, now)[0]


def mark_of(user: Any, *, purpose: str, now: datetime) -> str:
    """Return the words by which each page says who took it, when and for what."""
    name = user.get_full_name() or user.get_username()
    return _("%(name)s %(time)s 导出，用途：%(purpose)s") % {
        "name": name,
        "time": local_time(now)[:16],
        "purpose": purpose,
    }


def _counted(
    selection: Selection, user: Any, profile: Profile, now: datetime
) -> tuple[list[Counts], QuerySet[Opinion]]:
    """Return the counts and the opinions that they count: what arrives later is in neither."""
    if profile != Profile.PUBLIC and own_profile(user) != profile:
        raise PermissionDenied
    opinions = limited_to(profile, chosen_opinions(selection, user=user), now=now)
    alone = selection.notices if len(selection.notices) == 1 else ()
    counts = counts_of(opinions, notices=alone)
    newest = max((row.newest or 0 for row in counts), default=0)
    return counts, opinions.filter(pk__lte=newest)


@in_chinese
def _written(
    wanted: Wanted,
    counts: Sequence[Counts],
    opinions: QuerySet[Opinion],
    unfinished: bool,
    progress: Progress | None,
) -> tuple[IO[bytes], int]:
    """Return the file and the number of its records."""
    profile, export_format, purpose, scope, user, now = wanted
    columns = columns_for(profile, several=len(counts) > 1)
    rows = _told(rows_of(opinions, columns), sum(row.total for row in counts), progress)
    cover = cover_pairs(counts, profile=profile, purpose=purpose, scope=scope, user=user, now=now)
    mark, stamp = mark_of(user, purpose=purpose, now=now), _("未完成") if unfinished else ""
    # Closed by whoever sends it; a temporary file above two megabytes, so that memory stays bounded.
    handle: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    return handle, HANDED_OUT[export_format].write(handle, _table(columns, rows, cover, now, mark, stamp))


def _table(
    columns: Sequence[Column],
    rows: Iterator[list[str]],
    cover: Sequence[Pair],
    now: datetime,
    mark: str,
    stamp: str,
) -> Table:
    headings = [Heading(column.name, str(column.heading), column.width, column.paper) for column in columns]
    title = _("公众意见汇总表")
    return Table(
        title=title,
        headings=headings,
        rows=rows,
        cover=cover,
        created=timezone.localtime(now),
        mark=mark,
        stamp=stamp,
    )


def _told(rows: Iterator[list[str]], total: int, progress: Progress | None) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if progress and number % 100 == 0:
            progress(number, total)
        yield row


def _record(counts: Counts, wanted: Wanted, digest: str) -> ExportRecord:
    facts = {"profile": wanted.profile, "format": wanted.export_format, "sha256": digest}
    record = ExportRecord.objects.create(
        notice=counts.record.page,
        purpose=wanted.purpose,
        scope=wanted.scope,
        rows=counts.total,
        made_by=wanted.user,
        made_at=wanted.now,
        **facts,
    )
    payload = {**facts, "profile": str(wanted.profile), "rows": counts.total}
    role = ledger_role(wanted.user)
    write_entry(
        record=counts.record, act="exported", role=role, now=wanted.now, payload=payload, user=wanted.user
    )
    return record
