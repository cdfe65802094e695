"""How many opinions came in, by round and channel, on the portal and elsewhere; read anew for every statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from notices.archive.models import ElsewhereRound
from notices.models import NoticeRecord, Project
from notices.opinions.models import Channel
from notices.opinions.public_opinions import Numbers, numbers_of, takes_opinions
from notices.statutory.facts import NoticeKind


@dataclass(frozen=True, slots=True)
class RoundCount:
    """The opinions of one round at one place; ``numbers`` is None for a round held elsewhere.

    ``total`` is None where nobody has stated it, and ``channels`` then empty.
    """

    label: str
    kind: str
    code: str
    total: int | None
    channels: dict[str, int]
    numbers: Numbers | None = None

    @property
    def topics(self) -> dict[str, int]:
        """Return how many opinions each topic is marked on, by its key."""
        topics = self.numbers.topics if self.numbers else ()
        return {tally.key: tally.count for tally in topics if tally.count}


@dataclass(frozen=True, slots=True)
class Counts:
    """All rounds of a project."""

    rounds: tuple[RoundCount, ...]

    @property
    def total(self) -> int:
        """Return the opinions of all rounds; those that nobody has stated cannot be in it."""
        return sum(row.total or 0 for row in self.rounds)

    @property
    def unstated(self) -> list[RoundCount]:
        """Return the rounds whose number nobody has stated."""
        return [row for row in self.rounds if row.total is None]

    def of_kind(self, kind: str) -> list[RoundCount]:
        """Return the counts of one kind of round."""
        return [row for row in self.rounds if row.kind == kind]

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of the numbers with a build."""
        return {
            "total": self.total,
            "rounds": [
                {
                    "label": row.label,
                    "code": row.code,
                    "kind": row.kind,
                    "total": row.total,
                    "channels": row.channels,
                    "topics": row.topics,
                }
                for row in self.rounds
            ],
        }

    def agrees_with(self, kept: dict[str, Any]) -> bool:
        """Whether the numbers kept with a build are still these; labels are in the language of whoever had it made."""
        return _numbers_in(self.as_json()) == _numbers_in(kept)


def _numbers_in(kept: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (row["kind"], row["code"], row["total"], row["channels"], row.get("topics", {}))
        for row in kept["rounds"]
    ]


def counts_of(records: Sequence[NoticeRecord], elsewhere: Sequence[ElsewhereRound]) -> Counts:
    """Count the opinions of public notices in the register and add those stated of rounds held elsewhere."""
    here = [_here(record) for record in records if takes_opinions(record)]
    rounds = [*here, *(_elsewhere(row) for row in elsewhere)]
    order = [str(kind) for kind in NoticeKind]
    return Counts(tuple(sorted(rounds, key=lambda row: order.index(row.kind))))


def _here(record: NoticeRecord) -> RoundCount:
    numbers = numbers_of(record.page)
    by_label = {str(channel.label): str(channel) for channel in Channel}
    return RoundCount(
        label=_("%(kind)s（公示码 %(code)s）")
        % {"kind": record.page.get_kind_display(), "code": record.code},
        kind=record.page.kind,
        code=record.code,
        total=numbers.total,
        channels={by_label[tally.label]: tally.count for tally in numbers.channels if tally.count},
        numbers=numbers,
    )


def _elsewhere(row: ElsewhereRound) -> RoundCount:
    return RoundCount(
        label=_("%(kind)s（%(name)s）") % {"kind": row.get_round_display(), "name": row.name},
        kind=row.round,
        code="",
        total=row.opinions,
        channels={name: count for name, count in row.counts.items() if count},
    )


def opinions_elsewhere(project: Project) -> int:
    """Return how many opinions rounds held elsewhere are stated to have brought; the count of the statement holds them."""
    return sum(row.opinions or 0 for row in ElsewhereRound.objects.filter(project=project))
