"""Evaluation of queries on the segments of an index: which documents match, with which BM25 score.

Every node answers for all documents of a segment at once, with a mask and an array of scores. Whoosh keeps the
segments; its own query and matcher classes are not used, because they go from posting to posting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from search.analysis import Clause, Slot
from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.blocks import decode_without_positions
from search.backends.whoosh.inverted import InvertedColumn
from search.backends.whoosh.phrases import Found, phrase
from search.backends.whoosh.searcher import K1, Searcher, Segment, Statistics, terms_of


@dataclass(frozen=True, slots=True)
class Column:
    """An indexed text column with the weight of its hits."""

    name: str
    boost: float = 1.0


class Matches(NamedTuple):
    """For each document of a segment whether it matches, and its score (zero where it does not)."""

    mask: Numbers
    scores: Numbers


class Node(Protocol):
    """A query that can be evaluated on a segment."""

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores; documents not ``among`` these may be left out or in."""
        ...


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents, unscored."""

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        return Matches(np.ones(segment.size, bool), np.zeros(segment.size, np.float32))


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        return Matches(np.zeros(segment.size, bool), np.zeros(segment.size, np.float32))


@dataclass(frozen=True, slots=True)
class Match:
    """A clause in any of the columns; the scores of several columns add up."""

    clause: Clause
    columns: tuple[Column, ...]

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        mask = np.zeros(segment.size, bool)
        scores = np.zeros(segment.size, np.float32)
        for column in self.columns:
            inverted = segment.column(column.name)
            found = None if inverted is None else _found(inverted, self.clause, among)
            if found is None:
                continue
            documents, frequencies = found
            weight = column.boost * statistics.rarity(column.name, self.clause) * (K1 + 1)
            norms = segment.norms(column.name, statistics.searcher.average_length(column.name))
            frequency = frequencies.astype(np.float32)
            mask[documents] = True
            scores[documents] += np.float32(weight) * frequency / (frequency + norms[documents])
        return Matches(mask, scores)


@dataclass(frozen=True, slots=True)
class Similar:
    """A Latin word up to ``distance`` edits away; the first letter must agree."""

    word: str
    distance: int
    columns: tuple[Column, ...]

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        mask, best = Nothing().matches(segment, statistics, among)
        for column in self.columns:
            for term in segment.similar_terms(column.name, self.word, self.distance):
                closeness = np.float32(1.0 if term == self.word else 0.5)
                here = Match(Clause((Slot(term),)), (column,)).matches(segment, statistics, among)
                mask |= here.mask
                best = np.maximum(best, closeness * here.scores)
        return Matches(mask, best)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every part."""

    parts: tuple[Node, ...]

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        mask, scores = among.copy(), np.zeros(segment.size, np.float32)
        for part in self.parts:
            here = part.matches(segment, statistics, mask)
            mask &= here.mask
            scores += here.scores
            if not mask.any():
                break
        return Matches(mask, np.where(mask, scores, np.float32(0)))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least ``least`` parts."""

    parts: tuple[Node, ...]
    least: int = 1

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        matched = np.zeros(segment.size, np.uint16)
        scores = np.zeros(segment.size, np.float32)
        for part in self.parts:
            here = part.matches(segment, statistics, among)
            matched += here.mask
            scores += here.scores
        mask = matched >= self.least
        return Matches(mask, np.where(mask, scores, np.float32(0)))


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Documents that do not match the part."""

    part: Node

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        mask, _scores = self.part.matches(segment, statistics, among)
        return Matches(~mask, np.zeros(segment.size, np.float32))


@dataclass(frozen=True, slots=True)
class Boosted:
    """A part whose scores count ``factor`` times."""

    part: Node
    factor: float

    def matches(self, segment: Segment, statistics: Statistics, among: Numbers) -> Matches:
        """Return the matching documents with their scores."""
        mask, scores = self.part.matches(segment, statistics, among)
        return Matches(mask, scores * np.float32(self.factor))


class Hits:
    """The matching documents, counted exactly; put in order only as far as somebody looks."""

    def __init__(self, parts: Sequence[tuple[Segment, Numbers, Numbers]]) -> None:
        self._segments = [segment for segment, _, _ in parts]
        self._documents = np.concatenate([np.empty(0, np.int64), *(found for _, found, _ in parts)])
        self._bounds = np.cumsum([0, *(len(found) for _, found, _ in parts)])
        self.scores = np.concatenate([np.empty(0, np.float32), *(scores for _, _, scores in parts)])

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def numbers(self) -> Numbers:
        """The number in each hit's key, -1 where it has none."""
        return self._of_each(lambda segment: segment.keys.numbers)

    @cached_property
    def groups(self) -> Numbers:
        """The group of each hit, -1 where it has none."""
        return self._of_each(lambda segment: segment.keys.groups)

    def _of_each(self, values: Callable[[Segment], Numbers]) -> Numbers:
        found = [
            values(segment)[self._documents[first:stop]]
            for segment, first, stop in zip(self._segments, self._bounds, self._bounds[1:], strict=False)
        ]
        return np.concatenate([np.empty(0, np.int64), *found])

    def best(self, count: int) -> Numbers:
        """Return the places of the ``count`` best hits, best first, equals by the number of their keys."""
        if count < len(self):
            limit = np.partition(self.scores, len(self) - count)[len(self) - count] if count else np.inf
            chosen = np.flatnonzero(self.scores >= limit)
        else:
            chosen = np.arange(len(self))
        order: Numbers = chosen[np.lexsort((self.numbers[chosen], -self.scores[chosen]))][:count]
        return order

    def grouped(self, numbers: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return the different ``numbers`` of the hits, each with how many hits have it and its best score, best first."""
        known = numbers >= 0
        counts = np.bincount(numbers[known])
        best = np.full(len(counts), -np.inf, np.float32)
        np.maximum.at(best, numbers[known], self.scores[known])
        found = np.flatnonzero(counts)
        found = found[np.argsort(-best[found], kind="stable")]
        return found, counts[found], best[found]

    def best_of_groups(self, groups: Sequence[int], each: int) -> Numbers:
        """Return the places of the ``each`` best hits of every one of the groups, best first, equals by their number."""
        places = np.flatnonzero(np.isin(self.groups, np.asarray(groups, np.int64)))
        places = places[np.lexsort((self.numbers[places], -self.scores[places]))]
        by_group = np.argsort(self.groups[places], kind="stable")
        starts = np.flatnonzero(np.diff(self.groups[places][by_group], prepend=np.int64(-1)))
        ranks = np.empty(len(places), np.int64)
        sizes = np.diff([*starts, len(places)])
        ranks[by_group] = np.arange(len(places)) - np.repeat(starts, sizes)
        kept: Numbers = places[ranks < each]
        return kept

    def keys(self, places: Numbers) -> list[str]:
        """Return the keys of the hits at ``places``."""
        segments = np.searchsorted(self._bounds, places, side="right") - 1
        return [
            self._segments[segment].keys[int(document)]
            for segment, document in zip(segments.tolist(), self._documents[places], strict=True)
        ]


def search(searcher: Searcher, node: Node, type_label: str, groups: Sequence[int] | None = None) -> Hits:
    """Return every matching document of a type, or those of some of its groups."""
    statistics = Statistics(searcher)
    parts = []
    for segment in searcher.segments:
        wanted = segment.of_type(type_label)
        if groups is not None:
            wanted = wanted & np.isin(segment.keys.groups, np.asarray(groups, np.int64))
        if not wanted.any():
            continue
        mask, scores = node.matches(segment, statistics, wanted)
        found = np.flatnonzero(mask & wanted)
        if len(found):
            parts.append((segment, found, scores[found]))
    return Hits(parts)


def _found(column: InvertedColumn, clause: Clause, among: Numbers) -> Found | None:
    """Return the documents of one column that hold the clause, and how often; None when one of its terms is missing."""
    terms = [terms_of(column, slot) for slot in clause.slots]
    if any(first >= stop for first, stop in terms):
        return None
    if len(terms) > 1:
        return phrase(column, clause.slots, terms, among)
    first, stop = terms[0]
    if stop - first == 1:
        postings = column.one(first)
        return postings.documents, postings.frequencies
    postings = decode_without_positions(column.blocks(first, stop))
    counts = np.bincount(postings.documents, weights=postings.frequencies)
    documents = np.flatnonzero(counts)
    return documents, counts[documents]
