"""manage.py db_worker: the task library's worker, which does not start beside a restoration; `serve` runs its own."""

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as WorkerCommand

from portal.backups.unfinished import refuse_unfinished


class Command(WorkerCommand):  # type: ignore[misc]
    """Run the tasks of some queues."""

    def handle(self, **options: Any) -> None:
        """Refuse beside a restoration, else work."""
        refuse_unfinished()
        super().handle(**options)
