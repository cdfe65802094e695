"""What every test runs on: a bootstrapped portal, and committed data only where a test needs it."""

from __future__ import annotations

from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from portal.bootstrap import bootstrap
from search.extraction import pages

INITIAL_DATA = "_test_serialized_contents"  # where Django keeps the rows that serialized_rollback loads


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Bootstrap the test database once; a test that empties it bootstraps again through the factories."""
    with django_db_blocker.unblock():
        bootstrap()
        for connection in connections.all():
            # serialized_rollback loads this over whatever is there: the rows as the migrations left them would put
            # Wagtail's welcome page back as the root of a site that is bootstrapped already.
            if hasattr(connection, INITIAL_DATA):
                setattr(connection, INITIAL_DATA, connection.creation.serialize_db_to_string())


@pytest.fixture(autouse=True)
def _same_files_read_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the same bytes in the child process once a session: most notices of the tests carry the same few files.

    The tests of the reading itself start the child each time.
    """
    if "search/extraction" not in request.path.as_posix():
        monkeypatch.setattr(pages, "_run", _run_once)


_run_in_child = pages._run
_answers: dict[Any, Any] = {}


def _run_once(job: dict[str, Any], path: Path, limits: Any) -> Any:
    if not path.is_file():
        return _run_in_child(job, path, limits)
    key = (repr(job), sha256(path.read_bytes()).digest(), astuple(limits))
    if key not in _answers:
        _answers[key] = _run_in_child(job, path, limits)
    return _answers[key]


def _commits(item: pytest.Item) -> bool:
    marks = list(item.iter_markers("django_db"))
    fixtures = getattr(item, "fixturenames", ())
    return any(mark.kwargs.get("transaction") for mark in marks) or "transactional_db" in fixtures


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that commit and empty the database last, in whatever random order the rest is."""
    items.sort(key=_commits)
