"""Passages of the original text with what was searched marked, found with the very terms of the index."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, islice
from typing import NamedTuple

from search.analysis.characters import HAN
from search.analysis.clauses import Clause, Prefix, clauses_of
from search.analysis.normalisation import normalise_with_map
from search.analysis.tokens import tokenise


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
    for hit in sorted(hits, key=lambda hit: (-_richness(hits, hit, width), hit.start)):
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


def _richness(hits: Sequence[_Hit], first: _Hit, width: int) -> int:
    reach = first.start + width * 2 // 3
    return len({hit.clause for hit in hits if first.start <= hit.start and hit.end <= reach})


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
    begin = start
    if not HAN.match(text, start):
        while (
            begin and (text[begin - 1] == "." or text[begin - 1].isalnum()) and not HAN.match(text, begin - 1)
        ):
            begin -= 1
    near = dropwhile(lambda token: token.start < start, tokenise(text, begin))
    run = list(islice(near, len(clause.slots)))
    if len(run) < len(clause.slots) or run[0].start != start:
        return None
    for offset, (slot, token) in enumerate(zip(clause.slots, run, strict=True)):
        if not slot.accepts(token.text) or token.position != run[0].position + offset:
            return None
    last_slot, last = clause.slots[-1], run[-1]
    return last.start + len(last_slot.text) if last_slot.prefix else last.end


def _segments(text: str, start: int, end: int, hits: Iterable[_Hit]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    at = start
    for hit in hits:
        first, last = max(hit.start, at), min(hit.end, end)
        if first >= last:
            continue
        if first > at:
            found.append(Segment(text[at:first], False))
        if found and found[-1].marked:
            found[-1] = Segment(found[-1].text + text[first:last], True)
        else:
            found.append(Segment(text[first:last], True))
        at = last
    if at < end:
        found.append(Segment(text[at:end], False))
    return tuple(found)
