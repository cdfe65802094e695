"""Terms that stand side by side, found for all documents of a column at once.

An occurrence of a term is one number: its document in the upper bits, its position below. What a slot of the phrase
contributes are the occurrences of its terms moved back to where the phrase would begin; the phrase is where all agree.

Where the pairs 防渗 and 膜面 stand two places apart, 渗膜 between them is missing only if a run of characters ends with 渗;
then the index holds 渗 alone at its place. That is rarer than 渗膜 itself, so most pairs need not be read.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from search.analysis import Slot
from search.analysis.characters import HAN
from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.blocks import (
    Postings,
    decode_positions,
    decode_without_positions,
    distances,
    repeated,
    runs,
    spread,
)
from search.backends.whoosh.inverted import InvertedColumn

# Documents and frequencies of a column, in the order of the documents.
Found = tuple[Numbers, Numbers]

# With so many fewer on one side, looking each up is faster than sorting both together.
_FEW = 8


class _Slot:
    """The occurrences of a range of terms at one place of the phrase."""

    def __init__(self, column: InvertedColumn, terms: tuple[int, int], offset: int) -> None:
        self.column = column
        self.first = terms[0]
        self.offset = offset
        self.blocks = column.blocks(*terms)
        self.is_single = terms[1] - terms[0] == 1

    @cached_property
    def postings(self) -> Postings:
        """Documents and frequencies; of thousands of terms they take longer than the rest of a search."""
        return self.column.one(self.first) if self.is_single else decode_without_positions(self.blocks)

    def __len__(self) -> int:
        return int(self.blocks.occurrences.sum())

    def occurrences(self, among: Numbers, shift: int, kind: type[np.unsignedinteger]) -> Numbers:
        """Return the sorted occurrences in the documents that ``among`` marks; perhaps some in others."""
        documents, frequencies = self.postings.documents, self.postings.frequencies
        chosen = np.flatnonzero(among[documents])
        # To pick out most of them would take longer than to carry the rest along.
        if 2 * len(chosen) < len(documents):
            documents, frequencies = documents[chosen], frequencies[chosen]
            positions = self._positions(chosen)
        else:
            positions = self._positions(None)
        found = repeated(documents.astype(kind) << kind(shift), frequencies)
        found += positions.astype(kind)
        # Moved forward rather than back, so that no place falls below the document's first.
        found += kind(self.offset)
        if not self.is_single:
            found.sort(kind="stable")
        return found

    def shared(self, found: Numbers, among: Numbers, shift: int, kind: type[np.unsignedinteger]) -> Numbers:
        """Return those of the sorted occurrences ``found`` that are the slot's; only documents that ``among`` marks count."""
        if self.is_single:
            return _common(found, self.occurrences(among, shift, kind))
        # Of hm² and all numbers that begin with 2, the 2 alone: where it leaves nothing open, the others are not read.
        usual = self.first + int(self.blocks.occurrences.argmax())
        shared = _Slot(self.column, (usual, usual + 1), self.offset).shared(found, among, shift, kind)
        if len(shared) == len(found):
            return shared
        left = _without(found, shared)
        others = self.occurrences(_mask(_documents(left, shift), len(among)), shift, kind)
        return _merged(shared, _common(left, others))

    def _positions(self, chosen: Numbers | None) -> Numbers:
        if not self.is_single:
            return decode_positions(self.blocks, self.postings, chosen)
        positions, frequencies = self.postings.positions, self.postings.frequencies
        if chosen is None:
            return positions
        starts = np.cumsum(frequencies, dtype=np.int64)[chosen] - frequencies[chosen]
        return positions[spread(starts, frequencies[chosen])]


def phrase(
    column: InvertedColumn, slots: Sequence[Slot], terms: Sequence[tuple[int, int]], among: Numbers
) -> Found:
    """Return where ``slots``, each filled by a range of terms, follow each other.

    Documents that ``among`` does not mark may be left out.
    """
    size = len(among)
    required, forbidden = _plan(column, slots, terms)
    required.sort(key=len)
    for part in required:
        if part.is_single or part is required[0]:
            among = among & _mask(part.postings.documents, size)
    shift = (int(column.longest[0]) + len(slots)).bit_length()
    kind = np.uint32 if size << shift <= 1 << 32 else np.uint64
    found = required[0].occurrences(among, shift, kind)
    for part in required[1:]:
        before = len(found)
        found = part.shared(found, among, shift, kind)
        if 2 * len(found) < before:
            among = _mask(_documents(found, shift), size)
    for part in forbidden:
        found = _without(found, part.occurrences(among, shift, kind))
    documents = _documents(found, shift)
    starts = np.flatnonzero(distances(documents + 1))
    return documents[starts], runs(starts, len(documents))


def _plan(
    column: InvertedColumn, slots: Sequence[Slot], terms: Sequence[tuple[int, int]]
) -> tuple[list[_Slot], list[_Slot]]:
    """Return the slots that must be filled, and those whose terms must not stand there."""
    required: list[_Slot] = []
    forbidden: list[_Slot] = []
    left_out = -1
    for at, slot in enumerate(slots):
        offset = len(slots) - at
        if 0 < at < len(slots) - 1 and left_out != at - 1 and _are_pairs(slots[at - 1 : at + 2]):
            alone = column.terms.find(slot.text[0].encode())
            if alone < 0 or column.occurrences[alone] < column.occurrences[terms[at][0]]:
                left_out = at
                if alone >= 0:
                    forbidden.append(_Slot(column, (alone, alone + 1), offset))
                continue
        required.append(_Slot(column, terms[at], offset))
    return required, forbidden


def _are_pairs(slots: Sequence[Slot]) -> bool:
    """Tell that slots are pairs of Han characters, each beginning with the character that ends the one before."""
    texts = [slot.text for slot in slots]
    return all(len(text) == 2 and HAN.match(text) for text in texts) and all(
        text[1] == following[0] for text, following in pairwise(texts)
    )


def _documents(occurrences: Numbers, shift: int) -> Numbers:
    return (occurrences >> occurrences.dtype.type(shift)).astype(np.int64)


def _mask(documents: Numbers, size: int) -> Numbers:
    mask = np.zeros(size, bool)
    mask[documents] = True
    return mask


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
    both = _merged(some, others)
    # Picked by their places: four times as fast as by the mask itself.
    return both[np.flatnonzero(both[1:] == both[:-1])]


def _merged(some: Numbers, others: Numbers) -> Numbers:
    both = np.concatenate((some, others))
    # Two runs are merged; sorting as if nothing were known of them takes ten times as long.
    both.sort(kind="stable")
    return both


def _without(some: Numbers, others: Numbers) -> Numbers:
    """Return a sorted array but for what another one holds."""
    if not len(some):
        return some
    at = np.searchsorted(some, others)
    at[at == len(some)] = 0
    return np.delete(some, at[some[at] == others])
