"""Terms of a normalised text.

A run of Han characters gives its bigrams, one position for each character, and at its last position the last
character alone; every character thus begins exactly one term, which is how one character is found by prefix.
Other runs are cut into groups of letters and of digits (with decimal points): ``gb/t14848-2017`` is gb, t, 14848,
2017 at successive positions, so a code is found whole or from the start of any group, and 5.48 is not found in 15.48.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from search.analysis.characters import HAN_RANGES

_WITHOUT_HAN: Final = (
    rf"(?P<digits>\d+(?:\.\d+)*)|(?P<letters>(?:(?![{HAN_RANGES}])[^\W\d_])+)|(?P<gap>\n\s*\n)"
)
# In pieces: who wants the first terms of a run only, at each of its characters, must not read all of it each time.
_RUN: Final = re.compile(rf"(?P<han>[{HAN_RANGES}]{{1,32}})(?P<on>(?=[{HAN_RANGES}]))?|{_WITHOUT_HAN}")
#: The runs that are one term each, and the gaps, which are none.
RUNS_WITHOUT_HAN: Final = re.compile(_WITHOUT_HAN)


class Token(NamedTuple):
    """A term at its position; ``start`` and ``end`` are offsets in the normalised text."""

    text: str
    position: int
    start: int
    end: int


def tokenise(text: str, begin: int = 0) -> Iterator[Token]:
    """Yield the terms of a *normalised* text, no two of them at one position, in rising order.

    From ``begin``, which must not lie inside a group of letters or digits, positions count from 0 again.
    """
    position = 0
    for run in _RUN.finditer(text, begin):
        start, end = run.span()
        if run.lastgroup == "gap":
            position += 1
        elif run["han"] is None:
            yield Token(run.group(), position, start, end)
            position += 1
        else:
            reach = end if run["on"] is None else end + 1
            for at in range(start, end):
                stop = min(at + 2, reach)
                yield Token(text[at:stop], position, at, stop)
                position += 1


def term_positions(text: str) -> dict[str, list[int]]:
    """Return each term of a *normalised* text with its positions, for the index."""
    found: dict[str, list[int]] = {}
    for token in tokenise(text):
        found.setdefault(token.text, []).append(token.position)
    return found
