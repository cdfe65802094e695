"""The labelled notices, and how well a reader of them does: exact values after trimming."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from notices.importer.parser import parse_page

SHARED = Path(__file__).parents[4] / "shared" / "samples"
FIELDS = (
    "kind",
    "truncated",
    "project_name",
    "project_code",
    "proponent",
    "consultant",
    "location",
    "nature",
    "investment_wan_yuan",
    "contact_name",
    "contact_phone",
    "contact_email",
    "consultant_contact_phone",
    "draft_report_url",
    "draft_link_kind",
    "opinion_form_url",
    "form_link_kind",
    "paper_copy_place",
    "public_scope",
    "how_to_comment",
    "window_text",
    "window_start",
    "window_end",
    "window_working_days",
    "publication_date",
    "missing_items",
)
# Asked only of pages that were not cut: the items of a cut page are unknown.
WHOLE_PAGES_ONLY = frozenset({"missing_items"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what one reader found on it."""

    name: str
    text: str
    labels: dict[str, Any]


@dataclass(slots=True)
class Score:
    """How often a field was right, was found without being there, and was missed."""

    pages: int = 0
    equal: int = 0
    right: int = 0
    invented: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of the values found that are right."""
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        """The share of the labelled values that were found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def accuracy(self) -> float:
        """The share of the pages on which the value, or its absence, agrees."""
        return self.equal / self.pages if self.pages else 1.0


@cache
def samples() -> tuple[Sample, ...]:
    """Return the labelled pages; SAMPLES_DIR names another folder. Raises FileNotFoundError when there is none."""
    folder = Path(os.environ.get("SAMPLES_DIR") or SHARED / "notices")
    found = tuple(
        Sample(
            path.stem,
            path.with_suffix(".txt").read_text(encoding="utf-8"),
            json.loads(path.read_text("utf-8")),
        )
        for path in sorted(folder.glob("*.json"))
    )
    if not found:
        raise FileNotFoundError(f"no labelled notices in {folder}")
    return found


def newspaper() -> str:
    """Return the text of the whole newspaper page."""
    return (SHARED / "newspaper-2022-03-17.txt").read_text(encoding="utf-8")


@cache
def scores() -> dict[str, Score]:
    """Return the score of every field over all labelled pages."""
    return score_of((sample.text, sample.labels) for sample in samples())


def score_of(pages: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Score]:
    """Return the score of every field over pages and their labels; a field without a label is one that the page lacks."""
    table = {field: Score() for field in FIELDS}
    for text, labels in pages:
        notice = parse_page(text)[0]
        for field in FIELDS:
            if field not in WHOLE_PAGES_ONLY or not labels["truncated"]:
                _count(table[field], _plain(labels.get(field)), _plain(getattr(notice, field)))
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        return sorted(value) or None
    return value


def _count(score: Score, expected: Any, found: Any) -> None:
    score.pages += 1
    score.equal += expected == found
    if expected is not None and expected == found:
        score.right += 1
        return
    score.invented += found is not None
    score.missed += expected is not None
