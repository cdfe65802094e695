"""Building an engine's whole index anew, and bringing single objects into line, where an engine has no writer of its own."""

from collections.abc import Iterable
from contextlib import suppress
from io import StringIO
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django_tasks import task
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_instance, get_indexed_models

from search.backends.inspection import Change, IndexBusyError

#: The portal configures one engine.
ALIAS: Final = "default"
QUEUE: Final = "index"


@task()
def rebuild_index(alias: str) -> None:
    """Rebuild an index that is missing, unreadable or of another version, unless that is done or being done."""
    backend: Any = get_search_backend(alias)
    if backend.needs_rebuild():
        with suppress(IndexBusyError):
            backend.rebuild()


class WrittenDirectly:
    """Mixed into a backend whose index anybody may write at any time; it says how an object is forgotten."""

    add_bulk: Any

    def forget(self, root: str, value: str) -> None:
        """Take what stands under a root model's label and a primary key out of the index."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Build the whole index anew, as the framework's command does."""
        call_command("wagtail_update_index", backend_name=ALIAS, verbosity=0, stdout=StringIO())

    def request_rebuild(self) -> None:
        """Have the index worker build it anew."""
        rebuild_index.using(queue_name=QUEUE).enqueue(ALIAS)

    def mend(self, changes: Iterable[Change]) -> None:
        """Write now what the database says of these objects."""
        for change in changes:
            if change[0] == "delete":
                root, _colon, value = change[1].partition(":")
                self.forget(root, value)
                continue
            found = apps.get_model(change[1])._base_manager.filter(pk=change[2]).first()
            indexed = None if found is None else get_indexed_instance(found)
            if indexed is not None:
                self.add_bulk(type(indexed), [indexed])


def roots() -> dict[str, Any]:
    """Return the models at the roots of everything indexed, by their labels, in order."""
    found = {get_model_root(model)._meta.label_lower: get_model_root(model) for model in get_indexed_models()}
    return dict(sorted(found.items()))


def number_of(value: str) -> int:
    """Return a primary key as a whole number, -1 for any other; by it and by itself it is sorted."""
    return int(value) if value.isdigit() and str(int(value)) == value else -1
