"""DATABASE_URL and KEYS_DATABASE_URL: PostgreSQL or a sentence that says what to write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
from portal.settings.base import DATABASES
for alias in ("default", "keys"):
    database = DATABASES[alias]
    print(alias, database["ENGINE"].rpartition(".")[2], database["NAME"], database.get("HOST"), database.get("PASSWORD"))
"""


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    environment = {**os.environ, "PORTAL_DATA": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_without_addresses_both_databases_are_files(tmp_path) -> None:
    shown = start(tmp_path, DATABASE_URL="", KEYS_DATABASE_URL="").stdout
    assert "default sqlite3" in shown
    assert "keys sqlite3" in shown


def test_two_databases_of_one_server_hold_portal_and_keys(tmp_path) -> None:
    shown = start(
        tmp_path,
        DATABASE_URL="postgresql://portal:p%40ss@db.example:5433/portal",
        KEYS_DATABASE_URL="postgres://keys@%2Frun%2Fpostgresql/keys",
    ).stdout.splitlines()
    assert shown == [
        "default postgresql portal db.example p@ss",
        "keys postgresql keys /run/postgresql ",
    ]


@pytest.mark.parametrize(
    "address",
    ["mysql://u:geheim@h/portal", "postgresql://u:geheim@h:port/portal", "postgresql://u:geheim@h", "geheim"],
)
def test_another_address_stops_the_start_and_its_password_is_not_shown(tmp_path, address) -> None:
    started = start(tmp_path, DATABASE_URL=address)
    assert started.returncode != 0
    last = started.stderr.strip().splitlines()[-1]
    assert "DATABASE_URL: write an address of PostgreSQL" in last
    assert "geheim" not in started.stderr


def test_keys_beside_what_they_open_are_refused(tmp_path) -> None:
    one = "postgresql://portal@db.example/portal"
    started = start(tmp_path, DATABASE_URL=one, KEYS_DATABASE_URL=one)
    assert "give the keys a database of their own" in started.stderr
