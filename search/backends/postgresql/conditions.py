"""Queries as conditions on a tsvector, and on the texts of single fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from search.analysis import Clause, Slot, Token, normalise, tokenise
from search.backends.postgresql.vectors import phrase
from search.backends.translation import Translator

Texts = Sequence[Sequence[Token]]
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Condition:
    """A tsquery, or whether everything matches; ``ranked`` are the clauses that make a hit better, with their weights."""

    query: str | bool
    ranked: tuple[tuple[Clause, float], ...] = ()


class VectorTranslator(Translator[Condition]):
    """Writes queries as tsqueries."""

    #: Whether the query excludes anything, so that a part of a document may match where the whole does not.
    excludes = False

    def everything(self) -> Condition:
        return Condition(True)

    def nothing(self) -> Condition:
        return Condition(False)

    def match(self, clause: Clause) -> Condition:
        return Condition(phrase(clause), ((clause, 1.0),))

    def all_of(self, parts: Sequence[Condition]) -> Condition:
        return Condition(_all([part.query for part in parts]), _ranked(parts))

    def any_of(self, parts: Sequence[Condition], least: int = 1) -> Condition:
        return Condition(_at_least(least, [part.query for part in parts]), _ranked(parts))

    def none_of(self, part: Condition) -> Condition:
        self.excludes = True
        return Condition(not part.query if isinstance(part.query, bool) else f"!({part.query})")

    def boosted(self, part: Condition, factor: float) -> Condition:
        return Condition(part.query, tuple((clause, weight * factor) for clause, weight in part.ranked))

    def similar(self, word: str, distance: int) -> Condition:
        """Ask for all words one edit away: no extension is needed, two edits would be too many words."""
        words = sorted(_neighbours(word)) if distance else [word]
        return self.any_of([self.match(Clause((Slot(each),))) for each in words])


class TextTranslator(Translator[Callable[[Texts], bool]]):
    """Turns queries into functions that judge the terms of some fields' texts."""

    def everything(self) -> Callable[[Texts], bool]:
        return lambda texts: True

    def nothing(self) -> Callable[[Texts], bool]:
        return lambda texts: False

    def match(self, clause: Clause) -> Callable[[Texts], bool]:
        return lambda texts: any(_stands_in(clause, text) for text in texts)

    def all_of(self, parts: Sequence[Callable[[Texts], bool]]) -> Callable[[Texts], bool]:
        return lambda texts: all(part(texts) for part in parts)

    def any_of(self, parts: Sequence[Callable[[Texts], bool]], least: int = 1) -> Callable[[Texts], bool]:
        return lambda texts: sum(part(texts) for part in parts) >= least

    def none_of(self, part: Callable[[Texts], bool]) -> Callable[[Texts], bool]:
        return lambda texts: not part(texts)

    def boosted(self, part: Callable[[Texts], bool], factor: float) -> Callable[[Texts], bool]:
        return part

    def similar(self, word: str, distance: int) -> Callable[[Texts], bool]:
        words = _neighbours(word) if distance else {word}
        return lambda texts: any(token.text in words for text in texts for token in text)


def terms(text: str) -> list[Token]:
    """Return the terms of a text as TextTranslator's functions take them."""
    return list(tokenise(normalise(text)))


def _ranked(parts: Sequence[Condition]) -> tuple[tuple[Clause, float], ...]:
    return tuple(ranked for part in parts for ranked in part.ranked)


def _all(queries: Sequence[str | bool]) -> str | bool:
    if False in queries:
        return False
    written = [query for query in queries if isinstance(query, str)]
    return f"({' & '.join(written)})" if written else True


def _any(queries: Sequence[str | bool]) -> str | bool:
    if True in queries:
        return True
    written = [query for query in queries if isinstance(query, str)]
    return f"({' | '.join(written)})" if written else False


def _at_least(least: int, queries: Sequence[str | bool]) -> str | bool:
    if least <= 1:
        return _any(queries) if least else True
    if least >= len(queries):
        return _all(queries) if least == len(queries) else False
    first, rest = queries[0], queries[1:]
    return _any([_all([first, _at_least(least - 1, rest)]), _at_least(least, rest)])


def _stands_in(clause: Clause, text: Sequence[Token]) -> bool:
    size = len(clause.slots)
    return any(
        text[at + size - 1].position - text[at].position == size - 1
        and all(slot.accepts(token.text) for slot, token in zip(clause.slots, text[at:], strict=False))
        for at in range(len(text) - size + 1)
    )


def _neighbours(word: str) -> set[str]:
    """Return a word with all those one edit away that begin with its letter."""
    cuts = range(1, len(word) + 1)
    left_out = {word[:at] + word[at + 1 :] for at in cuts}
    changed = {word[:at] + letter + word[at + 1 :] for at in cuts for letter in _LETTERS}
    put_in = {word[:at] + letter + word[at:] for at in cuts for letter in _LETTERS}
    return {word} | left_out | changed | put_in
