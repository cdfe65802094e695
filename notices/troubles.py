"""Troubles of the installation that higher apps know: each registers a provider in its ``ready()``, operators see them first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong where, in a sentence, and the page that says more."""

    heading: str
    state: str
    url: str


Provider = Callable[[], list[Trouble]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider, once."""
    if provider not in _providers:
        _providers.append(provider)


def provided_troubles() -> list[Trouble]:
    """Return everything that the providers report."""
    return [trouble for provider in _providers for trouble in provider()]
