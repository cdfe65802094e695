"""How well and how fast the importer reads the labelled notices."""

from __future__ import annotations

import time
from collections.abc import Iterable

from notices.importer.parser import parse_page
from portal.figures import Figure
from tests.notices.importer.scoring import FIELDS, newspaper, samples, scores

LIMIT_MS = 50.0
ROUNDS = 5
# The share of pages that agree says more of these than precision and recall.
BY_ACCURACY = ("kind", "truncated", "missing_items")


def run() -> Iterable[Figure]:
    """Yield accuracy or precision, recall and F1 of every field, and the time of a page."""
    for field in FIELDS:
        score = scores()[field]
        size = f"{score.pages} pages, {score.right + score.missed} values"
        if field in BY_ACCURACY:
            yield Figure(f"importer {field} accuracy", round(score.accuracy, 3), "share", size=size)
            continue
        for name, value in (("precision", score.precision), ("recall", score.recall), ("F1", score.f1)):
            yield Figure(f"importer {field} {name}", round(value, 3), "share", size=size)
    yield _time("slowest labelled page", max(_milliseconds(sample.text) for sample in samples()))
    yield _time("newspaper page", _milliseconds(newspaper()))


def _time(name: str, milliseconds: float) -> Figure:
    ratio = round(milliseconds / LIMIT_MS, 2)
    return Figure(f"importer {name}", round(milliseconds, 1), "ms", f"{LIMIT_MS:.0f} ms a page", ratio)


def _milliseconds(text: str) -> float:
    started = time.perf_counter()
    for _round in range(ROUNDS):
        parse_page(text)
    return (time.perf_counter() - started) * 1000 / ROUNDS
