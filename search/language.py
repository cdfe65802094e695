"""The query language: what a person typed becomes a query of the framework; odd input becomes a plain word, never an error.

    alternatives = sequence { ("OR" | "或") sequence }
    sequence     = part { ["AND" | "与"] part }
    part         = { "NOT" | "非" } ( word | word "*" | "quoted words" | "(" alternatives ")" )

Operators stand alone between spaces: 尾矿与矸石 is a word. Every word finds longer ones that begin with it, so a star
is understood and adds nothing; inside a word it stands for any words between its two parts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modelsearch.query import And, Not, Or, Phrase, PlainText, SearchQuery

from search.analysis import Clause, Prefix, clauses_of, phrase_of
from search.lexicon import also_searched

MAX_WORDS: Final = 12
# Deeper than anybody writes; bounds the recursion of engines.
MAX_DEPTH: Final = 8

NOTHING_TO_FIND: Final = _("请输入文字、数字或字母。")
ONLY_EXCLUDED: Final = _("只写了不要的词。请再写一个要找的词，例如：渗滤液 非 填埋。")
OPEN_QUOTE: Final = _("引号只有一半，已按到末尾处理。")
OPEN_BRACKET: Final = _("括号没有成对，已忽略多余的部分。")
LONE_OPERATOR: Final = _("“与、或、非”的旁边缺少词语，已忽略。")
TOO_MANY_WORDS: Final = _("词语太多，只用了前 12 个。")

_OPERATORS: Final = {"AND": "and", "与": "and", "OR": "or", "或": "or", "NOT": "not", "非": "not"}
_QUOTES: Final = {'"': '"', "“": "”", "「": "」", "『": "』", "＂": "＂", "„": "”", "”": "”"}
_BRACKETS: Final = {"(": "open", "（": "open", ")": "close", "）": "close"}
_WORD: Final = re.compile(r"[^\s()（）\"“”„＂「『]+")


class _Token(NamedTuple):
    kind: str  # word, phrase, open, close, and, or, not
    text: str


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood.

    ``query`` is None when there is nothing to look for, and ``notes`` says why. ``clauses`` are the words to mark;
    ``words`` the words as typed, without those excluded; ``also`` what the lexicon added.
    """

    query: SearchQuery | None
    clauses: tuple[Clause, ...] = ()
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    notes: tuple[str | Promise, ...] = ()


def one_line(typed: str) -> str:
    """Return what was typed with single spaces and without NUL, which PostgreSQL takes nowhere."""
    return " ".join(typed.replace("\0", " ").split())


def parse(text: str, *, synonyms: bool = True) -> ParsedQuery:
    """Understand a search; never raises."""
    if not text.strip():
        return ParsedQuery(None)
    reader = _Reader(_tokens(text), synonyms)
    reader.notes += [OPEN_QUOTE] if _quote_is_open(text) else []
    query = reader.read()
    if query is None:
        reader.notes.append(NOTHING_TO_FIND)
    elif not reader.words:
        query, reader.notes = None, [*reader.notes, ONLY_EXCLUDED]
    once = dict.fromkeys
    return ParsedQuery(
        query,
        tuple(once(reader.clauses)),
        tuple(once(reader.words)),
        tuple(once(reader.also)),
        tuple(once(reader.notes)),
    )


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character in _QUOTES:
            end = text.find(_QUOTES[character], at + 1)
            end = len(text) if end < 0 else end
            tokens.append(_Token("phrase", text[at + 1 : end]))
            at = end + 1
        elif character in _BRACKETS:
            tokens.append(_Token(_BRACKETS[character], character))
            at += 1
        elif found := _WORD.match(text, at):
            tokens += _word_tokens(found.group())
            at = found.end()
        else:
            at += 1
    if len(tokens) == 1 and tokens[0].kind in _OPERATORS.values():
        return [_Token("word", tokens[0].text)]
    return tokens


def _word_tokens(typed: str) -> list[_Token]:
    operator = _OPERATORS.get(unicodedata.normalize("NFKC", typed))
    if operator:
        return [_Token(operator, typed)]
    return [_Token("word", part) for part in re.split(r"[*＊]+", typed) if phrase_of(part)]


def _quote_is_open(text: str) -> bool:
    at = 0
    while at < len(text):
        if text[at] in _QUOTES:
            at = text.find(_QUOTES[text[at]], at + 1)
            if at < 0:
                return True
        at += 1
    return False


@dataclass(slots=True)
class _Reader:
    """Reads the tokens once from left to right."""

    tokens: list[_Token]
    synonyms: bool
    at: int = 0
    taken: int = 0
    depth: int = 0
    excluding: bool = False
    clauses: list[Clause] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    notes: list[str | Promise] = field(default_factory=list)

    def read(self) -> SearchQuery | None:
        """Read everything; a closing bracket too many parts nothing."""
        parts: list[SearchQuery] = []
        while self.at < len(self.tokens):
            found = self._alternatives()
            parts += [found] if found else []
            if self._kind() == "close":
                self.notes.append(OPEN_BRACKET)
                self.at += 1
        return _joined(And, parts)

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _alternatives(self) -> SearchQuery | None:
        found = [self._sequence()]
        while self._kind() == "or":
            self.at += 1
            found.append(self._sequence())
        parts = [part for part in found if part]
        if len(found) > 1 and len(parts) < len(found):
            self.notes.append(LONE_OPERATOR)
        return _joined(Or, parts)

    def _sequence(self) -> SearchQuery | None:
        parts: list[SearchQuery] = []
        waiting = False
        while self._kind() not in ("", "or", "close"):
            if self._kind() == "and":
                if waiting or not parts:
                    self.notes.append(LONE_OPERATOR)
                waiting = True
                self.at += 1
                continue
            part = self._part()
            if part is not None:
                parts.append(part)
                waiting = False
        if waiting:
            self.notes.append(LONE_OPERATOR)
        return _joined(And, parts)

    def _part(self) -> SearchQuery | None:
        turned = 0
        while self._kind() == "not":
            turned += 1
            self.at += 1
        if self._kind() in ("", "and", "or", "close"):
            self.notes.append(LONE_OPERATOR)
            return None
        outer = self.excluding
        self.excluding = outer ^ bool(turned % 2)
        found = self._bracket() if self._kind() == "open" else self._term()
        self.excluding = outer
        return Not(found) if found is not None and turned % 2 else found

    def _bracket(self) -> SearchQuery | None:
        self.at += 1
        if self.depth == MAX_DEPTH:
            self.notes.append(OPEN_BRACKET)
            return None
        self.depth += 1
        found = self._alternatives()
        self.depth -= 1
        if self._kind() == "close":
            self.at += 1
        else:
            self.notes.append(OPEN_BRACKET)
        return found

    def _term(self) -> SearchQuery | None:
        token = self.tokens[self.at]
        self.at += 1
        clause = phrase_of(token.text, prefix=Prefix.WORDS)
        if clause is None:
            return None
        if self.taken == MAX_WORDS:
            self.notes.append(TOO_MANY_WORDS)
            return None
        self.taken += 1
        quoted = token.kind == "phrase"
        others = () if quoted or not self.synonyms or self.excluding else also_searched(token.text)
        if not self.excluding:
            self.words.append(f'"{token.text}"' if quoted else token.text)
            self.also += others
            self.clauses.append(clause)
            for other in others:
                self.clauses += clauses_of(other, prefix=Prefix.WORDS)
        own = Phrase(token.text) if quoted else PlainText(token.text)
        return _joined(Or, [own, *map(PlainText, others)])


def _joined(combine: type[And] | type[Or], parts: list[SearchQuery]) -> SearchQuery | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return combine(parts)
