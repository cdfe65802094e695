"""The process that runs background tasks: the loop of django-tasks-db, made to survive what a portal goes through.

A database that is locked or away for a while ends no worker; a failed task comes back after a pause (``portal.task_kinds``);
what is recorded of a failure holds no values.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks.signals import task_finished, task_started
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from portal.error_reports import value_free_traceback
from portal.heartbeats import keep_beating
from portal.task_kinds import pause_after
from portal.upkeep import worker_identity

logger = logging.getLogger(__name__)

_TROUBLE = (OperationalError, InterfaceError)
# Seconds between two attempts to reach the database again.
PAUSE = 2.0


class PortalWorker(Worker):  # type: ignore[misc]
    """A worker of some queues."""

    def __init__(
        self,
        queues: str,
        *,
        excluded: str = "",
        batch: bool = False,
        pause: float = PAUSE,
        interval: float = 1,
        max_tasks: int | None = None,
        backend_name: str = "default",
    ) -> None:
        super().__init__(
            queue_names=queues.split(","),
            interval=interval,
            batch=batch,
            backend_name=backend_name,
            startup_delay=False,
            max_tasks=max_tasks,
            worker_id=worker_identity(),
            excluded_queue_names=excluded.split(",") if excluded else [],
        )
        self._pause = pause

    def queues_at_work(self) -> set[str]:
        """Return the names of the queues it works, whichever way they were given."""
        named = set(task_backends[self.backend_name].queues if self.process_all_queues else self.queue_names)
        return named - set(self.excluded_queue_names)

    def run(self) -> None:
        """Work until told to stop, through any trouble with the database."""
        while self.running:
            try:
                # What this process could not record the end of; nobody else gives it back while the process lives.
                give_back(worker=self.worker_id)
                super().run()
                return
            except _TROUBLE as error:
                # Its first argument is the database's own sentence and holds no row.
                logger.warning(
                    "Worker %s: %s; trying again in %g s", ",".join(self.queue_names), error, self._pause
                )
                connections.close_all()
                time.sleep(self._pause)
            except SystemExit:
                # Told to stop between taking a task and beginning it, or while beginning it; whatever is open is left.
                connections.close_all()
                with suppress(*_TROUBLE):
                    give_back(worker=self.worker_id)
                raise

    def run_task(self, db_task_result: DBTaskResult[..., object]) -> None:
        """Run a task and record how it ended; a failure is recorded or put off, never raised.

        Raises OperationalError when the end cannot be recorded; the task is then given back and runs again.
        """
        self.running_task = True
        try:
            _run(db_task_result)
        finally:
            self.running_task = False
            self._run_tasks += 1


def work(worker: PortalWorker) -> None:
    """Have a worker run its tasks until a signal ends the process, or, in a batch, until none is left."""
    if not worker.batch:
        # A batch that has just ended would be taken for a worker that lives.
        keep_beating(*worker.queues_at_work())
    worker.configure_signals()
    worker.run()


def give_back(*, worker: str) -> int:
    """Queue again what this worker has marked as running, while it runs nothing; return how many."""
    mine = [task for task in DBTaskResult.objects.running() if task.worker_ids[-1:] == [worker]]
    for task in mine:
        put_off(task, until=None)
        logger.warning("Task %s (%s): its end could not be recorded; queued again", task.id, task.task_path)
    return len(mine)


def put_off(task: DBTaskResult[..., object], *, until: datetime | None) -> None:
    """Queue a task again, for at once or for later."""
    task.status, task.started_at = TaskResultStatus.READY, None
    task.run_after = until or timezone.now()
    task.save(
        update_fields=[
            "status",
            "started_at",
            "finished_at",
            "run_after",
            "worker_ids",
            "exception_class_path",
            "traceback",
        ]
    )


def _run(result: DBTaskResult[..., object]) -> None:
    try:
        task = result.task
        backend = type(task.get_backend())
        task_started.send(sender=backend, task_result=result.task_result)
        arguments = result.args_kwargs
        value = task.call(*arguments["args"], **arguments["kwargs"])
        result.set_successful(value)
    except Exception as error:
        record_failure(result, error, now=timezone.now())
        return
    except BaseException:
        # A second stop signal: the next start takes it up.
        put_off(result, until=None)
        raise
    task_finished.send(sender=backend, task_result=result.task_result)


def record_failure(result: DBTaskResult[..., object], error: Exception, *, now: datetime) -> None:
    """Put a failed task off, or mark it as failed for good; values of the failure go nowhere.

    The row keeps kind and place of the error, the log the same under the task's number.
    """
    pause = pause_after(result.task_path, len(result.worker_ids))
    result.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    result.traceback = value_free_traceback(error)
    result.finished_at = now
    if isinstance(error, DatabaseError):
        # A broken connection would refuse the record as well.
        connections.close_all()
    if pause is not None:
        put_off(result, until=now + pause)
    else:
        result.status, result.return_value = TaskResultStatus.FAILED, None
        result.save(
            update_fields=["status", "return_value", "finished_at", "exception_class_path", "traceback"]
        )
    outcome = f"trying again in {pause}" if pause else "given up"
    logger.error(
        "Task %s (%s) failed with %s; %s\n%s",
        result.id,
        result.task_path,
        result.exception_class_path,
        outcome,
        result.traceback,
    )
