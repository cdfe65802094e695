"""The same promises on PostgreSQL: everything migrates, many at once leave no gap, a destroyed key is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.postgresql import Server, running

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ("tests/notices/opinions/test_concurrency.py", "tests/notices/opinions/test_erasing.py")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(durable=False) as server:
        server.create("portal", "keys")
        yield server


def run(server: Server, data: Path, settings: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            **server.variables("portal", "keys"),
            "DJANGO_SETTINGS_MODULE": settings,
            "PORTAL_DATA": str(data),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_many_at_once_leave_no_gap_and_no_double_on_a_migrated_database(
    server: Server, tmp_path: Path
) -> None:
    run(server, tmp_path, "portal.settings.dev", "manage.py", "migrate", "--no-input")
    said = run(
        server,
        tmp_path,
        "tests.load.postgresql_settings",
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "--create-db",
        "-p",
        "no:cacheprovider",
        *SCENARIOS,
    )
    assert " passed" in said
    assert "skipped" not in said
