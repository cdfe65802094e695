"""Reads of volumes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from notices.archive.editions import ARCHIVED
from notices.archive.models import Volume
from notices.archive.volumes.ranges import VolumeRange, ranges_of
from notices.committed_files import CommittedFiles
from notices.ledger.models import Entry
from notices.models import NoticeRecord
from notices.opinions.models import Opinion, OpinionFile

KIND = "volume"


def volumes_of(record: NoticeRecord) -> list[Volume]:
    """Return the volumes in force of a notice, in their order."""
    return list(in_force().filter(notice_id=record.page_id).order_by("number"))


def in_force() -> QuerySet[Volume]:
    """Return the volumes that were not replaced or taken out."""
    return Volume.objects.filter(superseded_at=None)


@dataclass(frozen=True, slots=True)
class VolumeState:
    """A volume that there is or should be; ``touched`` when an opinion in it was since, or new ones belong in it."""

    range: VolumeRange
    volume: Volume | None
    touched: bool

    @property
    def count(self) -> int:
        """Return how many opinions belong in it."""
        return self.range.last - self.range.first + 1


def volume_states(record: NoticeRecord) -> list[VolumeState]:
    """Return the volumes of a notice as they stand, by the times of the acts on their opinions; three queries.

    Cheaper than the fingerprints, by which ``make_volumes`` decides.
    """
    made = {
        volume.number: volume
        for volume in in_force().filter(notice_id=record.page_id).annotate(touched=Exists(_touched()))
    }
    return [_state(part, made.get(part.number)) for part in ranges_of(record)]


def _state(part: VolumeRange, volume: Any) -> VolumeState:
    grown = volume is not None and volume.last_sequence != part.last
    return VolumeState(part, volume, volume is not None and (grown or volume.touched))


def _held() -> dict[str, OuterRef]:
    return {
        "notice": OuterRef("notice"),
        "sequence__gte": OuterRef("first_sequence"),
        "sequence__lte": OuterRef("last_sequence"),
    }


def _touched() -> QuerySet[Opinion]:
    since = OuterRef("made_at")
    return Opinion.objects.filter(
        Q(answer__made_at__gt=since)
        | Q(redactions__made_at__gt=since)
        | Q(commenter__consents_changed_at__gt=since)
        | Q(destroyed_at__gt=since)
        | Q(files__erased_at__gt=since),
        **_held(),
    )


def holding_erased() -> QuerySet[Volume]:
    """Return the volumes in force that still show a text or file that was erased since they were made."""
    texts = Opinion.objects.filter(destroyed_at__isnull=False, **_held()).order_by().values("notice")
    held = {f"opinion__{name}": value for name, value in _held().items()}
    files = OpinionFile.objects.filter(erased_at__isnull=False, **held).order_by().values("opinion__notice")
    return in_force().annotate(now_erased=_count(texts) + _count(files)).filter(now_erased__gt=F("erased"))


def _count(rows: Any) -> Any:
    counted = rows.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _named(entry: Entry) -> list[str]:
    named = entry.act == ARCHIVED and entry.payload.get("kind") == KIND
    return [str(entry.payload.get("sha256"))] if named else []


def _kept(record: NoticeRecord) -> Iterable[tuple[str, str]]:
    rows = Volume.objects.filter(notice_id=record.page_id).order_by("-superseded_at")
    # The row in force comes last and wins where two have the same bytes; a removed file has no name.
    return sorted(rows.values_list("sha256", "file"), key=lambda row: bool(row[1]))


COMMITTED_VOLUMES = CommittedFiles(_("意见卷册"), _named, _kept)
