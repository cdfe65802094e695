"""The states of a notice that are archived: as published, and as it stood after each public change.

An edition follows from the register alone, so it can be archived late (the worker was down, a library was missing) and
still shows the notice of its moment, not of today.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.content_hash import content_hash
from notices.ledger.models import Entry
from notices.models import Attachment, ChangeClass, NoticeChange, NoticePage, NoticeRecord, NoticeStage
from notices.public_pages import notice_context
from notices.services import chain_key

ARCHIVED = "archived"  # the act under which an archive is entered in the ledger


@dataclass(frozen=True, slots=True)
class Edition:
    """One archived state; ``change`` is the act that made it, None for the publication."""

    record: NoticeRecord
    number: int
    at: datetime
    change: NoticeChange | None
    changes: tuple[NoticeChange, ...]
    revision: Any
    notice_version: int
    last_day: date | None
    next_at: datetime | None

    def entry(self) -> Entry:
        """Return the ledger entry of the act; raise Entry.DoesNotExist when the chain has none up to its time.

        Entries about archives do not count: they may follow within the same moment, and the file would then change.
        """
        entries = Entry.objects.filter(chain__key=chain_key(self.record), at__lte=self.at).exclude(
            act=ARCHIVED
        )
        return entries.order_by("-position")[:1].get()

    def page(self) -> NoticePage:
        """Return the notice with the wording and the register row of the moment, detached from the database's."""
        page: NoticePage = self.revision.as_object()
        record = copy(self.record)
        record._state = copy(self.record._state)
        record._state.fields_cache = {}
        record.last_day, record.version = self.last_day, self.notice_version
        withdrawn = any(change.change_class == ChangeClass.WITHDRAWAL for change in self.changes)
        record.stage = NoticeStage.WITHDRAWN if withdrawn else NoticeStage.PUBLISHED
        page.record = record
        return page

    def attachments(self, page: NoticePage) -> list[Attachment]:
        """Return the files that belonged to the notice until the next edition."""
        rows = page.attachments.all()
        return list(rows.filter(uploaded_at__lt=self.next_at) if self.next_at else rows)

    def context(self) -> dict[str, Any]:
        """Return what the notice page showed at the moment."""
        page = self.page()
        context = notice_context(page, now=self.at)
        attachments = self.attachments(page)
        context.update(
            changes=list(self.changes),
            attachments=attachments,
            content_hash=content_hash(page, attachments),
        )
        return context


def editions_of(record: NoticeRecord) -> list[Edition]:
    """Return the editions of a public notice, oldest first; none before publication."""
    if record.published_at is None or record.revision is None:
        return []
    changes = list(record.changes.order_by("made_at", "id"))
    editions = []
    for number in range(len(changes) + 1):
        past, later = changes[:number], changes[number:]
        change = past[-1] if past else None
        editions.append(
            Edition(
                record=record,
                number=number + 1,
                at=change.made_at if change else record.published_at,
                change=change,
                changes=tuple(past),
                revision=_revision(record, past, later),
                notice_version=change.version if change else 1,
                last_day=next((row.old_last_day for row in later if row.old_last_day), record.last_day),
                next_at=later[0].made_at if later else None,
            )
        )
    return editions


def _revision(record: NoticeRecord, past: list[NoticeChange], later: list[NoticeChange]) -> Any:
    """Return the wording in force: of the last correction so far, else the one first published.

    The register row names the revision now in force; while no later change brought one, that is the right one.
    """
    corrected = [row.revision for row in past if row.revision_id]
    if corrected:
        return corrected[-1]
    if any(row.revision_id for row in later):
        return record.approved_revision or record.revision
    return record.revision
