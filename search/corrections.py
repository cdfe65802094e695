"""您要找的是不是…: what somebody may have meant who found little, from the words of public reports and villages.

A word sounds like what was typed (input methods write by sound), or differs from it by one character, of five and more
characters by two. Part of a longer run may be meant: 渗虑液收集池.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils import timezone

from search.analysis import normalise
from search.analysis.characters import HAN
from search.hints import Hint
from search.models import Word
from search.query import SearchRequest, SearchResponse, how_many
from search.sounds import sound

FEW: Final = 3
MAX_CHARACTERS: Final = 12
LONGEST: Final = 6
MAX_WORDS: Final = 3000
# Each try asks the index once more.
MAX_TRIES: Final = 4
MAX_HINTS: Final = 2
# Each unknown word is compared with the whole vocabulary.
MAX_UNKNOWN: Final = 3


class _Better(NamedTuple):
    """Another spelling; smaller is nearer: first by ear, then by characters changed, a whole word, a frequent one."""

    by_sight: bool
    changed: int
    partly: bool
    files: int
    text: str


def corrections_for(request: SearchRequest, response: SearchResponse, *, now: datetime) -> list[Hint]:
    """Return searches that were perhaps meant and find more; none when enough was found."""
    found = response.pages if request.code else response.notices
    if response.understood.query is None or response.notices + response.pages >= FEW:
        return []
    today = timezone.localdate(now)
    hints: list[Hint] = []
    for text in islice(_spellings(request.text, response.understood.words), MAX_TRIES):
        asked = replace(request, text=text)
        count = how_many(asked, today=today)
        if count > found:
            hints.append(Hint(text, asked.query_string(), count, within=bool(request.code)))
        if len(hints) == MAX_HINTS:
            break
    return hints


def _spellings(text: str, words: tuple[str, ...]) -> Iterator[str]:
    typed = {each: normalise(each) for each in (word.strip('"') for word in words)}
    known = set(Word.objects.filter(text__in=typed.values()).values_list("text", flat=True))
    unknown = [each for each, plain in typed.items() if plain not in known and _can_be_meant(plain)]
    for each in unknown[:MAX_UNKNOWN]:
        for better in likely(each):
            yield text.replace(each, better)


def _can_be_meant(plain: str) -> bool:
    return 2 <= len(plain) <= MAX_CHARACTERS and all(map(HAN.fullmatch, plain))


def likely(typed: str) -> list[str]:
    """Return other spellings of a word, the likeliest first; one query. None for a word that stands in a report."""
    plain = normalise(typed)
    if not _can_be_meant(plain):
        return []
    pieces = {plain[at : at + size] for size in range(2, LONGEST + 1) for at in range(len(plain) - size + 1)}
    alike = Q(sound__in=sorted({sound(piece) for piece in pieces} - {""}))
    for character in sorted(set(plain)) if len(plain) > 2 else ():
        alike |= Q(text__contains=character)
    known = dict(
        Word.objects.filter(alike).order_by("-files", "text").values_list("text", "files")[:MAX_WORDS]
    )
    if plain in known:
        return []
    # A piece that is a word itself is right: only what no known word covers may be wrong.
    right = [piece for piece in pieces if piece in known]
    better = (found for word, files in known.items() for found in _instead(plain, word, files))
    best = sorted(found for found in better if all(piece in found.text for piece in right))
    return list(dict.fromkeys(found.text for found in best))


def _instead(plain: str, word: str, files: int) -> Iterator[_Better]:
    """Yield ``plain`` with ``word`` in the place of a piece that is like it."""
    size = len(word)
    for at in range(len(plain) - size + 1):
        piece = plain[at : at + size]
        changed = sum(a != b for a, b in zip(piece, word, strict=True))
        heard = sound(piece) == sound(word) != ""
        if changed and (heard or (size > 2 and changed == 1) or (size > 4 and changed == 2)):
            yield _Better(
                not heard, changed, size < len(plain), -files, plain[:at] + word + plain[at + size :]
            )
    if len(plain) > 2 and len(word) > 2 and abs(size - len(plain)) == 1 and _one_more(plain, word):
        yield _Better(True, 1, False, -files, word)


def _one_more(one: str, other: str) -> bool:
    """Tell whether one of two words is the other with one character more."""
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
