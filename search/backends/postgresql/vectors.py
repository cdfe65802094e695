"""The terms of the analysis as PostgreSQL's tsvector and tsquery, written out: no text search configuration has a say."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Func, Value

from search.analysis import Clause, Slot, normalise, tokenise

# PostgreSQL's limits (https://www.postgresql.org/docs/current/textsearch-limitations.html): positions end here …
LAST_POSITION: Final = 16_383
# … a lexeme has less than 2,048 bytes; nobody's query has more than 400 characters …
LONGEST_TERM: Final = 400
# … and a vector less than 1 MiB of lexemes and positions.
MOST_BYTES: Final = 900_000


def vector(texts: Iterable[tuple[str, str]]) -> str:
    """Return texts, each with its weight (A to D), as a tsvector.

    Texts never join to one phrase. Terms behind the last
    position that PostgreSQL knows are found by themselves, in phrases no more; behind MOST_BYTES they are left out.
    """
    positions: dict[str, list[str]] = {}
    begin, size = 1, 0
    for text, weight in texts:
        last = begin
        for token in tokenise(normalise(text)):
            term, last = token.text[:LONGEST_TERM], begin + token.position
            size += 4 if term in positions else 4 + len(term.encode())
            if size > MOST_BYTES:
                break
            at = positions.setdefault(term, [])
            if last <= LAST_POSITION:
                at.append(f"{last}{weight}")
        begin = last + 2
    return " ".join(f"'{term}':{','.join(at)}" if at else f"'{term}'" for term, at in positions.items())


def phrase(clause: Clause) -> str:
    """Return a clause as a tsquery: its terms at successive positions."""
    terms = " <-> ".join(map(_lexeme, clause.slots))
    return f"({terms})" if len(clause.slots) > 1 else terms


def any_term(clauses: Iterable[Clause]) -> str:
    """Return the tsquery of all terms of the clauses by which hits are ranked: PostgreSQL counts them, pairs it would not."""
    return " | ".join(dict.fromkeys(_lexeme(slot) for clause in clauses for slot in clause.slots))


def _lexeme(slot: Slot) -> str:
    # Terms are letters, digits and Han characters: nothing in them needs escaping.
    return f"'{slot.text[:LONGEST_TERM]}'{':*' if slot.prefix else ''}"


class TsQuery(Value):
    """A tsquery as it is written."""

    def __init__(self, text: str) -> None:
        super().__init__(text, output_field=SearchQueryField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return the parameter with its type."""
        sql, params = super().as_sql(compiler, connection)
        return f"{sql}::tsquery", tuple(params)


class Matches(Func):
    """Whether a vector matches a tsquery."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
