"""Terms that stand side by side, found for all documents of a column at once.

An occurrence of a term is one number: its document in the upper bits, its position below. What a slot of the phrase
contributes are the occurrences of its terms moved back to where the phrase would begin; the phrase is where all agree.
"""

from collections.abc import Sequence

import numpy as np

from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.blocks import spread
from search.backends.whoosh.inverted import InvertedColumn

# Documents and frequencies of a column, in the order of the documents.
Found = tuple[Numbers, Numbers]

# With so many fewer on one side, looking each up is faster than sorting both together.
_FEW = 12


class _Slot:
    """The occurrences of a range of terms at one place of the phrase."""

    def __init__(self, column: InvertedColumn, terms: tuple[int, int], offset: int) -> None:
        self.column = column
        self.offset = offset
        self.first, self.stop = terms
        if self.stop - self.first == 1:
            self.documents, self.frequencies = column.documents(self.first)
        else:
            postings = column.postings(self.first, self.stop)
            self.documents, self.frequencies = postings.documents, postings.frequencies
            self._positions = postings.positions

    def __len__(self) -> int:
        return len(self.documents)

    def occurrences(self, among: Numbers, shift: int, kind: type[np.unsignedinteger]) -> Numbers:
        """Return the sorted occurrences in the documents that ``among`` marks."""
        documents, frequencies, positions = self.documents, self.frequencies, self.positions()
        kept = among[documents]
        chosen = np.count_nonzero(kept)
        if chosen < len(kept):
            if 4 * chosen < len(kept):
                at = np.flatnonzero(kept)
                starts = np.cumsum(frequencies, dtype=np.int64)[at] - frequencies[at]
                positions = positions[spread(starts, frequencies[at])]
            else:
                positions = positions[np.repeat(kept, frequencies)]
            documents, frequencies = documents[kept], frequencies[kept]
        found = np.repeat(documents.astype(kind) << kind(shift), frequencies)
        found += positions.astype(kind)
        # Moved forward rather than back, so that no place falls below the document's first.
        found += kind(self.offset)
        if self.stop - self.first > 1:
            found.sort()
        return found

    def positions(self) -> Numbers:
        """Return all positions, document by document."""
        if self.stop - self.first == 1:
            return self.column.positions(self.first)
        return self._positions


def phrase(column: InvertedColumn, slots: Sequence[tuple[int, int]]) -> Found:
    """Return where the terms of ``slots``, each a range of terms, follow each other."""
    size = len(column.lengths)
    parts = sorted((_Slot(column, terms, len(slots) - at) for at, terms in enumerate(slots)), key=len)
    among = np.ones(size, bool)
    for part in parts:
        here = np.zeros(size, bool)
        here[part.documents] = True
        among &= here
    shift = (int(column.longest[0]) + len(slots)).bit_length()
    kind = np.uint32 if size << shift <= 1 << 32 else np.uint64
    found: Numbers | None = None
    for part in parts:
        here = part.occurrences(among, shift, kind)
        if found is None:
            found = here
            continue
        before = len(found)
        found = _common(found, here)
        if 2 * len(found) < before:
            among = np.zeros(size, bool)
            among[(found >> kind(shift)).astype(np.int64)] = True
    assert found is not None
    documents = (found >> kind(shift)).astype(np.int64)
    starts = np.flatnonzero(np.diff(documents, prepend=-1))
    return documents[starts], np.diff(starts, append=len(documents))


def _common(some: Numbers, others: Numbers) -> Numbers:
    """Return what two sorted arrays without repetitions share."""
    if len(some) > len(others):
        some, others = others, some
    if not len(some):
        return some
    if _FEW * len(some) < len(others):
        at = np.searchsorted(others, some)
        at[at == len(others)] = 0
        return some[others[at] == some]
    both = np.concatenate((some, others))
    both.sort()
    return both[:-1][both[1:] == both[:-1]]
