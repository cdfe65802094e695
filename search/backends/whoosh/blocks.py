"""Postings of terms as blocks of bytes: one block a term, written and read many at a time.

A block holds three lists: the distances between document numbers, the frequency in each document, all positions of the
first document, of the second, and so on. The numbers of a list take one, two or four bytes each, as its greatest
one needs; frequencies that are all 1 take none.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from search.backends.whoosh.arrays import Numbers

# Bytes of a number by the two bits that say so.
_SIZES: Final = np.array([0, 1, 2, 4], np.int64)
_KINDS: Final = (np.dtype("<u1"), np.dtype("<u1"), np.dtype("<u2"), np.dtype("<u4"))


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of consecutive terms, flat: how many documents each term has, then all lists one after another."""

    counts: Numbers
    documents: Numbers
    frequencies: Numbers
    positions: Numbers


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of consecutive terms: where each starts, its documents, its positions, its sizes of numbers."""

    starts: Numbers
    counts: Numbers
    occurrences: Numbers
    sizes: Numbers
    data: Numbers


def spread(starts: Numbers, counts: Numbers, step: int = 1) -> Numbers:
    """Return ``starts[i] + k * step`` for every i and every k below ``counts[i]``."""
    counts = counts.astype(np.int64)
    before = np.cumsum(counts) - counts
    return repeated(starts - before * step, counts) + np.arange(int(counts.sum())) * step


def repeated(values: Numbers, counts: Numbers) -> Numbers:
    """Return ``numpy.repeat(values, counts)`` in half its time, for counts that are all at least one."""
    ends = np.cumsum(counts, dtype=np.int64)
    steps = np.zeros(int(ends[-1]) if len(ends) else 0, values.dtype)
    steps[ends - counts] = distances(values)
    return np.cumsum(steps, dtype=values.dtype)


def distances(values: Numbers) -> Numbers:
    """Return the distance of each number from the one before, of the first from zero."""
    found = values.copy()
    found[1:] -= values[:-1]
    return found


def runs(starts: Numbers, end: int) -> Numbers:
    """Return how far it is from each start to the next, and from the last to the ``end``."""
    found = np.empty_like(starts)
    found[:-1] = starts[1:] - starts[:-1]
    found[-1:] = end - starts[-1:]
    return found


def encode(postings: Postings) -> Blocks:
    """Return the blocks of postings; every term has at least one document, every document at least one position."""
    counts = postings.counts.astype(np.int64)
    first = np.cumsum(counts) - counts
    steps = distances(postings.documents)
    steps[first] = postings.documents[first]
    occurrences = np.add.reduceat(postings.frequencies, first, dtype=np.int64)
    greatest_frequency = np.maximum.reduceat(postings.frequencies, first)
    kinds = (
        _kinds(np.maximum.reduceat(steps, first)),
        np.where(greatest_frequency == 1, 0, _kinds(greatest_frequency)),
        _kinds(np.maximum.reduceat(postings.positions, np.cumsum(occurrences) - occurrences)),
    )
    lengths = (counts, counts, occurrences)
    bytes_of = [length * _SIZES[kind] for length, kind in zip(lengths, kinds, strict=True)]
    total = sum(bytes_of)
    starts = np.cumsum(total) - total
    data = np.empty(int(total.sum()), np.uint8)
    at = starts
    for values, length, kind, size in zip(
        (steps, postings.frequencies, postings.positions), lengths, kinds, bytes_of, strict=True
    ):
        _put(data, at, length, kind, values)
        at = at + size
    sizes = (kinds[0] | kinds[1] << 2 | kinds[2] << 4).astype(np.uint8)
    return Blocks(starts, counts.astype(np.uint32), occurrences.astype(np.uint32), sizes, data)


def decode(blocks: Blocks) -> Postings:
    """Return the postings of all ``blocks``, whose starts are offsets in their data."""
    postings = decode_without_positions(blocks)
    return replace(postings, positions=decode_positions(blocks, postings, None))


def decode_without_positions(blocks: Blocks) -> Postings:
    """Return the postings of all ``blocks`` with no positions."""
    counts = blocks.counts.astype(np.int64)
    starts = blocks.starts.astype(np.int64)
    steps = _take(blocks.data, starts, counts, blocks.sizes & 3)
    starts = starts + counts * _SIZES[blocks.sizes & 3]
    frequencies = _take(blocks.data, starts, counts, blocks.sizes >> 2 & 3)
    sums = np.cumsum(steps)
    first = np.cumsum(counts) - counts
    documents = sums - repeated(sums[first] - steps[first], counts)
    return Postings(counts, documents, frequencies, np.empty(0, np.int64))


def decode_positions(blocks: Blocks, postings: Postings, chosen: Numbers | None) -> Numbers:
    """Return the positions of the ``chosen`` ones of the postings of ``blocks``, of all when it is None."""
    counts, sizes = blocks.counts.astype(np.int64), blocks.sizes
    starts = blocks.starts.astype(np.int64) + counts * (_SIZES[sizes & 3] + _SIZES[sizes >> 2 & 3])
    occurrences = blocks.occurrences.astype(np.int64)
    if chosen is None:
        return _take(blocks.data, starts, occurrences, sizes >> 4)
    block = repeated(np.arange(len(counts)), counts)[chosen]
    before = (np.cumsum(postings.frequencies) - postings.frequencies)[chosen]
    before -= (np.cumsum(occurrences) - occurrences)[block]
    kinds = (sizes >> 4)[block]
    return _take(blocks.data, starts[block] + before * _SIZES[kinds], postings.frequencies[chosen], kinds)


def decode_one(blocks: Blocks) -> Postings:
    """Return the postings of a single block; frequencies and positions are not copied."""
    steps, frequencies, positions = _parts(blocks)
    return Postings(blocks.counts, np.cumsum(steps, dtype=np.int64), frequencies, positions)


def _parts(blocks: Blocks) -> tuple[Numbers, Numbers, Numbers]:
    at, count, occurrences = int(blocks.starts[0]), int(blocks.counts[0]), int(blocks.occurrences[0])
    sizes = int(blocks.sizes[0])
    parts = []
    for shift, length in ((0, count), (2, count), (4, occurrences)):
        kind = sizes >> shift & 3
        if kind == 0:
            parts.append(np.ones(length, np.uint8))
            continue
        dtype = _KINDS[kind]
        parts.append(blocks.data[at : at + length * dtype.itemsize].view(dtype))
        at += length * dtype.itemsize
    return parts[0], parts[1], parts[2]


def _kinds(greatest: Numbers) -> Numbers:
    return 1 + (greatest > 0xFF).astype(np.int64) + (greatest > 0xFFFF)


def _put(data: Numbers, starts: Numbers, lengths: Numbers, kinds: Numbers, values: Numbers) -> None:
    ends = np.cumsum(lengths)
    for kind in (1, 2, 3):
        chosen = np.flatnonzero(kinds == kind)
        if not len(chosen):
            continue
        size, here = int(_SIZES[kind]), lengths[chosen]
        target = spread(starts[chosen], here, size)
        wanted = values if len(chosen) == len(kinds) else values[spread(ends[chosen] - here, here)]
        for byte in range(size):
            data[target + byte] = wanted >> 8 * byte & 0xFF


def _take(data: Numbers, starts: Numbers, lengths: Numbers, kinds: Numbers) -> Numbers:
    values = np.ones(int(lengths.sum()), np.int64)
    ends = np.cumsum(lengths)
    for kind in (1, 2, 3):
        chosen = np.flatnonzero(kinds == kind)
        if not len(chosen):
            continue
        size, here = int(_SIZES[kind]), lengths[chosen]
        source = spread(starts[chosen], here, size)
        found = data[source].astype(np.int64)
        for byte in range(1, size):
            found |= data[source + byte].astype(np.int64) << 8 * byte
        if len(chosen) == len(kinds):
            return found
        values[spread(ends[chosen] - here, here)] = found
    return values
