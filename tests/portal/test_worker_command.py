"""`manage.py db_worker`, as every manual says: it is the portal's own worker, with a process for each queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import heartbeats, task_kinds
from portal.serving import WORKER_QUEUES
from portal.settings import base
from portal.task_kinds import PAUSES, TaskKind
from portal.upkeep import requeue_stale_tasks
from tests.initial_rows import address_of
from tests.portal import example_tasks
from tests.portal.test_worker import write_lock_held_for

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _queues(settings: Any) -> None:
    queues = ["default", "index", "quick", "heavy"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": queues}}
    example_tasks.ran.clear()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`manage.py db_worker` on the database of the tests."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        database = {"WORKED_DATABASE": name}
    else:
        keys = str(connections["keys"].settings_dict["NAME"])
        database = {
            "DATABASE_URL": address_of("default", name),
            "KEYS_DATABASE_URL": address_of("keys", keys),
        }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.portal.settings_of_workers",
            "PORTAL_DATA": str(tmp_path / "data"),
            **database,
        },
        stdout=(tmp_path / "said").open("w"),
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


def until(condition: Callable[[], object], said: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.05)


def status_of(queue: str) -> str:
    return DBTaskResult.objects.filter(queue_name=queue).order_by("-enqueued_at")[0].status


def test_it_keeps_a_process_a_queue_through_a_locked_database_and_kill_9(
    worker: subprocess.Popen[str], tmp_path: Path
) -> None:
    volume, said = tmp_path / "volume", tmp_path / "said"
    example_tasks.wait_for.enqueue(str(volume))
    until(volume.exists, said)
    # The volume takes its time, and the index does not wait for it.
    example_tasks.leave.enqueue(str(tmp_path / "first"))
    until((tmp_path / "first").exists, said)
    assert status_of("heavy") == TaskResultStatus.RUNNING

    (heavy,) = DBTaskResult.objects.get(queue_name="heavy").worker_ids
    os.kill(int(heavy.split("/")[1]), signal.SIGKILL)
    until(lambda: requeue_stale_tasks(now=timezone.now()), said)
    until(lambda: volume.read_text() == "began\n" * 2, said)

    example_tasks.leave.enqueue(str(tmp_path / "second"))
    with write_lock_held_for(1.5):
        Path(f"{volume}.go").touch()
        assert not (tmp_path / "second").exists() or status_of("index") == TaskResultStatus.RUNNING
    until((tmp_path / "second").exists, said)
    until(lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists(), said)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=15) == 0
    assert said.read_text().count("ended with code") == 1, said.read_text()  # the one that was killed


@pytest.mark.parametrize("queue", ["index", "*", ""])
def test_one_process_gives_a_failed_task_its_pause_whichever_queues_were_named(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_kinds, "KINDS", {"tests.portal.example_tasks.fail": TaskKind("fail")})
    example_tasks.fail.enqueue("x")
    before = timezone.now()
    call_command("db_worker", queue_name=queue, batch=True, verbosity=0)
    task = DBTaskResult.objects.get()
    assert (task.status, example_tasks.ran) == (TaskResultStatus.READY, ["x"])
    assert task.run_after >= before + PAUSES[0]


def test_a_worker_of_all_queues_but_one_leaves_that_one_alone() -> None:
    example_tasks.note.enqueue("left")
    call_command("db_worker", queue_name="*", exclude_queues="index", batch=True, verbosity=0)
    assert example_tasks.ran == []
    call_command("db_worker", queue_name="*", exclude_queues="heavy", batch=True, verbosity=0)
    assert example_tasks.ran == ["left"]


def test_only_a_worker_that_stays_shows_signs_of_life_for_each_queue_it_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    monkeypatch.setattr("portal.worker.keep_beating", lambda *names: seen.extend(names))
    call_command("db_worker", queue_name="*", batch=True, verbosity=0)
    assert seen == []
    example_tasks.note.enqueue("x")
    call_command("db_worker", exclude_queues="heavy", max_tasks=1, verbosity=0)
    assert sorted(seen) == ["default", "index", "quick"]
    assert heartbeats.last_beat("*") is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"worker_id": "mine"}, "去掉这个参数"),
        ({"reload": True}, "去掉这个参数"),
        ({"queue_name": "index", "exclude_queues": "heavy"}, "只能和"),
    ],
)
def test_what_it_cannot_do_is_refused_with_what_to_do_instead(options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("db_worker", **options)


def test_the_settings_of_these_tests_name_every_queue_of_the_portal() -> None:
    assert {name for names in WORKER_QUEUES for name in names.split(",")} == set(
        base.TASKS["default"]["QUEUES"]
    )
    assert settings.TASKS["default"]["QUEUES"] == base.TASKS["default"]["QUEUES"]
