"""Every address of the URL configuration, asked as everybody: who is let in stands in one table, and nobody else is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.portal.permissions.probe import (
    ROLES,
    Address,
    addresses,
    ask,
    clients,
    leave_out_the_looks,
    lets_in,
    path_of,
)
from tests.portal.permissions.table import ANSWERS, UNANSWERED, WAGTAIL
from tests.portal.permissions.world import World, make_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
METHODS = ("GET", "POST")
WAGTAIL_ROLES = "AVFX"
READ_BY_PROGRAMS = (
    "application/json",
    "application/atom+xml",
    "application/xml",
    "text/plain",
    "text/javascript",
    "image/",
    "application/x-",
)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Write no log: a line and a traceback for each of thousands of refusals take their time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def is_wagtails(address: Address) -> bool:
    """Whether the view is Wagtail's own, and not in the table one by one."""
    return address.module.startswith("wagtail.") and address.name not in ANSWERS


def let_in(
    world: World, browsers: dict[str, Client], address: Address, method: str, roles: str = ROLES
) -> str:
    """Return the letters of those who are let in at an address, an exclamation mark behind each that meets an error.

    One stands also behind whoever gets what a browser would run.
    """
    path, found = path_of(address, world), ""
    assert path is not None, f"no path for {address.name}: give its keys a value in world.py"
    for role in roles:
        shows_receipt = role == "R" and address.name.startswith("receipt_")
        response = ask(browsers[role], method, path, dict(world.receipt) if shows_receipt else {})
        if lets_in(response, method):
            found += f"{role}!" if response.status_code >= 500 or runs_as_ours(response) else role
    return found


def runs_as_ours(response: Any) -> bool:
    """Whether a browser would run what comes: a page without policy, or a file without sandbox or name."""
    kind, policy = response.get("Content-Type", ""), response.get("Content-Security-Policy", "")
    if kind.startswith("text/html"):
        return "default-src" not in policy
    named = "Content-Disposition" in response or kind.startswith(READ_BY_PROGRAMS)
    return not named or not (policy.startswith("sandbox") or kind == "application/pdf")


def test_every_address_has_an_answer_in_the_table() -> None:
    unknown = [
        address.name
        for address in addresses()
        if not is_wagtails(address)
        and address.name not in ANSWERS
        and address.name not in UNANSWERED
        and address.route not in UNANSWERED
    ]
    assert unknown == [], "say in table.py who is let in there"


def test_the_table_names_no_address_that_is_gone() -> None:
    known = {address.name for address in addresses()}
    assert {*ANSWERS, *WAGTAIL} - known == set()


@pytest.mark.takes_long
def test_each_person_is_let_in_exactly_where_the_table_says(
    monkeypatch: pytest.MonkeyPatch, quiet: None
) -> None:
    world = make_world()
    leave_out_the_looks(monkeypatch)
    browsers = clients(world)
    wrong: list[tuple[str, object, object]] = []
    for address in addresses():
        expected = ANSWERS.get(address.name)
        if expected is not None:
            found = tuple(let_in(world, browsers, address, method) for method in METHODS)
            if found != expected:
                wrong.append((address.name, found, expected))
        elif is_wagtails(address) and not {address.name, address.route} & UNANSWERED:
            closed_but_for = WAGTAIL.get(address.name, "")
            let = let_in(world, browsers, address, "GET", WAGTAIL_ROLES)
            if let != closed_but_for:
                wrong.append((address.name, let, closed_but_for))
    assert wrong == []
