"""The worker: a locked database ends none, failures come back after a pause, a long task keeps nobody waiting."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import task_kinds
from portal.task_kinds import PAUSES, TaskKind
from portal.worker import PortalWorker
from tests.portal import example_tasks

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["index", "heavy"]}}
    kinds = {
        f"tests.portal.example_tasks.{name}": TaskKind(name, repeats=name == "fail")
        for name in ("note", "fail")
    }
    monkeypatch.setattr(task_kinds, "KINDS", kinds)
    example_tasks.ran.clear()
    example_tasks.began.clear()
    example_tasks.released.clear()


def work(queue: str = "index") -> None:
    """Do what is ready, as the process of this queue would."""
    worker = PortalWorker(queue, batch=True, pause=0.05)
    worker.worker_id += f"/{queue}"  # these are processes of their own in life
    worker.run()


def the_task() -> DBTaskResult[..., object]:
    return DBTaskResult.objects.get()


@contextmanager
def write_lock_held_for(seconds: float) -> Iterator[None]:
    """Keep everybody else from writing, from a connection of its own."""
    held = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                connection.cursor().execute("LOCK TABLE django_tasks_database_dbtaskresult")
            held.set()
            threading.Event().wait(seconds)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        holder.join()


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have every new connection wait 0.1 s for a lock instead of 20 s."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "postgresql":
        monkeypatch.setitem(options, "options", "-c lock_timeout=100")
    else:
        patient = options["init_command"]
        monkeypatch.setitem(
            options, "init_command", patient.replace("busy_timeout=20000", "busy_timeout=100")
        )
    connection.close()
    yield
    connection.close()


@pytest.mark.usefixtures("_impatient")
def test_a_lock_held_longer_than_anybody_waits_ends_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    example_tasks.note.enqueue("after the lock")
    with write_lock_held_for(0.8):
        work()
    assert example_tasks.ran == ["after the lock"]
    assert the_task().status == TaskResultStatus.SUCCESSFUL
    assert "trying again" in caplog.text


def test_a_task_whose_end_could_not_be_recorded_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    example_tasks.note.enqueue("twice")
    refusals = [OperationalError("database is locked")] * 2
    save = DBTaskResult.save

    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.status != TaskResultStatus.RUNNING and example_tasks.ran and refusals:
            raise refusals.pop()
        save(self, *args, **kwargs)

    monkeypatch.setattr(DBTaskResult, "save", refuse)
    monkeypatch.setattr(DBTaskResult, "set_successful", DBTaskResult.set_successful.__wrapped__)
    work()
    assert example_tasks.ran == ["twice", "twice"]
    assert the_task().status == TaskResultStatus.SUCCESSFUL


def test_a_stop_between_taking_a_task_and_beginning_it_gives_the_task_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    example_tasks.note.enqueue("later")
    monkeypatch.setattr(PortalWorker, "run_task", lambda worker, _task: worker.shutdown(signal.SIGTERM, None))
    with pytest.raises(SystemExit):
        work()
    assert the_task().status == TaskResultStatus.READY
    assert example_tasks.ran == []


def test_a_failed_task_comes_back_after_longer_and_longer_pauses_until_it_is_given_up() -> None:
    example_tasks.fail.enqueue("x")
    for pause in PAUSES:
        before = timezone.now()
        work()
        task = the_task()
        assert task.status == TaskResultStatus.READY
        assert before + pause <= task.run_after <= timezone.now() + pause
        work()  # not before its time
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    work()
    assert the_task().status == TaskResultStatus.FAILED
    assert len(example_tasks.ran) == len(PAUSES) + 1


def test_a_task_that_may_not_run_twice_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_kinds, "KINDS", {})
    example_tasks.fail.enqueue("x")
    work()
    assert the_task().status == TaskResultStatus.FAILED


def test_a_failure_leaves_its_kind_and_place_but_no_values(caplog: pytest.LogCaptureFixture) -> None:
    example_tasks.fail.enqueue("王小明 13912345678 secret")
    with caplog.at_level(logging.INFO):
        work()
    task = the_task()
    assert task.exception_class_path == "builtins.RuntimeError"
    assert "example_tasks.py" in task.traceback
    for text in (task.traceback, caplog.text):
        assert "王小明" not in text
        assert "13912345678" not in text
        assert "secret" not in text
    assert str(task.pk) in caplog.text


def test_a_success_clears_what_an_earlier_failure_left() -> None:
    example_tasks.note.enqueue("x")
    DBTaskResult.objects.update(exception_class_path="builtins.RuntimeError", traceback="somewhere")
    work()
    assert (the_task().exception_class_path, the_task().traceback) == ("", "")


def test_a_long_task_of_one_queue_keeps_another_queue_from_nothing() -> None:
    example_tasks.wait.enqueue()
    example_tasks.note.enqueue("meanwhile")

    def heavy() -> None:
        work("heavy")
        connection.close()

    volume = threading.Thread(target=heavy)
    volume.start()
    try:
        assert example_tasks.began.wait(10)
        work("index")
        assert example_tasks.ran == ["meanwhile"]
        assert DBTaskResult.objects.get(queue_name="heavy").status == TaskResultStatus.RUNNING
    finally:
        example_tasks.released.set()
        volume.join()
    assert DBTaskResult.objects.get(queue_name="heavy").status == TaskResultStatus.SUCCESSFUL
