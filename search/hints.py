"""What helps after a search that found nothing: searches that do find something, never more than a few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from search.analysis.characters import HAN
from search.query import SearchRequest, SearchResponse, found_notices

# Each try asks the index once more; so few, whatever was typed.
MAX_TRIES: Final = 6
MAX_HINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """A search that finds something; ``query`` is its query string."""

    label: str
    query: str
    count: int


def hints_for(request: SearchRequest, response: SearchResponse, *, now: datetime) -> list[Hint]:
    """Return searches near the one that found nothing, the nearest first."""
    if response.groups or response.understood.query is None:
        return []
    today = timezone.localdate(now)
    hints: list[Hint] = []
    if request.narrowing and not request.code:
        free = SearchRequest(text=request.text, exact=request.exact)
        count = found_notices(request.text, today=today)
        hints += [Hint(_("取消筛选条件"), free.query_string(), count)] if count else []
    if request.code:
        count = found_notices(request.text, today=today)
        everywhere = replace(request, code="")
        hints += [Hint(_("在全部公示中搜索"), everywhere.query_string(), count)] if count else []
    for text in nearer(response.understood.words)[:MAX_TRIES]:
        if len(hints) == MAX_HINTS:
            break
        count = found_notices(text, today=today, code=request.code, narrowing=request.narrowing)
        if count:
            hints.append(Hint(_("搜索“%(text)s”") % {"text": text}, request.query_string(text=text), count))
    return hints


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
