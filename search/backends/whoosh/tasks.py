"""The writer's tasks. They run on the queue ``index``, whose one worker is the only process that writes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task
from modelsearch.backends import get_search_backend

from search.backends.inspection import IndexBusyError

# About ten minutes of a writer that does not let go, on top of the lock's own timeout.
_MAX_ATTEMPTS = 60
_RETRY_AFTER = timedelta(seconds=10)
# Bounds one task's time under the lock and the size of its row.
_CHANGES_PER_TASK = 200


def enqueue_changes(alias: str, changes: Sequence[Sequence[str]], *, queue_name: str) -> None:
    """Queue changes of the index. A task kept in the database is committed, or rolled back, with the change itself."""
    queued = write_changes.using(queue_name=queue_name)
    for at in range(0, len(changes), _CHANGES_PER_TASK):
        queued.enqueue(alias, [list(change) for change in changes[at : at + _CHANGES_PER_TASK]])


@task()
def write_changes(alias: str, changes: list[list[str]], attempt: int = 1) -> None:
    """Bring the index into line with the database for the changed objects; safe to repeat."""
    backend: Any = get_search_backend(alias)
    try:
        if backend.needs_rebuild():
            # The database tells it of these changes as of all others.
            backend.rebuild()
        else:
            backend.apply(changes)
    except IndexBusyError:
        if attempt >= _MAX_ATTEMPTS:
            raise
        later = timezone.now() + _RETRY_AFTER
        write_changes.using(queue_name=backend.queue_name, run_after=later).enqueue(
            alias, changes, attempt + 1
        )
