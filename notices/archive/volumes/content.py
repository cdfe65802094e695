"""What a volume prints of each opinion, read from the register, and its fingerprint.

Staff see page one whole (``notices.exports.rows`` and the register show them the text as written), so a volume does too, and beside
it what the public is shown where a passage was struck out. Names of files may say who wrote and are left out, like page two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation

from notices.ledger.services import canonical_bytes
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import Opinion, OpinionFile, OpinionTimeliness
from notices.printing.rendering import ZONE

# Raised when the template changes, so that volumes in the old form are made anew.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class PrintedFileLine:
    """A file that came with an opinion: format, size in bytes, hash; the day of its erasure as 2026-03-31, else empty."""

    name: str
    kind: str
    size: int
    sha256: str
    erased_on: str


@dataclass(frozen=True, slots=True)
class PrintedAnswer:
    """The answer that stands."""

    outcome: str
    reason: str
    reference: str
    on: str


@dataclass(frozen=True, slots=True)
class PrintedOpinion:
    """Page one of an opinion and what became of it, as values; ``show_text`` is None where nobody was asked."""

    sequence: int
    number: str
    received: str
    channel: str
    version: int
    late: bool
    on_behalf: bool
    by_helper: bool
    village: str
    postmarked: str
    supplement_to: str
    show_text: bool | None
    text: str
    public_text: str
    destroyed_on: str
    files: tuple[PrintedFileLine, ...]
    answer: PrintedAnswer | None
    position: int
    commitment: str

    @property
    def paragraphs(self) -> list[str]:
        """Return the text line by line; one paragraph of all lines would be laid out much more slowly."""
        return self.text.split("\n")

    @property
    def public_paragraphs(self) -> list[str]:
        """Return the redacted text line by line."""
        return self.public_text.split("\n") if self.public_text else []


@dataclass(frozen=True, slots=True)
class VolumeContent:
    """All that a volume prints; ``as_of`` is the last act on one of its opinions and does not count for the
    fingerprint; ``erased`` counts the texts and files that are gone."""

    number: int
    code: str
    project: str
    proponent: str
    opinions: tuple[PrintedOpinion, ...]
    as_of: datetime
    erased: int

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that is printed."""
        said = {
            "layout": LAYOUT,
            "number": self.number,
            "code": self.code,
            "project": self.project,
            "proponent": self.proponent,
            "opinions": [asdict(opinion) for opinion in self.opinions],
        }
        return sha256(canonical_bytes(said)).hexdigest()

    def count(self, flag: str) -> int:
        """Return how many opinions have a flag or field."""
        return sum(bool(getattr(opinion, flag)) for opinion in self.opinions)

    @property
    def unanswered(self) -> int:
        """Return how many wait for an answer."""
        return sum(opinion.answer is None and not opinion.destroyed_on for opinion in self.opinions)


def read_volume(
    record: NoticeRecord, page: NoticePage, *, number: int, first: int, last: int
) -> VolumeContent:
    """Return what a volume prints now; ``page`` is the notice in its public wording. Five queries."""
    rows = list(_rows(record).filter(sequence__range=(first, last)))
    return VolumeContent(
        number=number,
        code=record.code,
        project=page.project_name,
        proponent=page.proponent_name,
        opinions=_all_printed(rows),
        as_of=max(moment for row in rows for moment in _acts(row)),
        erased=sum(
            moment is not None
            for row in rows
            for moment in (row.destroyed_at, *(file.erased_at for file in row.files.all()))
        ),
    )


def read_opinions(record: NoticeRecord, sequences: Sequence[int]) -> tuple[PrintedOpinion, ...]:
    """Return page one of some opinions as it is printed, in the order of their numbers."""
    return _all_printed(_rows(record).filter(sequence__in=sequences))


def _rows(record: NoticeRecord) -> QuerySet[Opinion]:
    return (
        Opinion.objects.filter(notice_id=record.page_id)
        .select_related("answer", "commenter", "ledger_entry", "supplement_to")
        .defer("supplement_to__text", "supplement_to__redacted_text")
        .prefetch_related("files", "redactions")
        .order_by("sequence")
    )


def _all_printed(rows: Iterable[Opinion]) -> tuple[PrintedOpinion, ...]:
    # Labels are part of what is printed, whatever the worker's language.
    with translation.override("zh-hans"), timezone.override(ZONE):
        return tuple(_printed(row) for row in rows)


def _printed(row: Opinion) -> PrintedOpinion:
    commenter = getattr(row, "commenter", None)
    answer = row.answer
    return PrintedOpinion(
        sequence=row.sequence,
        number=row.number,
        received=f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M:%S}",
        channel=str(row.get_channel_display()),
        version=row.notice_version,
        late=row.timeliness == OpinionTimeliness.LATE,
        on_behalf=row.transcriber_id is not None,
        by_helper=row.filled_by_helper,
        village=row.village,
        postmarked=row.postmarked_on.isoformat() if row.postmarked_on else "",
        supplement_to=row.supplement_to.number if row.supplement_to else "",
        show_text=commenter.show_text if commenter else None,
        text=row.text,
        public_text=row.redacted_text,
        destroyed_on=_day(row.destroyed_at),
        files=tuple(_file(row, file, index) for index, file in enumerate(row.files.all(), start=1)),
        answer=PrintedAnswer(
            str(answer.get_outcome_display()), answer.reason, answer.report_reference, _day(answer.made_at)
        )
        if answer
        else None,
        position=row.ledger_entry.position,
        commitment=row.page_one_commitment,
    )


def _file(row: Opinion, file: OpinionFile, index: int) -> PrintedFileLine:
    # The name under which it is handed out; the writer's own may say who it was.
    return PrintedFileLine(f"{row.number}-{index}", file.kind, file.size, file.sha256, _day(file.erased_at))


def _day(moment: datetime | None) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _acts(row: Opinion) -> list[datetime]:
    commenter = getattr(row, "commenter", None)
    moments: list[Any] = [
        row.recorded_at,
        row.destroyed_at,
        row.answer.made_at if row.answer else None,
        commenter.consents_changed_at if commenter else None,
        *(redaction.made_at for redaction in row.redactions.all()),
        *(file.erased_at for file in row.files.all()),
    ]
    return [moment for moment in moments if moment is not None]
