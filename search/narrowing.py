"""Narrowing what was found: the facts of notices that filters look at, the counts beside each choice, the orders."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final
from unicodedata import normalize

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

    def keeps(self, facts: NoticeFacts) -> bool:
        """Whether a notice passes every filter."""
        return not self.in_its_way(facts)

    def in_its_way(self, facts: NoticeFacts) -> list[str]:
        """Return the facets, or "since" and "until", by which a notice is left out."""
        day, found = facts.published_on, []
        if self.since and (day is None or day < self.since):
            found.append("since")
        if self.until and (day is None or day > self.until):
            found.append("until")
        for facet, value in self.chosen.items():
            if not _is_value(facet, value, facts.values(facet)):
                found.append(facet)
        return found


def _is_value(facet: str, value: str, values: Sequence[str]) -> bool:
    if facet == "county":
        return any(code.startswith(value) for code in values)
    return value in values


def facts_of_all(*, today: date) -> dict[int, NoticeFacts]:
    """Return the facts of every public notice by the primary key of its page, in three queries."""
    records = NoticeRecord.objects.public().filter(page__live=True).order_by()
    rows = records.values_list(
        "page_id",
        "page__project_id",
        "page__kind",
        "page__category",
        "published_on",
        "inferred_published_on",
        "last_day",
    )
    opened = set(records.open_on(today).values_list("page_id", flat=True))
    counties: dict[int, list[str]] = defaultdict(list)
    for project, code in ProjectDivision.objects.order_by().values_list("project_id", "code").distinct():
        counties[project].append(code)
    found = {}
    for page_id, project, kind, category, published, inferred, last_day in rows:
        closed = "" if kind == NoticeKind.PRE_APPROVAL else "closed"
        found[page_id] = NoticeFacts(
            page_id,
            kind,
            as_industry(category),
            "open" if page_id in opened else closed,
            published or inferred,
            last_day,
            tuple(counties[project]),
        )
    return found


def choices(found: Collection[NoticeFacts], narrowing: Narrowing) -> dict[str, list[Choice]]:
    """Return the choices of every facet, each counted under all other filters; a chosen value always stands among them."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    kept = 0
    if not narrowing:
        kept = len(found)
        for facet in FACETS:
            counts[facet].update(chain.from_iterable(facts.values(facet) for facts in found))
        found = ()
    for facts in found:
        left_out_by = narrowing.in_its_way(facts)
        kept += not left_out_by
        for facet in FACETS if not left_out_by else left_out_by if len(left_out_by) == 1 else ():
            if facet in counts:
                counts[facet].update(set(facts.values(facet)))
    return {facet: _choices(facet, counts[facet], kept, narrowing) for facet in FACETS}


def _choices(facet: str, counts: Counter[str], kept: int, narrowing: Narrowing) -> list[Choice]:
    chosen = narrowing.chosen.get(facet, "")
    if chosen and chosen not in counts:
        counts[chosen] = kept
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


def as_industry(typed: str) -> str:
    """Return a class of the list of environmental assessments, which proponents type freely, in one way of writing."""
    return " ".join(normalize("NFKC", typed).split())


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
