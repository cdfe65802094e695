"""The same promises on PostgreSQL: everything migrates, many at once leave no gap, a destroyed key is gone, and the
search in the same database finds exactly what Whoosh finds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import make_draft, make_notice
from tests.load.postgresql import Server, running
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send
from tests.notices.subscriptions.helpers import COUNTY, RESIDENT, subscribed
from tests.portal.machines import Machine, backup

pytestmark = pytest.mark.takes_long
ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = (
    "tests/notices/opinions/test_concurrency.py",
    "tests/notices/opinions/test_erasing.py",
    "tests/portal/test_backup.py::test_a_backup_under_load_restores_every_opinion_key_and_file_with_equal_heads",
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


@pytest.fixture(scope="module")
def migrated(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    run(
        server,
        tmp_path_factory.mktemp("migrating"),
        "portal.settings.dev",
        "manage.py",
        "migrate",
        "--no-input",
    )
    return server


def test_a_migrated_database_takes_many_at_once_forgets_what_is_erased_and_finds_what_it_holds(
    migrated: Server, tmp_path: Path
) -> None:
    said = run(
        migrated,
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


@pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("key_store_as_installed")
def test_a_filled_portal_moves_with_equal_heads_and_goes_on_there(migrated: Server, tmp_path: Path) -> None:
    page = make_notice(now=PUBLISHED)
    make_draft(proponent=page.get_parent().specific, now=PUBLISHED)
    for number in range(3):
        send(page, f"第 {number} 条。", now=PUBLISHED)
    subscribed(county=COUNTY)
    data, keys = backup(tmp_path)
    migrated.copy("portal", "moved")
    migrated.create("moved_keys")
    main, key_store = migrated.url("moved"), migrated.url("moved_keys")

    here = Machine(tmp_path / "here")
    move = ("move_database", "--to", main, "--keys-to", key_store)
    said, before = here.run(("restore", data, "--keys", keys), move)
    assert "链头全部一致" in said
    files = f"file://{here.data}"
    there = Machine(tmp_path / "there", DATABASE_URL=main, KEYS_DATABASE_URL=key_store, MEDIA_URL=files)
    # What is written next gets numbers after those that came along.
    goes_on = "from tests.factories import make_notice; make_notice()"
    _said, after = there.run(("check_index", "--repair"), then=goes_on)
    assert after == before
    assert after["faults"] == []
    assert list(after["contacts"].values()) == [PERSON.contact] * 3
    assert after["subscribers"] == [RESIDENT]
    with pytest.raises(AssertionError, match="已有内容"):
        here.run(move)
