"""Evaluation of queries on one segment of an index: sets of documents with their BM25 scores.

Every node answers with a mapping of document number to score. Whoosh stores and reads the postings; its own
query and matcher classes are not used, because they decode positions one candidate at a time.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from search.analysis import Clause, Slot
from search.backends.whoosh.whoosh_library import TermNotFound

Scores = dict[int, float]

# Usual values of BM25: saturation of the term frequency, weight of the field's length.
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Column:
    """An indexed text column with the weight of its hits."""

    name: str
    boost: float = 1.0


class Node(Protocol):
    """A query that can be evaluated on a segment."""

    def scores(self, segment: "Segment") -> Scores:
        """Return the matching documents with their scores."""
        ...


class Statistics:
    """Collection-wide figures, so that scores of different segments can be compared."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.documents = max(1, int(reader.doc_count_all()))
        self.leaves: list[Any] = [leaf for leaf, _ in reader.leaf_readers()]

    def average_length(self, column: str) -> float:
        """Return the mean number of terms of ``column`` over all documents."""
        return max(1.0, float(self.reader.field_length(column)) / self.documents)

    def rarity(self, column: str, clause: Clause) -> float:
        """Return the summed inverse document frequency of a clause's terms."""
        return sum(self._slot_rarity(column, slot) for slot in clause.slots)

    def _slot_rarity(self, column: str, slot: Slot) -> float:
        found = sum(
            leaf.doc_frequency(column, term) for leaf in self.leaves for term in terms_of(leaf, column, slot)
        )
        found = min(found, self.documents)
        return math.log(1 + (self.documents - found + 0.5) / (found + 0.5))


class Segment:
    """One segment's documents of the wanted types, and its postings."""

    def __init__(self, reader: Any, statistics: Statistics, type_label: str) -> None:
        self.reader = reader
        self.statistics = statistics
        self.type_label = type_label

    @cached_property
    def documents(self) -> frozenset[int]:
        """The live documents of the wanted type."""
        return frozenset(document for document, _ in self.postings("types", self.type_label))

    def postings(self, column: str, term: str) -> Iterator[tuple[int, float]]:
        """Yield the documents that hold ``term`` with its frequency in each."""
        matcher = self._matcher(column, term)
        while matcher is not None and matcher.is_active():
            yield matcher.id(), matcher.weight()
            matcher.next()

    def positions(
        self, column: str, term: str, wanted: frozenset[int] | set[int]
    ) -> Iterator[tuple[int, list[int]]]:
        """Yield the positions of ``term`` in those of the ``wanted`` documents that hold it."""
        matcher = self._matcher(column, term)
        while matcher is not None and matcher.is_active():
            document = matcher.id()
            if document in wanted:
                yield document, matcher.value_as("positions")
            matcher.next()

    def length(self, column: str, document: int) -> int:
        """Return the number of terms of ``column`` in ``document`` (rounded by the codec)."""
        return self.reader.doc_field_length(document, column, 1) or 1

    def _matcher(self, column: str, term: str) -> Any:
        try:
            return self.reader.postings(column, term)
        except TermNotFound:
            return None


def terms_of(reader: Any, column: str, slot: Slot) -> list[str]:
    """Return the terms of a segment's column that fill ``slot``."""
    if column not in reader.schema:
        return []
    if slot.prefix:
        return [term.decode() for term in reader.expand_prefix(column, slot.text)]
    return [slot.text] if (column, slot.text) in reader else []


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents, unscored."""

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        return dict.fromkeys(segment.documents, 0.0)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        return {}


@dataclass(frozen=True, slots=True)
class Match:
    """A clause in any of the columns; the scores of several columns add up."""

    clause: Clause
    columns: tuple[Column, ...]

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        found: Scores = {}
        for column in self.columns:
            frequencies = _frequencies(segment, column.name, self.clause)
            if not frequencies:
                continue
            weight = column.boost * segment.statistics.rarity(column.name, self.clause)
            average = segment.statistics.average_length(column.name)
            for document, frequency in frequencies.items():
                length = segment.length(column.name, document) / average
                tf = frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length))
                found[document] = found.get(document, 0.0) + weight * tf
        return found


@dataclass(frozen=True, slots=True)
class Similar:
    """A Latin word up to ``distance`` edits away; the first letter must agree."""

    word: str
    distance: int
    columns: tuple[Column, ...]

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        found: Scores = {}
        for column in self.columns:
            if column.name not in segment.reader.schema:
                continue
            near = segment.reader.terms_within(column.name, self.word, self.distance, prefix=1)
            for term in {term.decode() if isinstance(term, bytes) else term for term in near}:
                closeness = 1.0 if term == self.word else 0.5
                exact = Match(Clause((Slot(term),)), (column,))
                for document, score in exact.scores(segment).items():
                    found[document] = max(found.get(document, 0.0), closeness * score)
        return found


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every part."""

    parts: tuple[Node, ...]

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        found: Scores | None = None
        for part in self.parts:
            scores = part.scores(segment)
            found = (
                scores
                if found is None
                else {
                    document: score + scores[document]
                    for document, score in found.items()
                    if document in scores
                }
            )
            if not found:
                break
        return found or {}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least ``least`` parts."""

    parts: tuple[Node, ...]
    least: int = 1

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        found: Scores = {}
        matched: dict[int, int] = {}
        for part in self.parts:
            for document, score in part.scores(segment).items():
                found[document] = found.get(document, 0.0) + score
                matched[document] = matched.get(document, 0) + 1
        if self.least > 1:
            found = {document: score for document, score in found.items() if matched[document] >= self.least}
        return found


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Documents that do not match the part."""

    part: Node

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        return dict.fromkeys(segment.documents.difference(self.part.scores(segment)), 0.0)


@dataclass(frozen=True, slots=True)
class Boosted:
    """A part whose scores count ``factor`` times."""

    part: Node
    factor: float

    def scores(self, segment: Segment) -> Scores:
        """Return the matching documents with their scores."""
        return {document: score * self.factor for document, score in self.part.scores(segment).items()}


def search(reader: Any, node: Node, type_label: str) -> list[tuple[str, float]]:
    """Return key and score of every matching document, best first, equals in the order of their keys."""
    statistics = Statistics(reader)
    found: list[tuple[str, float]] = []
    for leaf in statistics.leaves:
        segment = Segment(leaf, statistics, type_label)
        if not segment.documents:
            continue
        keys = leaf.column_reader("key")
        wanted = segment.documents
        found.extend(
            (keys[document], score) for document, score in node.scores(segment).items() if document in wanted
        )
    found.sort(key=lambda hit: (-hit[1], hit[0]))
    return found


def _frequencies(segment: Segment, column: str, clause: Clause) -> Mapping[int, float]:
    """Return how often each document holds the clause in one column."""
    terms = [terms_of(segment.reader, column, slot) for slot in clause.slots]
    if not all(terms):
        return {}
    if len(terms) == 1:
        found: dict[int, float] = {}
        for term in terms[0]:
            for document, weight in segment.postings(column, term):
                found[document] = found.get(document, 0.0) + weight
        return found
    candidates = _holding_all(segment, column, terms)
    starts: dict[int, set[int]] | None = None
    for offset, alternatives in enumerate(terms):
        here: dict[int, set[int]] = {}
        for term in alternatives:
            for document, positions in segment.positions(column, term, candidates):
                here.setdefault(document, set()).update(position - offset for position in positions)
        starts = (
            here
            if starts is None
            else {d: both for d in starts if d in here and (both := starts[d] & here[d])}
        )
        candidates = set(starts)
    return {document: float(len(found_at)) for document, found_at in (starts or {}).items()}


def _holding_all(segment: Segment, column: str, terms: Sequence[Sequence[str]]) -> set[int]:
    candidates: set[int] | None = None
    rarest_first = sorted(
        terms,
        key=lambda alternatives: sum(segment.reader.doc_frequency(column, term) for term in alternatives),
    )
    for alternatives in rarest_first:
        holding = {document for term in alternatives for document, _ in segment.postings(column, term)}
        candidates = holding if candidates is None else candidates & holding
        if not candidates:
            break
    return candidates or set()
