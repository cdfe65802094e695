"""The versions of a published notice: what each said, from when until when, and the register row as it stood."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from notices.models.records import NoticeChange, NoticeRecord, NoticeStage

if TYPE_CHECKING:
    from notices.models.pages import NoticePage


@dataclass(frozen=True, slots=True)
class Version:
    """One version; ``until`` is the moment at which the next took its place, None for the present one."""

    number: int
    revision: Any
    since: datetime
    until: datetime | None
    last_day: date | None
    calendar: tuple[bool, str]


def changes_since_publication(
    record: NoticeRecord, changes: Sequence[NoticeChange]
) -> Sequence[NoticeChange]:
    """Return the changes without those that the calendar made to the approved plan, which come first."""
    return [change for change in changes if record.published_at and change.made_at >= record.published_at]


def versions_of(record: NoticeRecord) -> list[Version]:
    """Return the versions of a public notice, the first one first."""
    if record.published_at is None:
        return []
    changes = list(record.changes.select_related("revision").order_by("made_at", "id"))
    corrections = [change for change in changes if change.revision_id]
    starts = [record.published_at, *(change.made_at for change in corrections)]
    return [
        Version(
            number=number,
            revision=revision_of(record, number, changes),
            since=since,
            until=starts[number] if number < len(starts) else None,
            last_day=last_day_at(record, changes, starts[number] if number < len(starts) else None),
            calendar=calendar_at(record, changes, starts[number] if number < len(starts) else None),
        )
        for number, since in enumerate(starts, start=1)
    ]


def version_at(record: NoticeRecord, moment: datetime) -> Version:
    """Return the version of a public notice in force at a moment; the first one for moments before publication."""
    versions = versions_of(record)
    public = [version for version in versions if version.since <= moment]
    return public[-1] if public else versions[0]


def version_numbered(record: NoticeRecord, number: int) -> Version:
    """Return a version of a public notice by its number."""
    return versions_of(record)[number - 1]


def revision_of(record: NoticeRecord, number: int, changes: Sequence[NoticeChange]) -> Any:
    """Return the wording of a version: of the correction that made it, else the one first published."""
    for change in changes:
        if change.revision_id and change.version == number:
            return change.revision
    return record.revision if record.version <= 1 else record.approved_revision


def last_day_at(
    record: NoticeRecord, changes: Sequence[NoticeChange], moment: datetime | None
) -> date | None:
    """Return the last day of the window as it stood just before a moment, None standing for now."""
    later = [change for change in changes if moment is not None and change.made_at >= moment]
    return next((change.old_last_day for change in later if change.old_last_day), record.last_day)


def calendar_at(
    record: NoticeRecord, changes: Sequence[NoticeChange], moment: datetime | None
) -> tuple[bool, str]:
    """Return whether the end was provisional just before a moment, None standing for now, and by which calendar."""
    for change in changes:
        if moment is not None and change.made_at >= moment and change.old_provisional is not None:
            return change.old_provisional, change.old_calendar_version
    return record.provisional, record.calendar_version


def record_as_of(
    record: NoticeRecord,
    *,
    version: int,
    last_day: date | None,
    calendar: tuple[bool, str],
    stage: NoticeStage,
) -> NoticeRecord:
    """Return the register row with the values of an earlier moment, apart from the row in the database."""
    earlier = copy(record)
    earlier._state = copy(record._state)
    earlier._state.fields_cache = {}
    earlier.version, earlier.last_day, earlier.stage = version, last_day, stage
    earlier.provisional, earlier.calendar_version = calendar
    return earlier


def page_of_version(record: NoticeRecord, version: Version) -> NoticePage:
    """Return the notice as a version had it: wording, files by its number, window."""
    page: NoticePage = version.revision.as_object()
    page.record = record_as_of(
        record,
        version=version.number,
        last_day=version.last_day,
        calendar=version.calendar,
        stage=NoticeStage.PUBLISHED,
    )
    return page
