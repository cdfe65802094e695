"""From the framework's query classes to the clauses of the analysis: one reading of a query for every engine."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from search.analysis import Clause, Prefix, clauses_of, normalise, phrase_of, tokenise
from search.analysis.characters import HAN

Node = TypeVar("Node")

# From so many bigrams on, a run of Han characters is recognised with one of them wrong.
_ENOUGH_BIGRAMS: Final = 3


class Translator(ABC, Generic[Node]):
    """Turns a query of the framework into what an engine evaluates; the methods below say how the engine writes it."""

    def __init__(self, prefix: Prefix) -> None:
        self.prefix = prefix

    @abstractmethod
    def everything(self) -> Node:
        """Return what every document matches."""

    @abstractmethod
    def nothing(self) -> Node:
        """Return what no document matches."""

    @abstractmethod
    def match(self, clause: Clause) -> Node:
        """Return what documents with this clause in any of the columns asked for match."""

    @abstractmethod
    def all_of(self, parts: Sequence[Node]) -> Node:
        """Join two or more parts that must all match."""

    @abstractmethod
    def any_of(self, parts: Sequence[Node], least: int = 1) -> Node:
        """Join two or more parts of which at least ``least`` must match."""

    @abstractmethod
    def none_of(self, part: Node) -> Node:
        """Return what documents match that do not match ``part``."""

    @abstractmethod
    def boosted(self, part: Node, factor: float) -> Node:
        """Return ``part`` with its scores counting ``factor`` times."""

    @abstractmethod
    def similar(self, word: str, distance: int) -> Node:
        """Return what documents with a Latin word at most ``distance`` edits away match; its first letter must agree."""

    def node(self, query: SearchQuery) -> Node:
        """Return the engine's form of ``query``; raise NotImplementedError for a class that it does not know."""
        match query:
            case MatchAll():
                return self.everything()
            case PlainText():
                parts = [self.match(clause) for clause in clauses_of(query.query_string, prefix=self.prefix)]
                return self._boosted(self._joined(parts, query.operator), query.boost)
            case Phrase():
                clause = phrase_of(query.query_string, prefix=self.prefix)
                return self.nothing() if clause is None else self.match(clause)
            case Fuzzy():
                return self._joined(list(map(self._similar, query.query_string.split())), query.operator)
            case Boost():
                return self._boosted(self.node(query.subquery), query.boost)
            case And():
                return self._joined([self.node(part) for part in query.subqueries], "and")
            case Or():
                return self._joined([self.node(part) for part in query.subqueries], "or")
            case Not():
                return self.none_of(self.node(query.subquery))
        raise NotImplementedError(f"{type(query).__name__} is not a query class of modelsearch 1.3.")

    def _boosted(self, node: Node, factor: float) -> Node:
        return node if factor == 1 else self.boosted(node, float(factor))

    def _joined(self, parts: Sequence[Node], operator: str) -> Node:
        if not parts:
            return self.nothing()
        if len(parts) == 1:
            return parts[0]
        return self.all_of(parts) if operator == "and" else self.any_of(parts)

    def _similar(self, word: str) -> Node:
        """Allow a letter or two in Latin words, one character in a run of four or more Han characters."""
        exact = phrase_of(word, prefix=self.prefix)
        if exact is None:
            return self.nothing()
        parts: list[Node] = []
        tokens = list(tokenise(normalise(word)))
        bigrams = [token.text for token in tokens if HAN.match(token.text) and len(token.text) > 1]
        if len(bigrams) >= _ENOUGH_BIGRAMS:
            matches = [self.match(clause) for text in bigrams if (clause := phrase_of(text)) is not None]
            parts.append(self.any_of(matches, least=len(matches) - 2))
        for token in tokens:
            if not HAN.match(token.text) and token.text.isalpha():
                distance = 0 if len(token.text) < 3 else 1 if len(token.text) < 6 else 2
                parts.append(self.similar(token.text, distance))
        return self.any_of([self.match(exact), self._joined(parts, "and")])
