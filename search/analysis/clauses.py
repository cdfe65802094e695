"""What a person typed, as runs of terms that must stand side by side."""

from dataclasses import dataclass
from enum import Enum

from search.analysis.characters import HAN
from search.analysis.normalisation import normalise
from search.analysis.tokens import tokenise

# Longer than any sentence that somebody types; bounds the work of one request.
MAX_QUERY_CHARACTERS = 400
MAX_CLAUSES = 24


class Prefix(Enum):
    """Which last group of a clause also finds longer groups that begin with it. A last Han character always does."""

    NUMBERS = "numbers"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Slot:
    """One term, or with ``prefix`` any term that begins with it."""

    text: str
    prefix: bool = False

    def accepts(self, term: str) -> bool:
        """Tell whether a term of a text fills this slot."""
        return term.startswith(self.text) if self.prefix else term == self.text


@dataclass(frozen=True, slots=True)
class Clause:
    """Slots that must be filled at successive positions."""

    slots: tuple[Slot, ...]


def clauses_of(query: str, *, prefix: Prefix = Prefix.NUMBERS) -> tuple[Clause, ...]:
    """Return one clause for each part between white space; parts without letters, digits or Han give none."""
    parts = query[:MAX_QUERY_CHARACTERS].split()[:MAX_CLAUSES]
    found = (phrase_of(part, prefix=prefix) for part in parts)
    return tuple(dict.fromkeys(clause for clause in found if clause is not None))


def phrase_of(text: str, *, prefix: Prefix = Prefix.NUMBERS) -> Clause | None:
    """Return the whole of ``text`` as one clause, or None when nothing in it can be searched."""
    tokens = list(tokenise(normalise(text[:MAX_QUERY_CHARACTERS])))
    if not tokens:
        return None
    last = tokens[-1]
    *before, final = [Slot(token.text) for token in tokens]
    if HAN.match(last.text):
        # The text may go on after the last character, where the index holds a bigram: the bigram before it
        # already covers that character, and a character alone is found as the beginning of one.
        follows_bigram = len(before) > 0 and tokens[-2].end == last.end
        return Clause(tuple(before)) if follows_bigram else Clause((*before, Slot(final.text, prefix=True)))
    longer = prefix is Prefix.WORDS or last.text[0].isdigit()
    return Clause((*before, Slot(final.text, prefix=longer)))
