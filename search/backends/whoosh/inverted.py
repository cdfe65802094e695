"""An inverted column: its terms in order, their postings, the length of each document."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from search.backends.whoosh.arrays import Arrays, Numbers
from search.backends.whoosh.blocks import Blocks, Postings, decode, decode_one

# Above every byte of UTF-8.
_BEYOND = b"\xff"


class StringTable:
    """Byte strings in rising order, as one text and where each of them ends."""

    def __init__(self, ends: Numbers, text: Numbers) -> None:
        self.ends = ends
        self.text = text
        # Plain memory is faster than an array where one element is asked for at a time.
        self._ends, self._text = ends.data, text.data

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> bytes:
        start = self._ends[index - 1] if index else 0
        return bytes(self._text[start : self._ends[index]])

    def find(self, wanted: bytes) -> int:
        """Return the index of a string, -1 when it is not there."""
        index = self.first_from(wanted)
        return index if index < len(self) and self[index] == wanted else -1

    def first_from(self, wanted: bytes) -> int:
        """Return the index of the first string that is not below ``wanted``."""
        return bisect_left(range(len(self)), wanted, key=self.__getitem__)

    def starting_with(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of the strings that begin with ``prefix``."""
        return self.first_from(prefix), self.first_from(prefix + _BEYOND)


def table_of(strings: Sequence[bytes]) -> StringTable:
    """Return the table of strings that are in rising order."""
    ends = np.cumsum(np.fromiter(map(len, strings), np.int64, len(strings)))
    return StringTable(small(ends), np.frombuffer(b"".join(strings), np.uint8))


@dataclass(frozen=True, eq=False)
class InvertedColumn:
    """The arrays of a column; ``lengths`` counts the terms of every document, ``longest`` is its greatest position."""

    term_ends: Numbers
    term_text: Numbers
    starts: Numbers
    counts: Numbers
    occurrences: Numbers
    sizes: Numbers
    lengths: Numbers
    longest: Numbers
    data: Numbers

    @classmethod
    def of(cls, terms: Sequence[bytes], blocks: Blocks, lengths: Numbers, longest: int) -> "InvertedColumn":
        """Return the column of terms in rising order with their blocks."""
        table = table_of(terms)
        return cls(
            term_ends=table.ends,
            term_text=table.text,
            starts=small(blocks.starts),
            counts=small(blocks.counts),
            occurrences=small(blocks.occurrences),
            sizes=blocks.sizes,
            lengths=small(lengths),
            longest=np.array([longest], np.uint32),
            data=blocks.data,
        )

    @cached_property
    def terms(self) -> StringTable:
        """The terms in rising order."""
        return StringTable(self.term_ends, self.term_text)

    def arrays(self) -> Arrays:
        """Return the arrays by their names, as a file keeps them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def blocks(self, first: int, stop: int) -> Blocks:
        """Return the blocks of the terms ``first`` to ``stop``."""
        here = slice(first, stop)
        return Blocks(
            self.starts[here], self.counts[here], self.occurrences[here], self.sizes[here], self.data
        )

    def postings(self, first: int, stop: int) -> Postings:
        """Return the postings of the terms ``first`` to ``stop``."""
        return decode(self.blocks(first, stop))

    def one(self, term: int) -> Postings:
        """Return the postings of one term."""
        return decode_one(self.blocks(term, term + 1))


def small(values: Numbers) -> Numbers:
    """Return ``values``, none of them negative, in as few bytes as hold the greatest."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))
