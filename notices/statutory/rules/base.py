"""What a rule is: a statute as data, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from notices.statutory.divisions import Zone
from notices.statutory.facts import NoticeFacts, NoticeKind
from notices.statutory.terms import TermSet
from notices.statutory.workdays import Calendar

FIRST_ROUND = frozenset({NoticeKind.FIRST_ROUND})
DRAFT_REPORT = frozenset({NoticeKind.DRAFT_REPORT})
PRE_APPROVAL = frozenset({NoticeKind.PRE_APPROVAL})
TAKES_OPINIONS = FIRST_ROUND | DRAFT_REPORT
ALL_KINDS = TAKES_OPINIONS | PRE_APPROVAL


class Level(StrEnum):
    """How much a finding weighs, the heaviest first."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Stage(StrEnum):
    """The moment for which a notice is judged: its publication, or the making of the participation statement (Art. 19)."""

    PUBLICATION = "publication"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a notice misses: the rule, its article, the facts field it belongs to, and what to do about it.

    ``row`` counts the entries of a field with several from 0, ``part`` names the part of that entry; ``checked`` says whether
    the article's wording was read at its source.
    """

    rule_id: str
    article: str
    level: Level
    field: str
    message: str
    suggestion: str | None = None
    title: str = ""
    checked: bool = False
    row: int | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a predicate may look at besides the facts."""

    on: date
    calendar: Calendar
    stage: Stage
    terms: TermSet
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A predicate's answer; ``level`` and ``field`` only where they differ from the rule's.

    ``row`` and ``part`` as in a finding. ``absent`` names further facts fields whose absence the hit claims: it falls away when any of them was not seen.
    """

    message: str
    level: Level | None = None
    field: str | None = None
    suggestion: str | None = None
    absent: tuple[str, ...] = ()
    row: int | None = None
    part: str = ""


Predicate = Callable[[NoticeFacts, Context], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the statute.

    ``checked`` says whether the article's wording was read at its source. A rule that ``binds_at`` the statement only warns before.
    """

    id: str
    title: str
    article: str
    checked: bool
    level: Level
    kinds: frozenset[NoticeKind]
    field: str
    predicate: Predicate
    binds_at: Stage = Stage.PUBLICATION

    def findings(self, facts: NoticeFacts, context: Context) -> list[Finding]:
        """Return what the rule finds; nothing that rests on a field which was not seen."""
        if facts.kind not in self.kinds:
            return []
        found = []
        for hit in self.predicate(facts, context):
            field = hit.field or self.field
            if facts.unseen.isdisjoint({field, *hit.absent}):
                found.append(
                    Finding(
                        rule_id=self.id,
                        article=self.article,
                        level=self._level(hit, context.stage),
                        field=field,
                        message=hit.message,
                        suggestion=hit.suggestion,
                        title=self.title,
                        checked=self.checked,
                        row=hit.row,
                        part=hit.part,
                    )
                )
        return found

    def _level(self, hit: Hit, stage: Stage) -> Level:
        level = hit.level or self.level
        if level is Level.BLOCK and self.binds_at is Stage.STATEMENT and stage is Stage.PUBLICATION:
            return Level.WARN
        return level
