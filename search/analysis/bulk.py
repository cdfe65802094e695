"""The terms of many normalised texts at once, as arrays: the same terms at the same positions as ``tokenise``.

A term is a number whose order is the order of the terms' code points: the first character in the upper bits, below
them the second character of a bigram, or the rank of a word among the words of the batch.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.analysis.characters import HAN_RANGES
from search.analysis.tokens import RUNS_WITHOUT_HAN

Numbers = NDArray[Any]

#: Bits of a term's number.
CODE_BITS: Final = 42
_CHARACTER_BITS: Final = 21
# Neither letter, digit nor white space: no run and no gap reaches from one text into the next.
_SEPARATOR: Final = "\x01"


def _han_table() -> Numbers:
    table = np.zeros(0x110000, bool)
    for first, last in re.findall("(.)-(.)", HAN_RANGES):
        table[ord(first) : ord(last) + 1] = True
    return table


_IS_HAN: Final = _han_table()


@dataclass(frozen=True, slots=True)
class BulkTerms:
    """Tokens of several texts: for each its term, its text (counted from 0) and its position there.

    Equal terms follow each other by text and position; different terms come in no order.
    """

    codes: Numbers
    texts: Numbers
    positions: Numbers
    words: Sequence[str]

    def spell(self, codes: Numbers) -> list[str]:
        """Return the terms behind distinct ``codes``."""
        first, second = codes >> _CHARACTER_BITS, codes & ((1 << _CHARACTER_BITS) - 1)
        is_han = _IS_HAN[first]
        # A string of two code points; NumPy drops the zero behind a character that stands alone.
        pairs = np.stack((first, np.where(is_han, second, 0)), axis=1).astype("<u4")
        terms: list[str] = np.ascontiguousarray(pairs).view("<U2").ravel().tolist()
        for at in np.flatnonzero(~is_han).tolist():
            terms[at] = self.words[int(second[at])]
        return terms


def bulk_terms(texts: Sequence[str]) -> BulkTerms:
    """Return the terms of *normalised* texts."""
    whole = _SEPARATOR.join(texts)
    characters = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    sizes = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    is_han = np.append(_IS_HAN[characters], False)

    word_starts, words, gaps = _runs(whole)
    # Every Han character, word and gap takes one position.
    steps = is_han.astype(np.uint32)
    steps[word_starts] = 1
    steps[gaps] = 1
    passed = np.concatenate(([0], np.cumsum(steps, dtype=np.int64)))
    text_of = np.repeat(np.arange(len(texts)), sizes)[: len(characters)]
    before = passed[np.cumsum(sizes) - sizes]

    han = np.flatnonzero(is_han)
    following = np.where(is_han[han + 1], np.append(characters, 0)[han + 1], 0)
    distinct = sorted(set(words))
    if len(distinct) >> _CHARACTER_BITS:
        raise ValueError("These texts hold more different words than one batch can number.")
    ranks = {word: rank for rank, word in enumerate(distinct)}
    word_ranks = np.fromiter((ranks[word] for word in words), np.int64, len(words))

    at = np.concatenate((han, word_starts))
    seconds = np.concatenate((following, word_ranks))
    return BulkTerms(
        codes=characters[at] << _CHARACTER_BITS | seconds,
        texts=text_of[at],
        positions=passed[at] - before[text_of[at]],
        words=distinct,
    )


def _runs(whole: str) -> tuple[Numbers, list[str], Numbers]:
    """Return where words begin, the words, and where gaps begin."""
    starts: list[int] = []
    words: list[str] = []
    gaps: list[int] = []
    for run in RUNS_WITHOUT_HAN.finditer(whole):
        if run.lastgroup == "gap":
            gaps.append(run.start())
        else:
            starts.append(run.start())
            words.append(run.group())
    return np.array(starts, np.int64), words, np.array(gaps, np.int64)
