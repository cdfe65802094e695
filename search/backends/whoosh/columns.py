"""From a model's ``search_fields`` to columns of the index, and from an object to its document."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

from django.db.models import Field, Manager, Model
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.utils import get_descendant_models

from search.backends.values import BETWEEN_VALUES, text_of
from search.backends.whoosh.engine import Column

NO_GROUP: Final = -1


@dataclass(frozen=True, slots=True)
class Document:
    """An object as the index holds it; ``group`` is a number by which hits are counted together, -1 for none."""

    key: str
    types: tuple[str, ...]
    texts: Mapping[str, str]
    group: int = NO_GROUP

    @property
    def fingerprint(self) -> int:
        """A 64-bit number that changes with types, texts and group."""
        digest = blake2b(digest_size=8)
        for part in (*self.types, *chain.from_iterable(sorted(self.texts.items()))):
            digest.update(part.encode(errors="surrogatepass") + b"\0")
        if self.group != NO_GROUP:
            digest.update(b"%d" % self.group)
        return int.from_bytes(digest.digest(), "little")


def type_label(model: type[Model]) -> str:
    """Return the term under which objects of ``model`` and its descendants are found."""
    return (model._meta.concrete_model or model)._meta.label_lower


def root_key_field(model: type[Model]) -> "Field[Any, Any]":
    """Return the primary key of the model at the root of ``model``'s inheritance, which all its objects share."""
    field: Field[Any, Any] = get_model_root(model._meta.concrete_model or model)._meta.pk
    return field


def document_key(instance: Model) -> str:
    """Return the key of an object: the same whether it is met as its own class or as a parent."""
    root = get_model_root(type(instance)._meta.concrete_model or type(instance))
    value = getattr(instance, root._meta.pk.attname)
    return f"{root._meta.label_lower}:{value}"


def document_of(instance: Any) -> Document:
    """Return the document of an indexed object."""
    model = type(instance)._meta.concrete_model
    texts: dict[str, list[str]] = {}
    for column, value in _values(instance, instance.get_search_fields(), ""):
        # A SearchField and an AutocompleteField of one name share the column.
        if value and value not in texts.setdefault(column, []):
            texts[column].append(value)
    return Document(
        key=document_key(instance),
        types=tuple(parent._meta.label_lower for parent in (model, *model._meta.get_parent_list())),
        texts={column: BETWEEN_VALUES.join(values) for column, values in texts.items()},
        group=_group_of(instance),
    )


def _group_of(instance: Any) -> int:
    field = group_field(type(instance))
    value = getattr(instance, field) if field else None
    return NO_GROUP if value is None else int(value)


def group_field(model: Any) -> str:
    """Return the name of the whole number by which a model's hits are grouped, which it names itself; empty for none."""
    return str(getattr(model, "search_group", ""))


def search_columns(model: Any, names: Iterable[str] | None = None) -> tuple[Column, ...]:
    """Return the columns of ``search()`` with their boosts: those of ``names``, or all of the model and its children."""
    return _columns(model, SearchField, names)


def autocomplete_columns(model: Any, names: Iterable[str] | None = None) -> tuple[Column, ...]:
    """Return the columns of ``autocomplete()``, with the boosts of the search fields of the same name."""
    boosts = {column.name: column.boost for column in search_columns(model)}
    return tuple(
        Column(column.name, boosts.get(column.name, column.boost))
        for column in _columns(model, AutocompleteField, names)
    )


def column_names(models: Iterable[Any]) -> set[str]:
    """Return every column that objects of the models can fill."""
    return {
        column
        for model in models
        for column, field in _fields(model, model.get_search_fields(), "")
        if isinstance(field, SearchField | AutocompleteField)
    }


def _columns(model: Any, kind: type, names: Iterable[str] | None) -> tuple[Column, ...]:
    wanted = None if names is None else set(names)
    found: dict[str, Column] = {}
    models = [model] if wanted is not None else [model, *sorted(get_descendant_models(model), key=type_label)]
    for each in models:
        if not hasattr(each, "get_search_fields"):
            continue
        fields = [field for field in each.get_search_fields() if wanted is None or field.field_name in wanted]
        for column, field in _fields(each, fields, ""):
            if isinstance(field, kind):
                boost = getattr(field, "boost", None)
                found.setdefault(column, Column(column, 1.0 if boost is None else float(boost)))
    return tuple(found.values())


def _fields(model: Any, fields: Iterable[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for field in fields:
        name = prefix + _own_name(model, field, nested=bool(prefix))
        if isinstance(field, RelatedFields):
            related = field.get_field(model).related_model
            yield from _fields(related, field.fields, name + "__")
        else:
            yield name, field


def _own_name(model: Any, field: Any, *, nested: bool) -> str:
    # Two children of one parent may each define a field of the same name with another meaning.
    if nested:
        return str(field.field_name)
    owner = field.get_definition_model(model) or model
    label = getattr(owner, "_meta", None)
    return f"{label.label_lower.replace('.', '_') if label else owner.__name__.lower()}__{field.field_name}"


def _values(instance: Any, fields: Iterable[Any], prefix: str) -> Iterator[tuple[str, str]]:
    model = type(instance)
    for field in fields:
        name = prefix + _own_name(model, field, nested=bool(prefix))
        if isinstance(field, SearchField | AutocompleteField):
            yield name, text_of(field.get_value(instance))
        elif isinstance(field, RelatedFields):
            for related in _related(field.get_value(instance)):
                yield from _values(related, field.fields, name + "__")


def _related(value: Any) -> Iterable[Any]:
    if isinstance(value, Manager):
        return value.all()
    if callable(value):
        value = value()
    return [] if value is None else [value]
