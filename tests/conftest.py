"""What every test runs on: a bootstrapped portal, and committed data only where a test needs it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.bootstrap import bootstrap


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Bootstrap the test database once; a test that empties it bootstraps again through the factories."""
    with django_db_blocker.unblock():
        bootstrap()


def _commits(item: pytest.Item) -> bool:
    marks = list(item.iter_markers("django_db"))
    fixtures = getattr(item, "fixturenames", ())
    return any(mark.kwargs.get("transaction") for mark in marks) or "transactional_db" in fixtures


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that commit and empty the database last, in whatever random order the rest is."""
    items.sort(key=_commits)
