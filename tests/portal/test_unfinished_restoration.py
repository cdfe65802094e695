"""Beside a restoration that has not come to its end nothing starts, whoever starts it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.backups.unfinished import RestorationUnfinished, Unfinished, done, note

REFUSED = "备份还没有恢复完，平台不能启动.*再运行一次 manage.py restore"


@pytest.fixture
def _broken_off() -> Iterator[None]:
    note(Unfinished(taken_at="2026-03-02T10:00:00+08:00", own_keys=False))
    yield
    done()


def load_wsgi() -> None:
    """Do as gunicorn does, in a process that may have loaded the module already."""
    importlib.reload(importlib.import_module("portal.wsgi"))


STARTS: dict[str, Callable[[], object]] = {
    "serve": lambda: call_command("serve"),
    "a WSGI server": load_wsgi,
    "a worker": lambda: call_command("db_worker", batch=True, startup_delay=False),
    "the clock": lambda: call_command("clock"),
    "the clock once": lambda: call_command("clock", once=True),
}


@pytest.mark.usefixtures("_broken_off")
@pytest.mark.parametrize("name", STARTS)
def test_nothing_that_serves_or_works_starts_beside_a_restoration(name: str, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with pytest.raises(RestorationUnfinished, match=REFUSED):
        STARTS[name]()


@pytest.mark.usefixtures("_broken_off")
def test_what_only_looks_runs_beside_a_restoration() -> None:
    call_command("check", stdout=StringIO(), stderr=StringIO())
    call_command("clock", show=True, stdout=StringIO())


def test_without_one_a_wsgi_server_starts(settings: Any) -> None:
    assert not (Path(settings.DATA_DIR) / "restoring.json").exists()
    load_wsgi()
