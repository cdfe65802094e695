"""The words of a text, the only place that knows the segmenter.

Only words of its dictionary and of ours are taken: what it would guess (names of people above all) is not.
Its dictionary costs 0.12 s and 33 MB of a process, so it is loaded on first use, and only the index worker uses it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from search.analysis.characters import HAN_RANGES
from search.lexicon import SAME

#: Change it when a text would give other words than before: the clock then has all files read anew.
WORDS_VERSION: Final = 1
MOST_WORDS: Final = 100
MOST_CHARACTERS: Final = 12
_WORD: Final = re.compile(f"[{HAN_RANGES}]{{2,{MOST_CHARACTERS}}}")
# Parts of speech by the dictionary: nouns, places, organisations, verbs, idioms and abbreviations ...
_KINDS: Final = ("n", "v", "l", "j", "i", "a")
# ... but no names of people.
_PEOPLE: Final = "nr"


@cache
def _segmenter() -> Any:
    import rjieba as segmenter  # a web process that only imports the tasks does not load the dictionary

    lines = (Path(__file__).parent / "data" / "domain_words.txt").read_text(encoding="utf-8").splitlines()
    ours = [word for line in lines if not line.startswith("#") for word in line.split()]
    for word in (*ours, *(word for group in SAME for word in group.words)):
        if is_word(word):
            segmenter.add_word(word, None, "n")
    return segmenter


def is_word(text: str) -> bool:
    """Tell whether a normalised text can be a word: two to twelve Han characters."""
    return _WORD.fullmatch(text) is not None


def words_of(text: str) -> list[str]:
    """Return the different words of a *normalised* text, the most frequent first, at most ``MOST_WORDS``."""
    tagged = _segmenter().tag(text, False)
    counts = Counter(word for word, kind in tagged if _is_taken(word, kind))
    return [word for word, _count in counts.most_common(MOST_WORDS)]


def _is_taken(word: str, kind: str) -> bool:
    return kind.startswith(_KINDS) and not kind.startswith(_PEOPLE) and is_word(word)
