"""`/healthz` and `/readyz`: cheap, honest, in plain words, and down only when residents cannot be served."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import health
from portal.clock import Clock, Job
from portal.heartbeats import CLOCK, beat

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BEATING = (CLOCK, "index", "quick", "default", "heavy")


@pytest.fixture(autouse=True)
def _all_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody lives; fonts, schedule and index are there, whatever this machine has and whatever day it is."""
    health.forget()
    for name in BEATING:
        beat(name)
    monkeypatch.setattr(health, "missing_parts", list)
    monkeypatch.setattr(health, "missing_year", lambda day, calendar: None)
    monkeypatch.setattr(health, "get_search_backend", EngineElsewhere)
    monkeypatch.setattr(health, "deputy_words", str)


class EngineElsewhere:
    """A search engine that says what is wrong with it."""

    says = ""

    def problem(self, model: Any) -> str:
        """Return its own words."""
        return self.says


def ready(query: str = "") -> tuple[int, dict[str, Any]]:
    """Ask anew and return status and answer."""
    health.forget()
    answer = Client().get(f"/readyz{query}")
    return answer.status_code, answer.json()


def age(name: str, seconds: float) -> None:
    path = Path(settings.DATA_DIR) / "heartbeats" / name
    os.utime(path, (time.time() - seconds,) * 2)


def test_a_sound_installation_is_ready_and_gives_no_reasons() -> None:
    status, answer = ready()
    assert (status, answer["state"]) == (200, "ok"), answer
    assert set(answer["checks"]) == {
        "database", "keys", "storage", "cache", "disk", "index", "clock", "fonts", "calendar", "deputy", "foot",
        "worker-index", "worker-quick", "worker-default", "worker-heavy",
    }  # fmt: skip
    assert not any("reason" in check for check in answer["checks"].values())


@pytest.mark.parametrize("alias", ["default", "keys"])
def test_without_a_database_residents_are_not_served_and_no_secret_is_told(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = CursorWrapper.execute

    def refuse(self: Any, sql: Any, params: Any = None) -> Any:
        if sql == "SELECT 1" and self.db.alias == alias:
            raise OperationalError('connection to "db.internal" failed: password of portal is hunter2')
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    monkeypatch.setattr(BaseDatabaseWrapper, "close", lambda self: None)
    status, answer = ready()
    assert (status, answer["state"]) == (503, "down")
    name = "database" if alias == "default" else "keys"
    assert "请检查" in answer["checks"][name]["reason"]
    assert "hunter2" not in str(answer)


def test_without_its_master_keys_a_portal_takes_no_opinions_and_names_no_path(
    settings: Any, tmp_path: Path
) -> None:
    settings.DEMO_ALLOWED = False
    settings.MASTER_KEYS_FILE = tmp_path / "master.keys"
    status, answer = ready()
    assert (status, answer["state"]) == (503, "down")
    assert "主密钥文件不在" in answer["checks"]["keys"]["reason"]
    assert str(tmp_path) not in str(answer)
    settings.MASTER_KEYS_FILE.write_text("no key\n")
    assert ready()[0] == 503


def test_a_folder_that_cannot_be_written_takes_no_opinions(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*args: Any, **kwargs: Any) -> Any:
        raise OSError(30, "Read-only file system", "/srv/secret/path")

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    status, answer = ready()
    assert status == 503
    assert "只读" in answer["checks"]["storage"]["reason"]
    assert "/srv" not in str(answer)


@pytest.mark.parametrize(
    ("free", "status", "state"), [(health.DISK_FULL - 1, 503, "down"), (health.DISK_LOW - 1, 200, "degraded")]
)
def test_a_disk_that_fills_up_is_said_before_it_is_full(
    free: int, status: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free))
    found, answer = ready()
    assert (found, answer["state"]) == (status, state)
    assert "腾出空间" in answer["checks"]["disk"]["reason"]


def test_a_cache_that_is_away_fails_submissions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "cache", Away())
    assert ready()[0] == 503


class Away:
    """A cache whose server does not answer."""

    def set(self, *args: Any) -> None:
        """Fail."""
        raise ConnectionError("redis://:hunter2@cache:6379")


def test_a_search_engine_in_trouble_is_down_without_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EngineElsewhere, "says", "https://user:hunter2@search:9200 refused")
    status, answer = ready()
    assert status == 503
    assert "hunter2" not in str(answer)


def test_missing_fonts_or_schedule_degrade_only_and_strict_asks_for_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "missing_parts", lambda: ["fonts-noto-cjk（字体）"])
    monkeypatch.setattr(health, "missing_year", lambda day, calendar: 2027)
    status, answer = ready()
    assert (status, answer["state"]) == (200, "degraded")
    assert "fonts-noto-cjk" in answer["checks"]["fonts"]["reason"]
    assert "2027" in answer["checks"]["calendar"]["reason"]
    assert ready("?strict")[0] == 503


def test_a_silent_worker_or_clock_is_named() -> None:
    age("index", 61)
    age(CLOCK, 601)
    status, answer = ready()
    assert (status, answer["state"]) == (200, "degraded")
    assert "没有运行" in answer["checks"]["worker-index"]["reason"]
    assert "不会按时公开" in answer["checks"]["clock"]["reason"]
    assert answer["checks"]["worker-quick"]["state"] == "ok"


def test_a_queue_that_does_not_move_is_named_but_a_task_put_off_is_not() -> None:
    now = timezone.now()
    task = DBTaskResult.objects.create(
        status=TaskResultStatus.READY,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x",
        queue_name="quick",
        backend_name="default",
        run_after=now - timedelta(minutes=2),
    )
    DBTaskResult.objects.update(enqueued_at=now - timedelta(hours=1))
    assert ready()[1]["state"] == "ok"
    task.refresh_from_db()
    DBTaskResult.objects.update(run_after=datetime(9999, 1, 1, tzinfo=UTC))
    assert "等了 60 分钟" in ready()[1]["checks"]["worker-quick"]["reason"]


def test_answers_are_kept_some_seconds_and_cost_few_queries() -> None:
    health.forget()
    with CaptureQueriesContext(connection) as first:
        Client().get("/readyz")
    # One a queue, and the two questions of the databases; the other database counts for itself.
    assert len(first) <= 8, [query["sql"] for query in first]
    with CaptureQueriesContext(connection) as again:
        answer = Client().get("/readyz")
    assert len(again) == 0
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "no-store"


def test_healthz_asks_nothing_and_both_answer_a_monitor_without_tls(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok", 0)
    assert Client().get("/readyz").status_code == 200
    assert Client().get("/").status_code == 301
    assert Client().post("/readyz").status_code == 405


def test_the_clock_beats_after_every_job() -> None:
    age(CLOCK, 3600)
    Clock([Job("sessions", 60, "portal.upkeep.clear_expired_sessions")]).run_due()
    assert ready()[1]["checks"]["clock"]["state"] == "ok"
