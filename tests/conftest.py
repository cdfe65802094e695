"""What every test runs on: a bootstrapped portal, and committed data only where a test needs it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from wagtail.signal_handlers import disable_reference_index_auto_update

from portal.bootstrap import bootstrap
from search import standing
from search.extraction import pages
from tests import initial_rows, remembered
from tests.deferred_index import defer_index, empty_index
from tests.migrated import begin_with_migrated


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> None:
    """Migrate once for all processes and for later runs, unless pytest is to keep nothing."""
    if cache := getattr(request.config, "cache", None):
        begin_with_migrated(cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Bootstrap the test database once; every test begins with its rows."""
    with django_db_blocker.unblock():
        bootstrap()
        initial_rows.keep(connections)
    # What has been loaded until here lives as long as the run: no need to look through all of it again and again.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    yield
    with django_db_blocker.unblock():
        initial_rows.drop()


@pytest.fixture(autouse=True)
def _bookkeeping_when_asked(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Write the search index when it is read and leave out Wagtail's index of references, which no page of ours shows.

    Tests that commit and those of the search have both as in earnest.
    """
    remembered.begin(module=request.node.nodeid.partition("::")[0], usable=not _commits(request.node))
    # What the process remembers of the notices of the test before.
    standing._kept = None
    if _commits(request.node) or "search" in request.path.parts:
        empty_index()
        yield
        return
    defer_index(monkeypatch)
    with disable_reference_index_auto_update():
        yield


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
    if key in _answers:
        return _answers[key]
    answers, failure = _run_in_child(job, path, limits)
    # What failed once on a busy machine would fail every later test that carries the same file.
    if failure is None:
        _answers[key] = answers, failure
    return answers, failure


def _commits(item: pytest.Item) -> bool:
    marks = list(item.iter_markers("django_db"))
    fixtures = getattr(item, "fixturenames", ())
    return any(mark.kwargs.get("transaction") for mark in marks) or "transactional_db" in fixtures


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """What a test itself makes is made in earnest."""
    remembered.end()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that take long first, so that no process waits for them at the end, and tests that commit last.

    The order is random besides.
    """
    items.sort(key=lambda item: (item.get_closest_marker("takes_long") is None, _commits(item)))
