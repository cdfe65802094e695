"""The normal form in which texts are indexed, asked for and highlighted.

In this order: radicals to ideographs, ignorable characters dropped, NFKC, case folded, traditional to simplified,
dashes unified, white space between two Han characters dropped (a line break of a PDF is one; an empty line parts).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search.analysis.characters import AFTER, BEFORE, HAN_RANGES

# Begins with what it removes, not with the look behind that: found ten times faster.
_GAP: Final = re.compile(
    rf"(?:[^\S\n](?<=[{HAN_RANGES}]\s)[^\S\n]*(?:\n[^\S\n]*)?|\n(?<=[{HAN_RANGES}]\n)[^\S\n]*)(?=[{HAN_RANGES}])"
)
# Common characters that never combine with what stands before them.
_ALONE: Final = re.compile("[\u0000-\u00ac\u00ae-\u02ff\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e]+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normal form with, for each of its characters, where its original characters begin and end."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text behind ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> str:
    """Return the normal form of ``text``."""
    return _GAP.sub("", _fold(text))


def unbroken(text: str) -> str:
    """Return a text as it was written but for the white space between Han characters, to be shown in a passage."""
    return _GAP.sub("", text)


def normalise_with_map(text: str) -> Normalised:
    """Return the normal form with its way back to the original, for marking hits in what people read."""
    pieces = list(_folded(text))
    whole = "".join([characters for _start, _end, characters in pieces])
    if all(len(characters) == end - start for start, end, characters in pieces) and not _GAP.search(whole):
        # So are most pages: nothing to be counted.
        return Normalised(whole, range(len(whole)), range(1, len(whole) + 1))
    starts: list[int] = []
    ends: list[int] = []
    for start, end, characters in pieces:
        if len(characters) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(characters))
            ends.extend([end] * len(characters))
    parts: list[str] = []
    kept_starts: list[int] = []
    kept_ends: list[int] = []
    at = 0
    for gap in (*_GAP.finditer(whole), None):
        stop = gap.start() if gap else len(whole)
        parts.append(whole[at:stop])
        kept_starts += starts[at:stop]
        kept_ends += ends[at:stop]
        at = gap.end() if gap else stop
    return Normalised("".join(parts), tuple(kept_starts), tuple(kept_ends))


def _folded(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield pieces of the text, from where to where, with their folded form.

    A piece that becomes as many characters as it has does so one by one; of any other, each stands for the whole.
    """
    at = 0
    for run in _ALONE.finditer(text):
        if run.start() > at:
            yield from _clusters(text, at, run.start())
        # What follows the last of them may join it.
        stop = run.end() if run.end() == len(text) else run.end() - 1
        characters = run.group()[: stop - run.start()].translate(_FOLDED)
        if len(characters) == stop - run.start():
            yield run.start(), stop, characters
        else:
            yield from ((place, place + 1, _FOLDED[ord(text[place])]) for place in range(run.start(), stop))
        at = stop
    if at < len(text):
        yield from _clusters(text, at, len(text))


@lru_cache(4096)
def _fold_kept(text: str) -> str:
    return _fold(text)


def _fold_few(text: str) -> str:
    return _fold_kept(text) if len(text) < 9 else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text.translate(BEFORE)).casefold()
    return unicodedata.normalize("NFKC", plain).translate(AFTER)


def _clusters(text: str, begin: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """Cut a stretch where folding the parts gives the same as folding the whole; yield each with its folded form."""
    start = begin
    for at in range(begin + 1, stop):
        character = text[at]
        if ord(character) in BEFORE and BEFORE[ord(character)] is None:
            continue
        before = text[start:at]
        if _fold_few(before + character) == _fold_few(before) + _fold_few(character):
            yield from _cluster(text, start, at)
            start = at
    if start < stop:
        yield from _cluster(text, start, stop)


def _cluster(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    characters = _fold_few(text[start:end])
    if len(characters) == end - start > 1:
        # As many as before, yet not one by one: each stands for the whole.
        for character in characters:
            yield start, end, character
    else:
        yield start, end, characters


class _Folds(dict[int, str]):
    """The folded form of each character that stands alone, made when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


_FOLDED: Final = _Folds()
