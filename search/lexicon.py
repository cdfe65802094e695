"""Words of environmental assessment that mean the same; a search for one looks for the others and says so.

Pure: no index, no database. The words stand in ``data/same_words.txt``, which says how a line is read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from search.analysis import normalise

MOST: Final = 3


class SameWords(NamedTuple):
    """A group of interchangeable words; ``alone`` when only a word typed alone stands for the others."""

    words: tuple[str, ...]
    alone: bool


def _read() -> tuple[tuple[SameWords, ...], dict[str, str]]:
    lines = (Path(__file__).parent / "data" / "same_words.txt").read_text(encoding="utf-8").splitlines()
    groups, wider = [], {}
    for line in lines:
        if line.startswith("#"):
            continue
        if ">" in line:
            kind, meant = line.split(" > ")
            wider[kind] = meant
        else:
            groups.append(SameWords(tuple(line.removeprefix("= ").split()), line.startswith("=")))
    return tuple(groups), wider


SAME, WIDER = _read()


def also_searched(word: str) -> tuple[str, ...]:
    """Return what a search for ``word`` looks for as well, without what it finds anyway as a longer text."""
    plain = normalise(word)
    wider = [WIDER[plain]] if plain in WIDER else []
    for group in SAME:
        # The longest first: 生态环境影响评价 holds 环境影响评价.
        for term in sorted(group.words, key=len, reverse=True):
            if plain == term or (not group.alone and _stands_in(term, plain)):
                others = [plain.replace(term, other) for other in group.words if other != term]
                return _needed(plain, [*others, *wider])
    return _needed(plain, wider)


def _stands_in(term: str, plain: str) -> bool:
    # Latin letters have words: "vocs" does not stand in "vocsx".
    return not term.isascii() and term in plain


def _needed(plain: str, others: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for other in others:
        if not any(shorter in other for shorter in [plain, *kept]):
            kept.append(other)
    return tuple(kept[:MOST])
