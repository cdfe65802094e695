"""From a framework query and a queryset to hits in the index, and back to objects through the queryset."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import IntegerField
from django.db.models.lookups import Exact, In
from django.db.models.sql.where import AND
from modelsearch.backends.base import BaseSearchQueryCompiler

from search.analysis import Clause, Prefix
from search.backends.grouping import Group
from search.backends.translation import Translator
from search.backends.whoosh import engine
from search.backends.whoosh.arrays import Numbers
from search.backends.whoosh.columns import (
    autocomplete_columns,
    group_field,
    root_key_field,
    search_columns,
    type_label,
)
from search.backends.whoosh.storage import IndexStore

# Keys in one IN list; SQLite takes 999 parameters at the least.
CHUNK = 500
# Above this many hits the queryset's own keys are read and intersected instead of asked for in IN lists.
MANY = 4 * CHUNK


class QueryCompiler(BaseSearchQueryCompiler):
    """``search()``: whole Latin words, numbers from the start of a group, Han characters as they stand.

    The index finds and ranks; filters and orderings are the queryset's own and are applied by the database, so that
    an index that is behind can hide a new object for a moment but never show one that the queryset excludes.
    """

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    #: Overrides what the backend's options say.
    prefix: Prefix | None = None

    def columns(self) -> tuple[engine.Column, ...]:
        """Return the columns asked for."""
        return search_columns(self.queryset.model, self.fields)

    def hits(self, store: IndexStore, prefix: Prefix) -> "Ranking":
        """Return what the index finds."""
        node = _Translator(self.columns(), self.prefix or prefix).node(self.query)
        searcher = store.searcher()
        hits = (
            engine.Hits(())
            if searcher is None
            else engine.search(searcher, node, type_label(self.queryset.model), self.groups)
        )
        return Ranking(hits, self.key_field)

    @cached_property
    def key_field(self) -> Any:
        """The root model's primary key, by which hits are looked up."""
        return root_key_field(self.queryset.model)

    @cached_property
    def groups(self) -> list[int] | None:
        """The groups to which the queryset is limited, None when it is not: what the index can leave out by itself."""
        where, field = self.queryset.query.where, group_field(self.queryset.model)
        if not field or where.negated or where.connector != AND:
            return None
        for lookup in where.children:
            column = getattr(getattr(lookup, "lhs", None), "target", None)
            if column is None or column.attname != field or column.model is not self.queryset.model:
                continue
            if isinstance(lookup, In) and isinstance(lookup.rhs, Iterable):
                return [int(value) for value in lookup.rhs]
            if isinstance(lookup, Exact) and isinstance(lookup.rhs, int):
                return [lookup.rhs]
        return None

    @cached_property
    def is_filtered(self) -> bool:
        """Tell whether the queryset leaves out any object of its model."""
        return bool(self.queryset.query.where) or self.queryset.query.is_sliced

    def present(self, keys: Sequence[Any]) -> list[Any]:
        """Return those of ``keys`` that the queryset holds, in the given order."""
        if len(keys) > MANY:
            held = set(self._keys(self.queryset.order_by()))
        else:
            held = {key for chunk in _chunks(keys) for key in self._keys(self._only(chunk).order_by())}
        return [key for key in keys if key in held]

    def ordered(self, keys: Sequence[Any]) -> list[Any]:
        """Return those of ``keys`` that the queryset holds, in the queryset's order, newest key first if it has none."""
        queryset = self.queryset if self.queryset.ordered else self.queryset.order_by("-pk")
        if len(keys) <= CHUNK:
            return list(dict.fromkeys(self._keys(queryset.filter(**{f"{self.key_field.name}__in": keys}))))
        wanted = set(keys)
        return list(dict.fromkeys(key for key in self._keys(queryset) if key in wanted))

    def objects(self, keys: Sequence[Any]) -> list[Any]:
        """Return the objects that the queryset holds, in the order of ``keys``."""
        attribute = self.key_field.attname
        found = {
            getattr(instance, attribute): instance
            for chunk in _chunks(keys)
            for instance in self._only(chunk)
        }
        return [found[key] for key in keys if key in found]

    def best(self, ranking: "Ranking", start: int, stop: int | None) -> list[Any]:
        """Return the objects at ranks ``start`` to ``stop`` among those that the queryset holds."""
        found: list[Any] = []
        wanted = len(ranking) if stop is None else max(0, stop - start)
        skip, at, size = start, 0, min(CHUNK, wanted) if start == 0 else CHUNK
        while at < len(ranking) and len(found) < wanted:
            chunk = ranking[at : at + size]
            if at or skip:
                chunk = self.present(chunk)
                skip, chunk = max(0, skip - len(chunk)), chunk[skip:]
            found.extend(self.objects(chunk[: wanted - len(found)]))
            # A queryset that leaves out much is asked in growing chunks.
            at, size = at + size, min(CHUNK, 4 * size)
        return found

    def _only(self, keys: Sequence[Any]) -> Any:
        return self.queryset.filter(**{f"{self.key_field.name}__in": keys})

    def _keys(self, queryset: Any) -> Iterator[Any]:
        return iter(queryset.values_list(self.key_field.name, flat=True))


class Ranking:
    """Hits as primary keys of the root model, best first; sorted only as far as they are looked at."""

    def __init__(self, hits: engine.Hits, key_field: Any) -> None:
        self._hits = hits
        self._key_field = key_field
        self._order = hits.best(0)

    def __len__(self) -> int:
        return len(self._hits)

    def __getitem__(self, ranks: slice) -> list[Any]:
        _start, stop, _step = ranks.indices(len(self))
        if stop > len(self._order):
            # Twice as far as before: paging through all of them sorts only a few times.
            self._order = self._hits.best(max(stop, 2 * len(self._order)))
        return self._keys(self._order[ranks])

    def groups(self, *, by_key: bool) -> list[Group]:
        """Return the groups of the hits, or each hit as its own by its key's number, best first."""
        hits = self._hits
        found, counts, scores = hits.grouped(hits.numbers if by_key else hits.groups)
        return list(map(Group, found.tolist(), counts.tolist(), scores.tolist()))

    def best_of_groups(self, groups: Sequence[int], each: int) -> list[tuple[Any, int]]:
        """Return primary key and group of the ``each`` best hits of every one of the groups, best first."""
        places = self._hits.best_of_groups(groups, each)
        return list(zip(self._keys(places), self._hits.groups[places].tolist(), strict=True))

    def unordered(self) -> list[Any]:
        """Return all primary keys in no order."""
        return self._keys(np.arange(len(self)))

    @cached_property
    def scores(self) -> dict[Any, float]:
        """The score of every hit by its primary key."""
        return dict(zip(self.unordered(), self._hits.scores.tolist(), strict=True))

    def _keys(self, places: Numbers) -> list[Any]:
        numbers = self._hits.numbers[places]
        if isinstance(self._key_field, IntegerField) and not (numbers < 0).any():
            plain: list[Any] = numbers.tolist()
            return plain
        to_python = self._key_field.to_python
        return [to_python(key.partition(":")[2]) for key in self._hits.keys(places)]


class AutocompleteQueryCompiler(QueryCompiler):
    """``autocomplete()``: the last group of each word by its beginning."""

    prefix = Prefix.WORDS

    def columns(self) -> tuple[engine.Column, ...]:
        """Return the columns asked for."""
        return autocomplete_columns(self.queryset.model, self.fields)


class _Translator(Translator[engine.Node]):
    """Writes queries as the engine's nodes."""

    def __init__(self, columns: tuple[engine.Column, ...], prefix: Prefix) -> None:
        super().__init__(prefix)
        self.columns = columns

    def everything(self) -> engine.Node:
        return engine.Everything()

    def nothing(self) -> engine.Node:
        return engine.Nothing()

    def match(self, clause: Clause) -> engine.Node:
        return engine.Match(clause, self.columns)

    def all_of(self, parts: Sequence[engine.Node]) -> engine.Node:
        return engine.AllOf(tuple(parts))

    def any_of(self, parts: Sequence[engine.Node], least: int = 1) -> engine.Node:
        return engine.AnyOf(tuple(parts), least)

    def none_of(self, part: engine.Node) -> engine.Node:
        return engine.NoneOf(part)

    def boosted(self, part: engine.Node, factor: float) -> engine.Node:
        return engine.Boosted(part, factor)

    def similar(self, word: str, distance: int) -> engine.Node:
        return engine.Similar(word, distance, self.columns)


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(keys)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
