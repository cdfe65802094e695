"""相关词: words that stand on the found pages much more often than on all public pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Final

from django.utils import timezone

from search.analysis import normalise
from search.models import PageText
from search.query import SearchRequest, SearchResponse
from search.standing import standing

# Of the pages found the best tell enough, and of their words the frequent ones.
MAX_PAGES: Final = 100
MAX_WORDS: Final = 200
MAX_RELATED: Final = 6
# A word of one page stands beside anything by chance, and beside a common word nothing stands more often than elsewhere.
FEWEST_PAGES: Final = 2
LIFT: Final = 1.6


def related_searches(asked: SearchRequest, response: SearchResponse) -> list[tuple[str, str]]:
    """Return related words with their query strings, on the first page of results."""
    words = related_words(response.best, (*response.understood.words, *response.understood.also))
    return [(word, asked.query_string(text=word)) for word in words]


def related_words(page_ids: Sequence[int], searched: Sequence[str]) -> list[str]:
    """Return words that stand with the searched ones on these pages, the closest first; two queries.

    Ranked by the count on the found pages times the pointwise mutual information with being found (Church and Hanks,
    1990), so that neither rare nor common words win.
    """
    if len(page_ids) < FEWEST_PAGES:
        return []
    best = PageText.objects.filter(pk__in=page_ids[:MAX_PAGES]).order_by("pk")
    pages = list(best.values_list("words", flat=True))
    here = Counter(" ".join(pages).split())
    near = dict(here.most_common(MAX_WORDS))
    public = standing(timezone.localdate())
    everywhere = public.pages_of([word for word, count in near.items() if count >= FEWEST_PAGES])
    total = public.pages
    plain = [normalise(word) for word in searched]
    ranked = []
    for word, whole in everywhere.items():
        lift = near[word] / len(pages) * total / whole
        if lift > LIFT and not any(word in other or other in word for other in plain):
            ranked.append((-near[word] * log(lift), word))
    return [word for _rank, word in sorted(ranked)[:MAX_RELATED]]
