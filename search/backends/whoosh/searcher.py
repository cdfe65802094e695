"""The segments of an index as queries see them, with the figures that scores need."""

import math
from collections.abc import Iterator
from functools import cached_property
from heapq import merge
from typing import Any

import numpy as np

from search.analysis import Clause, Slot
from search.backends.inspection import StoredDocument
from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.inverted import InvertedColumn

# Usual values of BM25: saturation of the term frequency, weight of the field's length.
K1 = 1.2
B = 0.75


class Segment:
    """One segment as a reader sees it. What is worked out once serves every later query of the process."""

    def __init__(self, leaf: Any) -> None:
        self.leaf = leaf
        self.size = int(leaf.doc_count_all())
        self._columns: dict[str, InvertedColumn | None] = {}
        self._norms: dict[str, Numbers] = {}
        self._of_type: dict[str, Numbers] = {}

    @cached_property
    def keys(self) -> Any:
        """The keys of the documents."""
        return self.leaf.column_reader("key", translate=False)

    def column(self, name: str) -> InvertedColumn | None:
        """Return a column, None when no document of the segment fills it."""
        if name not in self._columns:
            self._columns[name] = self.leaf.cursor(name).column if name in self.leaf.schema else None
        return self._columns[name]

    def of_type(self, label: str) -> Numbers:
        """Return the mask of the documents of a type that are not deleted."""
        if label not in self._of_type:
            mask = np.zeros(self.size, bool)
            types = self.column("types")
            term = -1 if types is None else types.terms.find(label.encode())
            if types is not None and term >= 0:
                mask[types.one(term).documents] = True
                mask[list(self.leaf.deleted_docs_set)] = False
            self._of_type[label] = mask
        return self._of_type[label]

    def type_labels(self) -> list[bytes]:
        """Return the types that any document has or had."""
        types = self.column("types")
        return [] if types is None else [types.terms[at] for at in range(len(types.terms))]

    def stored(self, root: str, documents: Numbers) -> Iterator[StoredDocument]:
        """Yield documents in order."""
        numbers = self.keys.numbers[documents]
        order = np.argsort(numbers, kind="stable")
        if len(numbers) and numbers[order[0]] < 0:
            order = np.array(
                sorted(range(len(documents)), key=lambda at: (numbers[at], self.keys[int(documents[at])]))
            )
        for at in order.tolist():
            document = int(documents[at])
            yield StoredDocument(
                root, int(numbers[at]), self.keys[document], int(self.keys.fingerprints[document])
            )

    def norms(self, name: str, average: float) -> Numbers:
        """Return what BM25 adds to the frequency below the line, for each document."""
        if name not in self._norms:
            column = self.column(name)
            lengths = np.zeros(self.size, np.float32) if column is None else column.lengths
            self._norms[name] = np.asarray(K1 * (1 - B) + K1 * B / average * lengths, np.float32)
        return self._norms[name]

    def similar_terms(self, name: str, word: str, distance: int) -> list[str]:
        """Return the terms of a column up to ``distance`` edits away; the first letter must agree."""
        if self.column(name) is None:
            return []
        return list(self.leaf.terms_within(name, word, distance, prefix=1))


class Searcher:
    """The segments of a reader; safe to share between threads, for nothing in it has a place that moves."""

    def __init__(self, reader: Any) -> None:
        self.documents = max(1, int(reader.doc_count_all()))
        self.segments = [Segment(leaf) for leaf, _ in reader.leaf_readers()] if reader.doc_count_all() else []
        self._averages: dict[str, float] = {}

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield every document that is not deleted, by root model, number and key."""
        for root in sorted({label.decode() for segment in self.segments for label in segment.type_labels()}):
            parts = [
                (segment, found)
                for segment in self.segments
                if len(found := np.flatnonzero(segment.of_type(root)))
                # A document is of its model's type as well, but its key names the root of the inheritance.
                and segment.keys[int(found[0])].startswith(f"{root}:")
            ]
            yield from merge(*(segment.stored(root, found) for segment, found in parts))

    def average_length(self, name: str) -> float:
        """Return the mean number of terms of a column over the documents that fill it."""
        if name not in self._averages:
            lengths = [column.lengths for segment in self.segments if (column := segment.column(name))]
            filled = sum(int(np.count_nonzero(each)) for each in lengths)
            self._averages[name] = sum(int(each.sum()) for each in lengths) / filled if filled else 1.0
        return self._averages[name]


class Statistics:
    """Collection-wide figures for one query, so that scores of different segments can be compared."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._rarities: dict[tuple[str, Clause], float] = {}

    def rarity(self, name: str, clause: Clause) -> float:
        """Return the summed inverse document frequency of a clause's terms."""
        if (name, clause) not in self._rarities:
            self._rarities[name, clause] = sum(self._slot_rarity(name, slot) for slot in clause.slots)
        return self._rarities[name, clause]

    def _slot_rarity(self, name: str, slot: Slot) -> float:
        found = 0
        for segment in self.searcher.segments:
            column = segment.column(name)
            if column is not None:
                first, stop = terms_of(column, slot)
                found += int(column.counts[first:stop].sum())
        found = min(found, self.searcher.documents)
        return math.log(1 + (self.searcher.documents - found + 0.5) / (found + 0.5))


def terms_of(column: InvertedColumn, slot: Slot) -> tuple[int, int]:
    """Return the range of a column's terms that fill ``slot``."""
    if slot.prefix:
        return column.terms.starting_with(slot.text.encode())
    term = column.terms.find(slot.text.encode())
    return (0, 0) if term < 0 else (term, term + 1)
