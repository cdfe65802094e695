"""The index against the database: what is missing from it, what is left over in it, what is outdated in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from django.apps import apps
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_models

from search.backends.inspection import Change, Inspectable, StoredDocument

MOST_EXAMPLES: Final = 10
_OBJECTS_AT_ONCE = 500
_CHANGES_AT_ONCE = 200

Kind = Literal["missing", "left_over", "outdated"]


class NotInspectable(Exception):
    """The search engine in use does not show what it holds."""


class Difference(NamedTuple):
    """One object; ``model`` is its own, that of its key where the database has none."""

    kind: Kind
    key: str
    model: str

    @property
    def change(self) -> Change:
        """What has to be written to the index."""
        if self.kind == "left_over":
            return ["delete", self.key]
        return ["sync", self.model, self.key.partition(":")[2], self.key]

    def __str__(self) -> str:
        """Name the object without anything it says."""
        root, _colon, value = self.key.partition(":")
        try:
            name = apps.get_model(self.model or root)._meta.verbose_name
        except LookupError:
            name = root
        return f"{name} {value}"


@dataclass(slots=True)
class Comparison:
    """What a comparison found; an index that must be built anew is not compared any further."""

    needs_rebuild: bool = False
    documents: int = 0
    stored: int = 0
    missing: int = 0
    left_over: int = 0
    outdated: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def differences(self) -> int:
        """Return how many objects are not in the index as they should be."""
        return self.missing + self.left_over + self.outdated

    @property
    def is_clean(self) -> bool:
        """Whether index and database say the same."""
        return not (self.needs_rebuild or self.differences)

    def note(self, difference: Difference) -> None:
        """Count a difference."""
        setattr(self, difference.kind, getattr(self, difference.kind) + 1)
        examples = self.examples.setdefault(difference.kind, [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(str(difference))


class _Present(NamedTuple):
    document: StoredDocument
    model: str


def inspectable(alias: str = "default") -> Inspectable:
    """Return the search engine in use; raises NotInspectable when it cannot be compared."""
    backend = get_search_backend(alias)
    if not isinstance(backend, Inspectable):
        raise NotInspectable(
            _(
                "现用的检索引擎（%(engine)s）不支持逐条核对。怀疑有遗漏时请运行 manage.py wagtail_update_index。"
            )
            % {"engine": type(backend).__module__}
        )
    return backend


def compare(backend: Inspectable, *, mend: bool = False) -> Comparison:
    """Compare everything; with ``mend`` bring the index into line as well. The result says what was found before.

    Both sides are read as streams in the same order: in memory are the keys of one model at a time, never texts.
    """
    found = Comparison(needs_rebuild=backend.needs_rebuild())
    if found.needs_rebuild:
        if mend:
            backend.rebuild()
        return found
    changes: list[Change] = []
    for difference in _differences(backend, found):
        found.note(difference)
        changes.append(difference.change)
        if mend and len(changes) >= _CHANGES_AT_ONCE:
            backend.mend(changes)
        if len(changes) >= _CHANGES_AT_ONCE:
            changes = []
    if mend and changes:
        backend.mend(changes)
    return found


def _differences(backend: Inspectable, found: Comparison) -> Iterator[Difference]:
    stored = ((document, None) for document in backend.stored_documents())
    present = ((each.document, each.model) for each in _present(backend))
    for (_root, _number, key), pair in groupby(merge(stored, present, key=_place), key=_place):
        sides = list(pair)
        indexed = next((document for document, model in sides if model is None), None)
        wanted = next(((document, model) for document, model in sides if model is not None), None)
        found.stored += indexed is not None
        found.documents += wanted is not None
        if wanted is None:
            yield Difference("left_over", key, "")
        elif indexed is None:
            yield Difference("missing", key, wanted[1] or "")
        elif indexed.fingerprint is not None and indexed.fingerprint != wanted[0].fingerprint:
            yield Difference("outdated", key, wanted[1] or "")


def _place(side: tuple[StoredDocument, str | None]) -> tuple[str, int, str]:
    return side[0][:3]


def _present(backend: Inspectable) -> Iterator[_Present]:
    """Yield every object that belongs into the index, in rising order."""
    families: dict[str, list[Any]] = {}
    for model in get_indexed_models():
        families.setdefault(get_model_root(model)._meta.label_lower, []).append(model)
    for root in sorted(families):
        yield from merge(*(_of_model(backend, root, model) for model in families[root]))


def _of_model(backend: Inspectable, root: str, model: Any) -> Iterator[_Present]:
    # Keys rather than offsets: what is added or deleted meanwhile shifts nothing.
    keys = sorted(model.get_indexed_objects().order_by().values_list("pk", flat=True), key=_order)
    for at in range(0, len(keys), _OBJECTS_AT_ONCE):
        chunk = keys[at : at + _OBJECTS_AT_ONCE]
        objects = {each.pk: each for each in model.get_indexed_objects().filter(pk__in=chunk)}
        yield from _stored_as(backend, root, [objects[key] for key in chunk if key in objects])


def _order(key: Any) -> tuple[int, str]:
    return (key, "") if isinstance(key, int) else (-1, str(key))


def _stored_as(backend: Inspectable, root: str, objects: Sequence[Any]) -> Iterator[_Present]:
    for each in objects:
        number = each.pk if isinstance(each.pk, int) else -1
        document = StoredDocument(root, number, f"{root}:{each.pk}", backend.fingerprint_of(each))
        yield _Present(document, each._meta.label_lower)
