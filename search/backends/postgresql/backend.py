"""The framework's PostgreSQL backend, given our terms and asked with our queries."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db import router
from django.db.models import (
    CharField,
    Count,
    F,
    FloatField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from modelsearch.backends.database.postgres.postgres import (
    IndexEntry,
    ObjectIndexer,
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
    PostgresSearchResults,
)
from modelsearch.index import SearchField, class_is_indexed, get_indexed_models
from modelsearch.utils import get_content_type_pk, get_descendants_content_types_pks

from search.analysis import Prefix
from search.backends.grouping import Group
from search.backends.inspection import StoredDocument
from search.backends.postgresql import inspection
from search.backends.postgresql.conditions import Condition, TextTranslator, VectorTranslator, terms
from search.backends.postgresql.vectors import Matches, TsQuery, any_term, vector
from search.backends.rebuilding import WrittenDirectly, roots
from search.backends.values import text_of


class _Entry(ObjectIndexer):
    """An object as the index holds it, vectors written out."""

    def prepare_value(self, value: Any) -> str:
        return text_of(value)

    def as_vector(self, texts: Iterable[tuple[str, str]], for_autocomplete: bool = False) -> str:
        return vector(texts)

    @cached_property
    def whole(self) -> str:
        """Return all search fields as one vector, titles first: a phrase is looked up in one place, not in two put together."""
        found = [each for field in self.search_fields for each in self.prepare_field(self.obj, field)]
        texts = [(field, weight, text) for field, weight, text in found if isinstance(field, SearchField)]
        texts.sort(key=lambda each: each[0].field_name != "title")
        return vector((text, weight) for _, weight, text in texts)


class Index(PostgresIndex):
    """The framework's table of entries."""

    def add_items(self, model: Any, objs: Iterable[Any]) -> None:
        """Write objects; a later one of the same key counts."""
        if not class_is_indexed(model):
            return
        content_type = get_content_type_pk(model)
        entries = {}
        for obj in objs:
            made = _Entry(obj, self.backend)
            entries[made.id] = IndexEntry(
                content_type_id=content_type,
                object_id=made.id,
                # The framework's column for titles stays empty; their weight is in the vector.
                title="",
                body=made.whole,
                autocomplete=made.autocomplete,
            )
        IndexEntry._default_manager.using(self.write_connection.alias).bulk_create(
            entries.values(),
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=["title", "body", "autocomplete"],
        )

    def delete_stale_entries(self) -> None:
        """Take out what is no longer there or no longer to be found."""
        for model in get_indexed_models():
            there = model.get_indexed_objects().order_by().annotate(key=Cast("pk", TextField()))
            entries = self.entries.filter(content_type_id=get_content_type_pk(model))
            entries.exclude(object_id__in=there.values("key")).delete()

    def reset(self) -> None:
        """Empty the index; the framework would look for its table in every database, the key store included."""
        IndexEntry._default_manager.all()._raw_delete(using=self.write_connection.alias)

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Leave the norms alone: titles here are sentences, and each change would read the whole table."""


class QueryCompiler(PostgresSearchQueryCompiler):
    """``search()``: whole Latin words, numbers from the start of a group, Han characters as they stand."""

    #: The column of the index that is asked.
    vector = "body"
    #: Overrides what the backend's options say.
    prefix: Prefix | None = None

    def search(
        self, config: Any, start: int, stop: int | None, score_field: str | None = None, backend: Any = None
    ) -> Any:
        """Return the matching objects of the queryset, in its own order or the best first."""
        translator = VectorTranslator(self.prefix or backend.prefix)
        condition = translator.node(self.query)
        queryset = self._matching(condition)
        if self.fields is not None:
            queryset = self._in_fields(self.queryset if translator.excludes else queryset, translator.prefix)
        rank = self._rank(condition)
        if score_field is not None:
            no_score = Value(0.0, output_field=FloatField())
            queryset = queryset.annotate(**{score_field: no_score if rank is None else rank})
        if self.order_by_relevance and rank is not None:
            queryset = queryset.order_by((rank if score_field is None else F(score_field)).desc(), "-pk")
        elif not queryset.query.order_by:
            queryset = queryset.order_by("-pk")
        return queryset[start:stop]

    @cached_property
    def entries(self) -> Any:
        """The entries of the model and its descendants."""
        types = get_descendants_content_types_pks(self.queryset.model)
        return IndexEntry._default_manager.filter(content_type_id__in=types)

    def _matching(self, condition: Condition) -> Any:
        if isinstance(condition.query, bool):
            return self.queryset.all() if condition.query else self.queryset.none()
        found = self.entries.filter(Matches(F(self.vector), TsQuery(condition.query)))
        return self.queryset.filter(pk__in=found.values(key=Cast("object_id", self._key_field)))

    @property
    def _key_field(self) -> Any:
        field = self.queryset.model._meta.pk
        while field.remote_field:
            field = field.target_field
        return field

    def _rank(self, condition: Condition) -> Any:
        """Return what PostgreSQL thinks of the words looked for, summed over their weights; None without any."""
        if not condition.ranked or isinstance(condition.query, bool):
            return None
        rank: Any = None
        for weight in sorted({weight for _, weight in condition.ranked}):
            query = TsQuery(any_term(clause for clause, own in condition.ranked if own == weight))
            part: Any = SearchRank(F(self.vector), query, weights=self.sql_weights)
            part = part if weight == 1 else part * Value(weight)
            rank = part if rank is None else rank + part
        own = self.entries.filter(object_id=Cast(OuterRef("pk"), CharField()))
        return Subquery(own.annotate(rank=rank).values("rank")[:1], output_field=FloatField())

    def _in_fields(self, candidates: "QuerySet[Any]", prefix: Prefix) -> Any:
        """Keep the objects that match in the fields asked for; the index does not tell fields apart, so they are read."""
        judge = TextTranslator(prefix).node(self.query)
        fields = [field for field in self.search_fields.values() if field is not None]
        kept = [
            obj.pk
            for obj in candidates.order_by()
            if judge([terms(text_of(field.get_value(obj))) for field in fields])
        ]
        return self.queryset.filter(pk__in=kept)


class AutocompleteQueryCompiler(QueryCompiler, PostgresAutocompleteQueryCompiler):
    """``autocomplete()``: the last group of each word by its beginning."""

    vector = "autocomplete"
    prefix = Prefix.WORDS


class SearchResults(PostgresSearchResults):
    """Hits, also as ``Grouping`` wants them: grouped by the database."""

    def groups(self, field_name: str) -> list[Group]:
        """Return what ``Grouping`` says."""
        grouped = self._scored().order_by().values(field_name)
        rows = grouped.annotate(own_count=Count("pk"), best=Max("own_score")).order_by("-best", field_name)
        return [Group(*row) for row in rows.values_list(field_name, "own_count", "best")]

    def best_of_groups(self, field_name: str, values: Sequence[int], each: int) -> list[tuple[Any, int]]:
        """Return what ``Grouping`` says."""
        order = (F("own_score").desc(), F("pk").asc())
        rank = Window(RowNumber(), partition_by=F(field_name), order_by=order)
        found = self._scored().order_by().filter(**{f"{field_name}__in": values}).annotate(own_rank=rank)
        return list(found.filter(own_rank__lte=each).order_by(*order).values_list("pk", field_name))

    def _scored(self) -> Any:
        compiler = self.query_compiler
        config = compiler.get_config(self.backend)
        return compiler.search(config, None, None, score_field="own_score", backend=self.backend)


class SearchBackend(WrittenDirectly, PostgresSearchBackend):
    """PostgreSQL behind the framework's interface. See the package for its options."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.prefix = Prefix.WORDS if params.get("LATIN_PREFIX", False) else Prefix.NUMBERS

    def needs_rebuild(self) -> bool:
        """Tell that nothing is indexed, though there is something to index."""
        return any(self.problem(model) for model in roots().values())

    def stored_documents(self) -> Iterator[StoredDocument]:
        """Yield what the index holds in rising order."""
        return inspection.stored_documents(self._using)

    def fingerprint_of(self, instance: Any) -> int:
        """Return the fingerprint of an indexed object as it is now; one question to the database."""
        entry = _Entry(instance, self)
        return inspection.fingerprint(entry.whole, entry.autocomplete, using=self._using)

    def forget(self, root: str, value: str) -> None:
        """Take an object out."""
        inspection.forget(root, value, using=self._using)

    @property
    def _using(self) -> str:
        return str(router.db_for_write(IndexEntry))

    def problem(self, model: Any) -> str:
        """Say in a sentence why objects of ``model`` cannot be searched, nothing when they can."""
        if model._default_manager.exists() and not IndexEntry._default_manager.exists():
            return "The search index in the database is empty. Run: manage.py wagtail_update_index"
        return ""
