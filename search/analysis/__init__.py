"""Chinese text analysis, one for every search engine: the same normal form and terms for index, query and highlights."""

from search.analysis.clauses import Clause, Prefix, Slot, clauses_of, phrase_of
from search.analysis.highlighting import Passage, Segment, highlight, mark
from search.analysis.normalisation import Normalised, normalise, normalise_with_map, unbroken
from search.analysis.tokens import Token, term_positions, tokenise

# Part of every index's version: change it when a text would give other terms than before.
ANALYSIS_VERSION = 2

__all__ = [
    "ANALYSIS_VERSION",
    "Clause",
    "Normalised",
    "Passage",
    "Prefix",
    "Segment",
    "Slot",
    "Token",
    "clauses_of",
    "highlight",
    "mark",
    "normalise",
    "normalise_with_map",
    "phrase_of",
    "term_positions",
    "tokenise",
    "unbroken",
]
