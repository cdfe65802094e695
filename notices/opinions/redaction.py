"""Striking passages out of a text, and telling whether a text still holds one. Pure: no database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# The same for every passage: its length tells nothing about what stood there.
MARK = "■■"
SHORTEST_PASSAGE = 2


class PassageError(ValueError):
    """A passage that cannot be struck out; ``passage`` is it."""

    def __init__(self, passage: str) -> None:
        super().__init__("passage")
        self.passage = passage


class PassageMissingError(PassageError):
    """The passage does not stand in the text."""


class PassageTooShortError(PassageError):
    """The passage has fewer characters than can be told apart from ordinary text."""


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """Return what is compared of one character: compatibility form, lower case, nothing for spaces and invisible marks."""
    return "".join(
        part
        for part in unicodedata.normalize("NFKC", char).casefold()
        if not part.isspace() and unicodedata.category(part) != "Cf"
    )


def normalised(text: str) -> str:
    """Return a text as it is compared: full and half width, case, spaces and line ends make no difference."""
    return "".join(map(_folded, text))


def passages_of(lines: str) -> list[str]:
    """Return the passages given one a line, each once, blank lines left out."""
    return list(dict.fromkeys(line.strip() for line in lines.splitlines() if line.strip()))


def strike(text: str, passages: Iterable[str]) -> str:
    """Return the text with every occurrence of the passages replaced by the mark.

    Raises PassageMissingError and PassageTooShortError.
    """
    folded = [_folded(char) for char in text]
    # Where each compared character stands in the text.
    places = [index for index, piece in enumerate(folded) for _ in piece]
    whole = "".join(folded)
    struck = bytearray(len(text))
    for passage in passages:
        needle = normalised(passage)
        if len(needle) < SHORTEST_PASSAGE:
            raise PassageTooShortError(passage)
        start = whole.find(needle)
        if start < 0:
            raise PassageMissingError(passage)
        while start >= 0:
            first, last = places[start], places[start + len(needle) - 1]
            struck[first : last + 1] = b"\1" * (last + 1 - first)
            start = whole.find(needle, start + 1)
    return _marked(text, struck)


def _marked(text: str, struck: bytearray) -> str:
    pieces = []
    for index, char in enumerate(text):
        if not struck[index]:
            pieces.append(char)
        elif not index or not struck[index - 1]:
            pieces.append(MARK)
    return "".join(pieces)


def count_in(text: str, passages: Iterable[str]) -> int:
    """Return how often any of the passages stands in a text."""
    whole = normalised(text)
    return sum(whole.count(normalised(passage)) for passage in passages)


def quotes(words: str, text: str, *, run: int = 8) -> bool:
    """Whether words repeat a run of the text's characters; a shorter text counts as a whole."""
    said, source = normalised(words), normalised(text)
    if not source:
        return False
    run = min(run, len(source))
    return any(source[start : start + run] in said for start in range(len(source) - run + 1))
