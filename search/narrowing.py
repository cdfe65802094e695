"""Narrowing what was found: the facts of notices that filters look at, the counts beside each choice, the orders."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from notices.models import NoticeRecord
from notices.models.pages import KIND_LABELS
from notices.models.project import ProjectDivision
from notices.statutory import divisions
from notices.statutory.facts import NoticeKind

FACETS: Final = ("county", "state", "kind", "year", "industry")
SORTS: Final = ("relevance", "closing")


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a notice can be narrowed and ordered by; ``state`` is open, closed or empty (takes no opinions online)."""

    page_id: int
    kind: str
    industry: str
    state: str
    published_on: date | None
    last_day: date | None
    counties: tuple[str, ...]

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the values of a facet, none when the notice does not say."""
        if facet == "county":
            return self.counties
        if facet == "year":
            return (str(self.published_on.year),) if self.published_on else ()
        value: str = getattr(self, facet)
        return (value,) if value else ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, with how many notices it would leave; None before anything was searched."""

    value: str
    label: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What was chosen. ``chosen`` holds facets only, each with one value."""

    chosen: dict[str, str]
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.chosen or self.since or self.until)

    def keeps(self, facts: NoticeFacts, *, but: str = "") -> bool:
        """Whether a notice passes every filter, leaving out the facet ``but``."""
        if self.since and (facts.published_on is None or facts.published_on < self.since):
            return False
        if self.until and (facts.published_on is None or facts.published_on > self.until):
            return False
        return all(
            _is_value(facet, value, facts.values(facet))
            for facet, value in self.chosen.items()
            if facet != but
        )


def _is_value(facet: str, value: str, values: Sequence[str]) -> bool:
    if facet == "county":
        return any(code.startswith(value) for code in values)
    return value in values


def facts_of(page_ids: Iterable[int], *, today: date) -> dict[int, NoticeFacts]:
    """Return the facts of the public notices among these pages, in three queries."""
    records = NoticeRecord.objects.public().filter(page_id__in=list(page_ids), page__live=True)
    rows = list(
        records.order_by().values_list(
            "page_id",
            "page__project_id",
            "page__kind",
            "page__category",
            "published_on",
            "inferred_published_on",
            "last_day",
        )
    )
    opened = set(records.open_on(today).order_by().values_list("page_id", flat=True))
    counties: dict[int, list[str]] = defaultdict(list)
    touched = ProjectDivision.objects.filter(project__in={row[1] for row in rows if row[1]})
    for project, code in touched.values_list("project_id", "code"):
        counties[project].append(code)
    found = {}
    for page_id, project, kind, category, published, inferred, last_day in rows:
        closed = "" if kind == NoticeKind.PRE_APPROVAL else "closed"
        found[page_id] = NoticeFacts(
            page_id,
            kind,
            category,
            "open" if page_id in opened else closed,
            published or inferred,
            last_day,
            tuple(counties[project]),
        )
    return found


def choices(found: Iterable[NoticeFacts], narrowing: Narrowing) -> dict[str, list[Choice]]:
    """Return the choices of every facet, each counted under all other filters; a chosen value always stands among them."""
    found = list(found)
    return {facet: _choices(facet, found, narrowing) for facet in FACETS}


def _choices(facet: str, found: list[NoticeFacts], narrowing: Narrowing) -> list[Choice]:
    counts: Counter[str] = Counter()
    for facts in found:
        if narrowing.keeps(facts, but=facet):
            counts.update(set(facts.values(facet)))
    chosen = narrowing.chosen.get(facet, "")
    if chosen and chosen not in counts:
        counts[chosen] = sum(narrowing.keeps(facts) for facts in found)
    order: Callable[[str], object] = (lambda value: -int(value)) if facet == "year" else str
    return [
        Choice(value, label(facet, value), counts[value], value == chosen)
        for value in sorted(counts, key=order)  # type: ignore[arg-type]
    ]


def label(facet: str, value: str) -> str:
    """Return a facet's value in words."""
    if facet == "county":
        return divisions.label(value)
    if facet == "kind":
        return str(KIND_LABELS[NoticeKind(value)])
    if facet == "state":
        return _("征求意见中") if value == "open" else _("已截止")
    return _("%(year)s年") % {"year": value} if facet == "year" else value


def known(facet: str, value: str) -> bool:
    """Whether a value of a query string can be one of the facet's."""
    match facet:
        case "county":
            return re.fullmatch(r"[0-9]{2,6}", value) is not None
        case "state":
            return value in ("open", "closed")
        case "kind":
            return value in {kind.value for kind in NoticeKind}
        case "year":
            return re.fullmatch(r"(19|20)[0-9]{2}", value) is not None
    return bool(value)


def by_closing(facts: NoticeFacts) -> tuple[int, int]:
    """Order by closing: what can still be commented on first, the nearest end first; then what closed last."""
    if facts.last_day is None:
        return (1 if facts.state == "open" else 3, 0)
    day = facts.last_day.toordinal()
    return (0, day) if facts.state == "open" else (2, -day)


def read_day(typed: str) -> date | None:
    """Return the day written as 2026-3-1, 2026/3/1, 2026.3.1, 20260301 or 2026年3月1日; None for anything else."""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", typed) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", typed
    )
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
