"""What helps after a search that found nothing: searches that do find something, never more than a few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from search.analysis.characters import HAN
from search.query import SearchRequest, SearchResponse, how_many

# Each try asks the index once more; so few, whatever was typed.
MAX_TRIES: Final = 6
MAX_HINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """A search that finds something; ``query`` is its query string. It counts notices, ``within`` one its pages."""

    label: str
    query: str
    count: int
    within: bool = False


def hints_for(request: SearchRequest, response: SearchResponse, *, now: datetime) -> list[Hint]:
    """Return searches near the one that found nothing, the nearest first."""
    if response.groups or not response.answered or response.understood.query is None:
        return []
    today = timezone.localdate(now)
    hints: list[Hint] = []
    for words, asked in _nearby(request, response.understood.words):
        if count := how_many(asked, today=today):
            hints.append(Hint(words, asked.query_string(), count, within=bool(asked.code)))
        if len(hints) == MAX_HINTS:
            break
    return hints


def _nearby(request: SearchRequest, words: tuple[str, ...]) -> Iterator[tuple[str, SearchRequest]]:
    if request.code:
        yield _("在全部公示中搜索"), replace(request, code="")
    elif request.narrowing:
        yield _("取消筛选条件"), SearchRequest(text=request.text, exact=request.exact)
    for text in nearer(words)[:MAX_TRIES]:
        yield _("搜索：%(text)s") % {"text": text}, replace(request, text=text)


def nearer(words: tuple[str, ...]) -> list[str]:
    """Return looser searches: each word left out once; of a single word its longer ends (渗滤液收集池 → 渗滤液收集, 收集池)."""
    if len(words) > 1:
        return [" ".join(words[:at] + words[at + 1 :]) for at in reversed(range(len(words)))]
    if not words:
        return []
    (word,) = words
    if word.startswith('"'):
        return [word.strip('"')]
    if not HAN.match(word):
        # The last group of a code or a number is what is most often mistyped.
        head = word.rpartition("-")[0]
        return [head] if head else []
    ends = [part for cut in range(1, len(word) - 1) for part in (word[:-cut], word[cut:])]
    return [part for part in ends if len(part) > 1]
