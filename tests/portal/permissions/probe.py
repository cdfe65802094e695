"""Asks every address as everybody and keeps who was let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from notices.printing import rendering
from notices.printing.job import PrintedFile
from tests.portal.permissions.world import World

ROLES = "ARPCVOGFX"
SHUT = {403, 404, 405}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the URL configuration: its name with namespaces, its route, the module of its view."""

    name: str
    route: str
    module: str
    wanted: tuple[str, ...]


def addresses() -> list[Address]:
    """Return every address of the portal."""
    return list(_below(get_resolver().url_patterns))


def _below(patterns: Any, route: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            wanted = tuple(pattern.pattern.converters or pattern.pattern.regex.groupindex)
            yield Address(f"{namespace}{pattern.name or here}", here, pattern.callback.__module__, wanted)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern.url_patterns, here, inner)


def clients(world: World) -> dict[str, Client]:
    """Return a browser for each letter of ``ROLES``, signed in where the person has an account."""
    people = world.people
    users = {
        "P": people.li, "C": people.zhao, "V": people.rival, "O": people.op, "G": people.guan, "F": world.far,
        "X": people.outsider,
    }  # fmt: skip
    found = {}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        if role in users:
            found[role].force_login(users[role])
    return found


def leave_out_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages and prints answer empty: who is let in counts here, what they look like is the other tests' subject."""
    monkeypatch.setattr(Template, "render", lambda *args, **kwargs: "")
    print_nothing(monkeypatch)


def print_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every print be the same few bytes at once."""
    printed = PrintedFile(b"%PDF-1.4", 1)
    monkeypatch.setattr(rendering, "_print", lambda *args: (printed, [], []))


def path_of(address: Address, world: World) -> str | None:
    """Return the path at which the world's rows stand, None when the address cannot be named."""
    if address.name == "wagtail_serve":
        return reverse(address.name, args=[world.draft_path])  # Its key has no name.
    try:
        return reverse(address.name, kwargs=world.keys(address.name, address.wanted))
    except NoReverseMatch:
        return None


def ask(client: Client, method: str, path: str, data: dict[str, str]) -> Any:
    """Send a request, take back what it wrote, return the answer.

    It says that a script asks: Wagtail then answers 403 where it would lead a person to the first page with a message.
    """
    cache.clear()
    with transaction.atomic(), transaction.atomic(using="keys"):
        asks = getattr(client, method.lower())
        response = asks(path, data, headers={"x-requested-with": "XMLHttpRequest"})
        if response.streaming:
            list(response)  # The file is read, and closed.
        for name in ("default", "keys"):
            transaction.set_rollback(True, using=name)
    return response


def lets_in(response: Any, method: str) -> bool:
    """Whether the answer is the page, its form's complaint or its deed; neither a sign-in, a refusal nor another page."""
    led_away = response.status_code == 302 and (method == "GET" or "/login/" in response["Location"])
    return response.status_code not in SHUT and not led_away
