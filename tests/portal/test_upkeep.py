"""Upkeep: tasks whose worker died come back, expired sessions go."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.upkeep import (
    MOST_ATTEMPTS,
    SILENT_AFTER,
    clear_expired_sessions,
    requeue_stale_tasks,
    worker_identity,
)

pytestmark = pytest.mark.django_db


def running_task(*workers: str, minutes: float = 1) -> DBTaskResult[..., object]:
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        started_at=timezone.now() - timedelta(minutes=minutes),
        args_kwargs={"args": [], "kwargs": {}},
        task_path="search.tasks.example",
        worker_ids=list(workers),
        queue_name="index",
        backend_name="default",
        run_after=timezone.now(),
    )


def dead_worker() -> str:
    """Return the name of a worker process that has ended."""
    process = subprocess.Popen(["sleep", "60"])
    name = worker_identity(process.pid)
    process.kill()
    process.wait()
    return name


def test_a_task_whose_worker_has_died_is_queued_again_at_once() -> None:
    task = running_task(dead_worker())
    assert requeue_stale_tasks(now=timezone.now()) == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY
    assert task.started_at is None
    assert DBTaskResult.objects.ready().get() == task


def test_a_task_of_a_living_worker_is_left_alone_however_long_it_takes() -> None:
    task = running_task(worker_identity(), minutes=600)
    assert requeue_stale_tasks(now=timezone.now()) == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING


def test_another_process_under_the_number_of_a_dead_worker_is_not_taken_for_it() -> None:
    host, pid, _started = worker_identity().rsplit("/", 2)
    running_task(f"{host}/{pid}/1")
    assert requeue_stale_tasks(now=timezone.now()) == 1


@pytest.mark.parametrize("worker", ["elsewhere/17/4711", "uZ3kq8", ""])
def test_a_worker_that_cannot_be_looked_up_counts_as_gone_after_the_time_limit(worker: str) -> None:
    task = running_task(worker)
    assert task.started_at is not None
    assert requeue_stale_tasks(now=task.started_at + SILENT_AFTER) == 0
    assert requeue_stale_tasks(now=task.started_at + SILENT_AFTER + timedelta(seconds=1)) == 1


def test_a_task_that_takes_its_workers_down_is_given_up() -> None:
    task = running_task(*[dead_worker()] * MOST_ATTEMPTS)
    assert requeue_stale_tasks(now=timezone.now()) == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert "workers died" in task.traceback


def test_the_name_of_a_worker_fits_its_column_and_tells_its_process() -> None:
    assert len(worker_identity()) <= 64
    assert f"/{os.getpid()}/" in worker_identity()


def test_expired_sessions_are_deleted_and_others_kept() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    clear_expired_sessions(now=now)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
