"""How words sound, for input methods that write by sound: a wrong character mostly sounds like the right one.

Pure. What speakers of many dialects do not tell apart is one sound: zh z, ch c, sh s, and a final n or ng.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def _syllables() -> dict[str, str]:
    lines = (Path(__file__).parent / "data" / "sounds.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ") for line in lines if not line.startswith("#"))
    return {character: _blurred(syllable) for syllable, characters in pairs for character in characters}


def _blurred(syllable: str) -> str:
    return re.sub("ng$", "n", re.sub("^([zcs])h", r"\1", syllable))


def sound(word: str) -> str:
    """Return the syllables of a word, or nothing when a character of it is in no table of sounds."""
    syllables = [_syllables().get(character, "") for character in word]
    return " ".join(syllables) if all(syllables) else ""
