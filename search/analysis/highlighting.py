"""Passages of the original text with what was searched marked, found with the very terms of the index."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from search.analysis.characters import HAN
from search.analysis.clauses import Clause, Prefix, clauses_of
from search.analysis.normalisation import normalise_with_map
from search.analysis.tokens import tokenise

_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")


class Segment(NamedTuple):
    """A piece of the original text; ``marked`` when it is a hit."""

    text: str
    marked: bool


class Passage(NamedTuple):
    """A stretch of the original text; ``cut_before`` and ``cut_after`` tell that the text goes on there."""

    segments: tuple[Segment, ...]
    cut_before: bool
    cut_after: bool


class _Hit(NamedTuple):
    start: int
    end: int
    clause: int


def mark(text: str, query: str | Sequence[Clause]) -> tuple[Segment, ...]:
    """Return the whole ``text`` in segments, for a page view."""
    return _segments(text, 0, len(text), _hits(text, query))


def highlight(
    text: str, query: str | Sequence[Clause], *, width: int = 120, limit: int = 3
) -> tuple[Passage, ...]:
    """Return up to ``limit`` passages of about ``width`` characters, those with most different words of the
    query first chosen, in the order of the text; none when nothing of the query stands in it."""
    hits = _hits(text, query)
    chosen: list[tuple[int, int]] = []
    richness = _richness(hits, width)
    for hit in sorted(hits, key=lambda hit: (-richness[hit.start], hit.start)):
        start = max(0, hit.start - width // 3)
        end = min(len(text), max(start + width, hit.end))
        if all(end <= other_start or start >= other_end for other_start, other_end in chosen):
            chosen.append((start, end))
        if len(chosen) == limit:
            break
    return tuple(
        Passage(_segments(text, start, end, hits), start > 0, end < len(text))
        for start, end in sorted(chosen)
    )


def _richness(hits: Sequence[_Hit], width: int) -> dict[int, int]:
    """Return for each place where a hit begins how many clauses stand in the passage from there; ``hits`` are in order.

    Walks backwards and keeps of each clause where it next ends: a page with thousands of hits is walked once.
    """
    nearest_end: dict[int, int] = {}
    richness: dict[int, int] = {}
    for start, group in groupby(reversed(hits), key=lambda hit: hit.start):
        for hit in group:
            nearest_end[hit.clause] = min(hit.end, nearest_end.get(hit.clause, hit.end))
        reach = start + width * 2 // 3
        richness[start] = sum(end <= reach for end in nearest_end.values())
    return richness


def _hits(text: str, query: str | Sequence[Clause]) -> list[_Hit]:
    clauses = clauses_of(query, prefix=Prefix.WORDS) if isinstance(query, str) else query
    normal = normalise_with_map(text)
    hits = []
    for number, clause in enumerate(clauses):
        for start in _places(normal.text, clause.slots[0].text):
            end = _match_end(normal.text, start, clause)
            if end is not None:
                hits.append(_Hit(*normal.original_span(start, end), number))
    return sorted(hits)


def _places(text: str, part: str) -> Iterator[int]:
    """Yield where ``part`` stands in the text, overlapping ones too."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _match_end(text: str, start: int, clause: Clause) -> int | None:
    """Return where the clause that begins at ``start`` ends in the normalised text, or None if it does not stand there.

    Only the terms about that place are made: those of whole pages took most of a search's time.
    """
    if not _begins_term(text, start):
        return None
    end = None
    terms = tokenise(text, start)
    for position, slot in enumerate(clause.slots):
        token = next(terms, None)
        if token is None or token.position != position or not slot.accepts(token.text):
            return None
        end = token.start + len(slot.text) if slot.prefix else token.end
    return end


def _begins_term(text: str, start: int) -> bool:
    """Tell whether a term begins at a letter, digit or Han character; two characters before it say so (``tokens``)."""
    if start == 0 or HAN.match(text, start):
        return True
    if _DIGIT.match(text, start):
        inside = text[start - 1] == "." and start > 1 and _DIGIT.match(text, start - 2)
        return not inside and not _DIGIT.match(text, start - 1)
    return bool(HAN.match(text, start - 1)) or not _LETTER.match(text, start - 1)


def _segments(text: str, start: int, end: int, hits: Iterable[_Hit]) -> tuple[Segment, ...]:
    spans: list[tuple[int, int]] = []
    at = start
    for hit in hits:
        first, last = max(hit.start, at), min(hit.end, end)
        if first >= last:
            continue
        if spans and first == at:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
        at = last
    found: list[Segment] = []
    at = start
    for first, last in spans:
        if first > at:
            found.append(Segment(text[at:first], False))
        found.append(Segment(text[first:last], True))
        at = last
    if at < end:
        found.append(Segment(text[at:end], False))
    return tuple(found)
