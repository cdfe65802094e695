"""Periodic upkeep of the installation itself: abandoned tasks, expired sessions."""

from __future__ import annotations

import logging
import os
import re
import socket
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

# A worker on another machine cannot be looked at; no task of ours takes this long.
SILENT_AFTER = timedelta(minutes=60)
# A task that takes its worker down with it (out of memory) would otherwise come back for ever.
MOST_ATTEMPTS = 5
# How long the queue remembers what is over; nobody asks for it but the operator's page of failures.
DONE_KEPT = timedelta(days=7)
FAILED_KEPT = timedelta(days=90)


class TaskAbandoned(Exception):
    """The worker of a task died each time it ran."""


def worker_identity(pid: int | None = None) -> str:
    """Return a name for a worker process, this one by default, by which others can see whether it still lives.

    Host, process id and start time, because process ids are used again; at most 64 characters.
    """
    pid = os.getpid() if pid is None else pid
    return f"{_host()}/{pid}/{_start_time(pid)}"


def requeue_stale_tasks(*, now: datetime) -> int:
    """Queue again each task marked as running whose worker is gone; return how many were queued again.

    A killed worker leaves its task RUNNING, and nothing else ever looks at it. Workers of this machine are looked
    up; others, and those with a name of another form, count as gone `SILENT_AFTER` their task began. After
    `MOST_ATTEMPTS` the task is marked failed instead.
    """
    queued = 0
    for result in DBTaskResult.objects.running():
        if not _is_abandoned(result, now):
            continue
        if len(result.worker_ids) >= MOST_ATTEMPTS:
            logger.error("Task %s (%s) lost %d workers; given up", result.id, result.task_path, MOST_ATTEMPTS)
            result.set_failed(TaskAbandoned(f"{MOST_ATTEMPTS} workers died while running it"))
            continue
        # The start time keeps a task that another worker has taken meanwhile out of it.
        queued += DBTaskResult.objects.filter(
            pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
        ).update(status=TaskResultStatus.READY, started_at=None)
        logger.warning("Task %s (%s) lost its worker; queued again", result.id, result.task_path)
    return queued


def clear_ended_tasks(*, now: datetime) -> int:
    """Delete the rows of tasks that ended long ago; return how many. Every change of a page leaves some."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=now - DONE_KEPT)
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_KEPT)
    return int(done.delete()[0]) + int(failed.delete()[0])


def clear_expired_sessions(*, now: datetime) -> None:
    """Delete the sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _is_abandoned(result: DBTaskResult[..., object], now: datetime) -> bool:
    worker = result.worker_ids[-1] if result.worker_ids else ""
    ours = re.fullmatch(re.escape(_host()) + r"/(\d+)/\w+", worker)
    if ours:
        return worker != worker_identity(int(ours[1]))
    return result.started_at is None or now - result.started_at > SILENT_AFTER


def _host() -> str:
    return socket.gethostname()[:30]


def _start_time(pid: int) -> str:
    """Return when a process began, in clock ticks since boot (proc(5), field 22), or "gone"."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "gone"
    # The second field is the program's name in parentheses and may hold spaces.
    return stat.rpartition(")")[2].split()[19]
