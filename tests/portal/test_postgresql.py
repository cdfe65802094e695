"""A filled portal moves to PostgreSQL. Every other promise is asked there by `make test-postgres`, which runs the whole suite."""

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

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(durable=False) as server:
        server.create("portal", "keys")
        yield server


@pytest.fixture(scope="module")
def migrated(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input"],
        cwd=ROOT,
        env={
            **os.environ,
            **server.variables("portal", "keys"),
            "SEARCH_URL": "postgresql:",
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "PORTAL_DATA": str(tmp_path_factory.mktemp("migrating")),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return server


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
