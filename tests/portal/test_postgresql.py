"""The same promises on PostgreSQL: everything migrates, many at once leave no gap, a destroyed key is gone, and the
search in the same database finds exactly what Whoosh finds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.postgresql import Server, running

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = (
    "tests/notices/opinions/test_concurrency.py",
    "tests/notices/opinions/test_erasing.py",
    "tests/search/backends/test_recall.py",
    "tests/search/backends/test_lagging_index.py",
    "tests/search/test_vocabulary.py::test_a_file_is_counted_once_and_taken_out_whole",
    "tests/search/test_query.py::test_hits_are_grouped_by_notice_with_the_numbers_of_their_pages",
    "tests/search/test_query.py::test_filters_by_county_and_state",
    "tests/search/test_all_hits.py::test_a_report_of_very_many_hits_hides_no_other_notice",
    "tests/search/test_index_lifecycle.py::TestCheck::"
    "test_the_command_names_what_is_missing_left_over_and_outdated_and_mends_it",
    "tests/search/test_search_page.py::test_suggestions_name_projects_companies_places_and_codes_of_public_notices",
)


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
            "SEARCH_URL": "postgresql:",
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


def test_a_migrated_database_takes_many_at_once_forgets_what_is_erased_and_finds_what_it_holds(
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
