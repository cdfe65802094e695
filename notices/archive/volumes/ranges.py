"""Which opinions stand in which volume: a fixed number each, fewer where they are very long; a closed volume keeps its range."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Length

from notices.archive.models import Volume
from notices.models import NoticeRecord
from notices.opinions.models import Opinion

OPINIONS_EACH = 250
# Two hundred pages and more: what a child process can lay out in a few hundred megabytes.
CHARACTERS_EACH = 300_000


@dataclass(frozen=True, slots=True)
class VolumeRange:
    """The number of a volume and the sequence numbers of its first and last opinion."""

    number: int
    first: int
    last: int


def ranges_of(record: NoticeRecord) -> list[VolumeRange]:
    """Return the volumes that a notice's opinions fill, the last of them open; none without opinions."""
    rows = Volume.objects.filter(notice_id=record.page_id).order_by("pk")
    drawn = {
        number: VolumeRange(number, first, last)
        for number, first, last in rows.values_list("number", "first_sequence", "last_sequence")
    }
    ranges = [drawn[number] for number in sorted(drawn)]
    opened = ranges.pop() if ranges else VolumeRange(1, 1, 0)
    lengths = Opinion.objects.filter(notice_id=record.page_id, sequence__gte=opened.first)
    number, first, count, characters, last = opened.number, opened.first, 0, 0, 0
    for sequence, length in lengths.order_by("sequence").values_list("sequence", Length("text")):
        full = count and (count >= OPINIONS_EACH or characters + length > CHARACTERS_EACH)
        if full and sequence > opened.last:
            ranges.append(VolumeRange(number, first, last))
            number, first, count, characters = number + 1, sequence, 0, 0
        count, characters, last = count + 1, characters + length, sequence
    return [*ranges, VolumeRange(number, first, last)] if count else ranges
