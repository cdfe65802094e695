"""The states of a notice that are archived: as published, and as it stood after each public change.

An edition follows from the register alone, so it can be archived late (the worker was down, a library was missing) and
still shows the notice of its moment, not of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from notices.archive.models import ArchiveKind
from notices.ledger.models import Entry
from notices.models import ChangeClass, NoticeChange, NoticePage, NoticeRecord, NoticeStage
from notices.public_pages import notice_context
from notices.services import chain_key
from notices.versions import calendar_at, changes_since_publication, last_day_at, record_as_of, revision_of

ARCHIVED = "archived"  # the act under which an archive is entered in the ledger
_STAGES = {
    ChangeClass.WITHDRAWAL: NoticeStage.WITHDRAWN,
    ChangeClass.SUBSTANCE: NoticeStage.SUPERSEDED,
}


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
    calendar: tuple[bool, str]
    kind: ClassVar[ArchiveKind] = ArchiveKind.NOTICE

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
        classes = {change.change_class for change in self.changes}
        stage = next((_STAGES[name] for name in _STAGES if name in classes), NoticeStage.PUBLISHED)
        page.record = record_as_of(
            self.record,
            version=self.notice_version,
            last_day=self.last_day,
            calendar=self.calendar,
            stage=stage,
        )
        return page

    def context(self) -> dict[str, Any]:
        """Return what the notice page showed at the moment."""
        context = notice_context(self.page(), now=self.at)
        context.update(changes=list(self.changes))
        return context


def editions_of(record: NoticeRecord) -> list[Edition]:
    """Return the editions of a public notice, oldest first; none before publication."""
    if record.published_at is None or record.revision is None:
        return []
    every = list(record.changes.order_by("made_at", "id"))
    changes = changes_since_publication(record, every)
    # What the calendar did to the approved plan came before the first edition, which tells of it.
    planned = every[: len(every) - len(changes)]
    editions = []
    for number in range(len(changes) + 1):
        past, later = changes[:number], changes[number:]
        change = past[-1] if past else None
        number_of_version = change.version if change else 1
        editions.append(
            Edition(
                record=record,
                number=number + 1,
                at=change.made_at if change else record.published_at,
                change=change,
                changes=(*planned, *past),
                revision=revision_of(record, number_of_version, changes),
                notice_version=number_of_version,
                last_day=last_day_at(record, changes, later[0].made_at if later else None),
                calendar=calendar_at(record, changes, later[0].made_at if later else None),
            )
        )
    return editions
