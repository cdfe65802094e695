"""Lazy search results."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count
from modelsearch.backends.base import BaseSearchResults, FilterFieldError

from search.backends.grouping import Group
from search.backends.whoosh.columns import group_field
from search.backends.whoosh.compiler import CHUNK, MANY, Ranking


class SearchResults(BaseSearchResults):
    """Hits of the index, resolved through the queryset when they are looked at."""

    supports_facet = True

    @cached_property
    def _hits(self) -> Ranking:
        ranking: Ranking = self.query_compiler.hits(self.backend.store, self.backend.prefix)
        return ranking

    def _clone(self) -> "SearchResults":
        clone: SearchResults = super()._clone()
        if "_hits" in self.__dict__:
            clone.__dict__["_hits"] = self._hits
        return clone

    def _do_search(self) -> list[Any]:
        compiler = self.query_compiler
        if compiler.order_by_relevance:
            found = compiler.best(self._hits, self.start, self.stop)
        else:
            found = compiler.objects(compiler.ordered(self._hits.unordered())[self.start : self.stop])
        if self._score_field:
            for instance in found:
                score = self._hits.scores[getattr(instance, compiler.key_field.attname)]
                setattr(instance, self._score_field, score)
        return list(found)

    def _do_count(self) -> int:
        count = len(self._hits)
        # An index may be a moment behind. For as many hits as people page through, the count is the database's.
        if self.query_compiler.is_filtered or count <= MANY:
            count = len(self.query_compiler.present(self._hits.unordered()))
        start, stop = int(self.start), count if self.stop is None else min(int(self.stop), count)
        return max(0, stop - start)

    def groups(self, field_name: str) -> list[Group]:
        """Return what ``Grouping`` says."""
        return self._hits.groups(by_key=self._is_key(field_name))

    def best_of_groups(self, field_name: str, values: Sequence[int], each: int) -> list[tuple[Any, int]]:
        """Return what ``Grouping`` says."""
        self._is_key(field_name)
        return self._hits.best_of_groups(values, each)

    def _is_key(self, field_name: str) -> bool:
        model = self.query_compiler.queryset.model
        if field_name not in ("pk", group_field(model)):
            raise FilterFieldError(
                f'Set search_group = "{field_name}" on {model.__name__} to group by it.',
                field_name=field_name,
            )
        return field_name == "pk"

    def facet(self, field_name: str) -> dict[Any, int]:
        """Return how many hits have each value of a filter field, the most frequent first."""
        compiler = self.query_compiler
        if compiler._get_filterable_field(field_name) is None:
            model = compiler.queryset.model.__name__
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". '
                f"Please add index.FilterField('{field_name}') to {model}.search_fields.",
                field_name=field_name,
            )
        keys = compiler.present(self._hits.unordered())
        counts: Counter[Any] = Counter()
        for at in range(0, len(keys), CHUNK):
            rows = compiler._only(keys[at : at + CHUNK]).order_by().values_list(field_name)
            for value, count in rows.annotate(count=Count("pk", distinct=True)):
                counts[value] += count
        return dict(counts.most_common())
