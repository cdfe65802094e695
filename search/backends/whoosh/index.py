"""Writing to the index: queued for the one writer, or into a rebuild."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from modelsearch.backends.base import BaseIndex
from modelsearch.index import Indexed, class_is_indexed, get_indexed_instance, get_indexed_models

from search.backends.inspection import Change
from search.backends.whoosh.columns import column_names, document_key, document_of
from search.backends.whoosh.storage import Rebuild, WriteSession

if TYPE_CHECKING:
    from search.backends.whoosh.backend import SearchBackend


_OBJECTS_AT_ONCE = 500


class Index(BaseIndex):
    """The one index of a backend. Changes are queued; the task's worker writes them."""

    backend: "SearchBackend"

    def get_key(self) -> str:
        """Return what tells this index from others of the backend: there is one."""
        return "whoosh"

    def __str__(self) -> str:
        return self.get_key()

    def add_items(self, model: Any, items: Iterable[Any]) -> None:
        """Queue objects to be read from the database and indexed."""
        if class_is_indexed(model):
            self._queue(
                ["sync", type(item)._meta.label_lower, str(item.pk), document_key(item)] for item in items
            )

    def delete_item(self, item: Any) -> None:
        """Queue an object's removal; a request that deletes never waits for the writer."""
        self.delete_items([item])

    def delete_items(self, items: Iterable[Any]) -> None:
        """Queue the removal of objects."""
        self._queue(["delete", document_key(item)] for item in items if class_is_indexed(type(item)))

    def reset(self) -> None:
        """Empty the index at once."""
        self.backend.store.reset(timeout=self.backend.lock_timeout)

    def _queue(self, changes: Iterable[Change]) -> None:
        queued = list(changes)
        if queued:
            self.backend.queue(queued)


class RebuildIndex(BaseIndex):
    """Takes the objects of a rebuild straight into the new generation."""

    def __init__(self, backend: Any, rebuild: Rebuild) -> None:
        super().__init__(backend)
        self.rebuild = rebuild
        self.columns_prepared = False

    def add_items(self, model: Any, items: Iterable[Any]) -> None:
        """Add objects to the new generation."""
        if not class_is_indexed(model):
            return
        if not self.columns_prepared:
            self.rebuild.prepare_columns(column_names(filter(class_is_indexed, apps.get_models())))
            self.columns_prepared = True
        for item in items:
            self.rebuild.put(document_of(item))


class Rebuilder:
    """The framework's rebuild: a new index beside the current one, which serves until the switch."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.rebuild = Rebuild(index.backend.store)

    def start(self) -> RebuildIndex:
        """Open the new generation; raises IndexBusyError when another rebuild is under way."""
        self.rebuild.start()
        return RebuildIndex(self.index.backend, self.rebuild)

    def close(self) -> None:
        """Give up what was not finished; the current index stays."""
        self.rebuild.close()

    def finish(self) -> None:
        """Repeat what changed meanwhile and switch."""
        with self.rebuild.finishing() as (session, changes):
            collect(session, changes)


def rebuild_everything(index: Index) -> None:
    """Rebuild the index of all indexed models; for a worker, which has no command line."""
    rebuilder = Rebuilder(index)
    target = rebuilder.start()
    with closing(rebuilder):
        for model in get_indexed_models():
            # Keys rather than offsets: objects added meanwhile shift nothing, and reach the new index by its journal.
            keys = list(model.get_indexed_objects().order_by().values_list("pk", flat=True))
            for at in range(0, len(keys), _OBJECTS_AT_ONCE):
                chunk = keys[at : at + _OBJECTS_AT_ONCE]
                target.add_items(model, model.get_indexed_objects().filter(pk__in=chunk))
        rebuilder.finish()


def collect(session: WriteSession, changes: Iterable[Change]) -> None:
    """Put into ``session`` what the database now says about the changed objects; the order is the order of events."""
    for (deletes, label), group in groupby(changes, key=_kind):
        if deletes:
            for change in group:
                session.delete(change[1])
        else:
            _sync(session, label, {change[2]: change[3] for change in group})


def _kind(change: Change) -> tuple[bool, str]:
    return (True, "") if change[0] == "delete" else (False, change[1])


def _sync(session: WriteSession, label: str, keys: Mapping[str, str]) -> None:
    """Index objects of one model, given as primary keys with their document keys."""
    model = apps.get_model(label)
    primary_key = model._meta.pk
    missing = {primary_key.to_python(value): key for value, key in keys.items()}
    if model.get_indexed_instance is Indexed.get_indexed_instance:
        # Nothing more specific can stand in for these: one query reads them all, and whom it does not name is to go.
        for instance in model.get_indexed_objects().filter(pk__in=list(missing)):
            session.put(document_of(instance))
            missing.pop(instance.pk, None)
        for key in missing.values():
            session.delete(key)
        return
    for value, key in missing.items():
        found = model._base_manager.filter(pk=value).first()
        indexed = None if found is None else get_indexed_instance(found)
        if indexed is None:
            session.delete(key)
        else:
            session.put(document_of(indexed))
