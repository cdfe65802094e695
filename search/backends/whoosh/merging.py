"""Several inverted columns of one name into one, in slices of terms that bound the memory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from search.backends.whoosh.arrays import ArrayWriter, Numbers
from search.backends.whoosh.blocks import Blocks, Postings, encode, repeated, spread
from search.backends.whoosh.inverted import InvertedColumn

# Some 100 MB of arrays.
_POSITIONS_AT_ONCE = 1_000_000


class Source(NamedTuple):
    """Inverted columns with the new number of each of their documents, -1 for those that are left out.

    Numbers rise within a source and from one source to the next.
    """

    columns: Mapping[str, InvertedColumn]
    numbers: Numbers


def write_merged(writer: ArrayWriter, sources: Sequence[Source]) -> None:
    """Write the columns of all sources, merged by name."""
    documents = sum(int(np.count_nonzero(source.numbers >= 0)) for source in sources)
    for name in sorted({name for source in sources for name in source.columns}):
        parts = [(source.columns[name], source.numbers) for source in sources if name in source.columns]
        column, numbers = parts[0]
        if len(sources) == 1 and len(numbers) == documents:
            writer.add_group(name, column.arrays())
        else:
            _Merge(parts, documents).write(writer, name)


class _Merge:
    """The merge of one column."""

    def __init__(self, parts: Sequence[tuple[InvertedColumn, Numbers]], documents: int) -> None:
        self.parts = parts
        strings = [list(map(column.terms.__getitem__, range(len(column.terms)))) for column, _ in parts]
        self.terms = sorted(set().union(*strings))
        ranks = {term: rank for rank, term in enumerate(self.terms)}
        self.ranks = [np.fromiter((ranks[term] for term in each), np.int64, len(each)) for each in strings]
        self.lengths = np.zeros(documents, np.int64)
        for column, numbers in parts:
            kept = numbers >= 0
            self.lengths[numbers[kept]] = column.lengths[kept]
        self.names: list[bytes] = []
        self.blocks: list[Blocks] = []
        self.longest = 0

    def write(self, writer: ArrayWriter, name: str) -> None:
        """Write the merged column; one without any posting left is not written."""
        slices = self._slices()
        first = next(slices, None)
        if first is None:
            return
        writer.add(name, "data", self._data(first, slices))
        joined = Blocks(
            starts=np.concatenate([each.starts for each in self.blocks]),
            counts=np.concatenate([each.counts for each in self.blocks]),
            occurrences=np.concatenate([each.occurrences for each in self.blocks]),
            sizes=np.concatenate([each.sizes for each in self.blocks]),
            data=np.empty(0, np.uint8),
        )
        column = InvertedColumn.of(self.names, joined, self.lengths, self.longest)
        writer.add_group(name, {part: array for part, array in column.arrays().items() if part != "data"})

    def _data(self, first: Blocks, rest: Iterator[Blocks]) -> Iterator[Numbers]:
        at = 0
        for blocks in (first, *rest):
            self.blocks.append(
                Blocks(blocks.starts + at, blocks.counts, blocks.occurrences, blocks.sizes, blocks.data[:0])
            )
            at += len(blocks.data)
            yield blocks.data

    def _slices(self) -> Iterator[Blocks]:
        weight = np.zeros(len(self.terms), np.int64)
        for (column, _), ranks in zip(self.parts, self.ranks, strict=True):
            weight[ranks] += column.occurrences
        slice_of = np.cumsum(weight) // _POSITIONS_AT_ONCE
        bounds = [0, *(np.flatnonzero(np.diff(slice_of)) + 1).tolist(), len(self.terms)]
        for at, first in enumerate(bounds[:-1]):
            postings = self._postings(first, bounds[at + 1])
            if len(postings.documents):
                self.longest = max(self.longest, int(postings.positions.max()))
                yield encode(postings)

    def _postings(self, first: int, stop: int) -> Postings:
        """Merge the terms ``first`` to ``stop``, and note the names of those that keep a document."""
        terms, documents, frequencies, positions = map(
            np.concatenate, zip(*self._parts_of(first, stop), strict=True)
        )
        # In few bytes: numpy sorts small whole numbers in linear time, keeping the order of equals.
        order = np.argsort(terms.astype(np.min_scalar_type(stop - first)), kind="stable")
        starts = np.cumsum(frequencies) - frequencies
        counts = np.bincount(terms, minlength=stop - first)
        kept = np.flatnonzero(counts)
        self.names += [self.terms[first + rank] for rank in kept.tolist()]
        return Postings(
            counts[kept],
            documents[order],
            frequencies[order],
            positions[spread(starts[order], frequencies[order])],
        )

    def _parts_of(self, first: int, stop: int) -> Iterator[tuple[Numbers, Numbers, Numbers, Numbers]]:
        for (column, numbers), ranks in zip(self.parts, self.ranks, strict=True):
            low, high = np.searchsorted(ranks, (first, stop)).tolist()
            found = column.postings(low, high)
            documents = numbers[found.documents]
            kept = documents >= 0
            yield (
                repeated(ranks[low:high] - first, found.counts)[kept],
                documents[kept],
                found.frequencies[kept],
                found.positions[np.repeat(kept, found.frequencies)],
            )
