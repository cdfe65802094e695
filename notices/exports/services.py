"""Making an export and recording it: who took what of which notice, when and for what."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import ledger_role
from notices.content_store import hash_and_size
from notices.exports.covers import Counts, Pair, counts_of, cover_pairs, is_unfinished
from notices.exports.models import ExportFormat, ExportRecord, Profile
from notices.exports.renderers import RENDERERS, Heading, Table
from notices.exports.rows import Column, columns_for, limited_to, local_time, rows_of
from notices.exports.selections import Selection, chosen_opinions, may_export, own_profile, said
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Opinion
from notices.permissions import can_edit_notice, is_officer, is_operator, visible_records
from notices.services import write_entry

IN_MEMORY = 2 * 1024 * 1024
# Exports of more records are made in the background, and every PDF: each page costs time.
AT_ONCE = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: the file, open at its beginning, its name and its records, one a notice."""

    handle: IO[bytes]
    file_name: str
    records: Sequence[ExportRecord]

    @property
    def record(self) -> ExportRecord:
        """Return the record of an export over one notice."""
        (record,) = self.records
        return record


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
    columns = columns_for(profile)
    opinions = limited_to(profile, Opinion.objects.filter(notice=notice))
    table = _table(columns, rows_of(opinions, columns), cover, now or timezone.now(), mark, stamp)
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

    Raises PermissionDenied when the person may not see them in this profile, ValidationError without a purpose or,
    over several notices, without any record.
    """
    counts, opinions = _counted(selection, user, profile)
    if not may_export(user, notices=[row.record.page_id for row in counts], profile=profile):
        raise PermissionDenied
    if not purpose.strip():
        raise ValidationError(_("请写明导出用途。"))
    if not counts:
        raise ValidationError(_("没有符合条件的意见。请放宽条件再导出。"))
    scope = said(selection)
    columns = columns_for(profile, several=len(counts) > 1)
    rows = _told(rows_of(opinions, columns), sum(row.total for row in counts), progress)
    cover = cover_pairs(counts, profile=profile, purpose=purpose, scope=scope, user=user, now=now)
    stamp = _("未完成") if is_unfinished(counts) else ""
    table = _table(columns, rows, cover, now, mark_of(user, purpose=purpose, now=now), stamp)
    # Closed by whoever sends it; a temporary file above two megabytes, so that memory stays bounded.
    handle: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    RENDERERS[export_format](handle, table)
    digest, _size = hash_and_size(handle)
    facts = {"profile": profile, "format": export_format, "sha256": digest}
    records = [_record(row, facts, purpose=purpose, scope=scope, user=user, now=now) for row in counts]
    name = counts[0].record.code if len(counts) == 1 else _("多个公示")
    day = timezone.localtime(now)
    return Export(handle, f"{name}-opinions-{day:%Y%m%d}.{export_format}", records)


def export_opinions(
    *, notice: NoticePage, user: Any, export_format: str, purpose: str, now: datetime
) -> Export:
    """Export all records of one notice in the person's own profile; see ``export_records``."""
    profile = profile_for(user, notice)
    return export_records(
        selection=Selection(notices=(notice.pk,)),
        user=user,
        profile=profile,
        export_format=export_format,
        purpose=purpose,
        now=now,
    )


def counted(selection: Selection, *, user: Any, profile: Profile) -> list[Counts]:
    """Return what an export of the selection would take, notice by notice."""
    return _counted(selection, user, profile)[0]


def mark_of(user: Any, *, purpose: str, now: datetime) -> str:
    """Return the words by which each page says who took it, when and for what."""
    name = user.get_full_name() or user.get_username()
    return _("%(name)s %(time)s 导出，用途：%(purpose)s") % {
        "name": name,
        "time": local_time(now)[:16],
        "purpose": purpose,
    }


def _counted(selection: Selection, user: Any, profile: Profile) -> tuple[list[Counts], QuerySet[Opinion]]:
    """Return the counts and the opinions that they count: what arrives later is in neither."""
    if profile != Profile.PUBLIC and own_profile(user) != profile:
        raise PermissionDenied
    opinions = limited_to(profile, chosen_opinions(selection, user=user))
    alone = selection.notices if len(selection.notices) == 1 else ()
    counts = counts_of(opinions, notices=alone)
    newest = max((row.newest or 0 for row in counts), default=0)
    return counts, opinions.filter(pk__lte=newest)


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


@transaction.atomic
def _record(
    counts: Counts, facts: dict[str, Any], *, purpose: str, scope: str, user: Any, now: datetime
) -> ExportRecord:
    record = ExportRecord.objects.create(
        notice=counts.record.page,
        purpose=purpose,
        scope=scope,
        rows=counts.total,
        made_by=user,
        made_at=now,
        **facts,
    )
    payload = {**facts, "profile": str(facts["profile"]), "rows": counts.total}
    role = ledger_role(user)
    write_entry(record=counts.record, act="exported", role=role, now=now, payload=payload, user=user)
    return record
