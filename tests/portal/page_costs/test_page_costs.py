"""What each page costs in queries: no more than its ceiling, and with three times the rows no more than before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import get_page_models

from tests.portal.page_costs.growth import Growth, plant
from tests.portal.page_costs.table import A_ROW, AT_MOST, WAGTAIL
from tests.portal.permissions.probe import addresses, ask, clients, path_of, print_nothing
from tests.portal.permissions.table import ANSWERS, STAFF
from tests.portal.permissions.test_matrix import quiet  # noqa: F401
from tests.portal.permissions.world import World, make_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FEW, MORE = 1, 4
# That a growth adds to a list each time.
NOTICES = 2
CEILINGS = {name: ceiling for ceiling, names in AT_MOST.items() for name in names}
# Not the page's: the transaction around each request of this test, and the note, once a minute, that a session is in use.
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", 'UPDATE "django_session"')


@dataclass(frozen=True, slots=True)
class Visit:
    """A page and the letter of who asks for it."""

    name: str
    role: str
    path: str


def asked_by(name: str) -> str:
    """Return who asks for a page: a visitor, all of the staff where each sees rows of his own, else the first to use it."""
    roles = ANSWERS.get(name, ("", ""))[0]
    if "A" in roles:
        return "A"
    return "POG" if roles == STAFF else "".join(role for role in "POG" if role in roles)[:1]


def page_types() -> Iterator[tuple[str, Any]]:
    """Yield the name of each page type that visitors see, with such a page."""
    for model in get_page_models():
        page = model.objects.filter(live=True).first()
        if page is not None and page.get_url():
            yield f"page:{model.__name__}", page


def visits(world: World) -> list[Visit]:
    found = [Visit(name, "A", page.get_url()) for name, page in page_types()]
    for address in addresses():
        for role in WAGTAIL.get(address.name, asked_by(address.name)):
            path = path_of(address, world)
            assert path is not None, f"no path for {address.name}: give its keys a value in world.py"
            found.append(Visit(address.name, role, path))
    return found


def cost(visit: Visit, browsers: dict[str, Client]) -> int:
    """Return the number of queries of a page of which nothing is kept."""
    captured = [CaptureQueriesContext(connections[alias]) for alias in ("default", "keys")]
    for capture in captured:
        capture.connection.queries_log.clear()  # It holds the last 9,000 only.
    with captured[0], captured[1]:
        response = ask(browsers[visit.role], "GET", visit.path, {})
    # Whether the portal of the tests has its workers and its index is another test's subject.
    answers = (200, 503) if visit.name == "readyz" else (200, 410)
    assert response.status_code in answers, f"{visit}: {response.status_code}"
    return sum(not q["sql"].startswith(NOT_COUNTED) for capture in captured for q in capture.captured_queries)


def test_every_page_has_a_ceiling_and_no_other() -> None:
    names = {address.name for address in addresses() if asked_by(address.name)} | set(WAGTAIL)
    pages = {name for name in CEILINGS if name.startswith("page:")}
    types = {f"page:{model.__name__}" for model in get_page_models()}
    assert names - set(CEILINGS) == set(), "say in table.py what they may cost"
    assert set(CEILINGS) - names - pages == set()
    assert pages <= types


def test_no_page_costs_more_than_its_ceiling_nor_more_with_three_times_the_rows(
    monkeypatch: pytest.MonkeyPatch,
    quiet: None,  # noqa: F811
) -> None:
    world = make_world()
    plant(world)
    growth = Growth(world)
    growth.add(FEW)
    print_nothing(monkeypatch)
    ContentType.objects.get_for_models(*apps.get_models())  # Else the first page of a run pays for all.
    browsers, asked = clients(world), visits(world)
    few = [cost(visit, browsers) for visit in asked]
    growth.add(MORE)
    many = [cost(visit, browsers) for visit in asked]
    grown = [
        (visit.name, visit.role, before, after)
        for visit, before, after in zip(asked, few, many, strict=True)
        if after > before + A_ROW.get(visit.name, 0) * NOTICES * MORE
    ]
    assert grown == []
    costly = [
        (visit.name, visit.role, after)
        for visit, after in zip(asked, many, strict=True)
        if after - A_ROW.get(visit.name, 0) * NOTICES * MORE > CEILINGS[visit.name]
    ]
    assert costly == []
