"""Facts that a higher app knows: it registers a provider in its ``ready()``, and the rules' facts are asked of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notices.models.pages import NoticePage
    from notices.models.project import Project

# Takes the notices whose opinions count for the one judged, and answers fields of NoticeFacts by name.
Provider = Callable[[Iterable["NoticePage"]], Mapping[str, Any]]

# Takes a project, answers how many opinions rounds brought that were held elsewhere than on the portal.
Elsewhere = Callable[["Project"], int]

_providers: list[Provider] = []
_elsewhere: list[Elsewhere] = []


def register(provider: Provider) -> None:
    """Add a provider, once."""
    if provider not in _providers:
        _providers.append(provider)


def provided_facts(notices: Iterable[NoticePage]) -> dict[str, Any]:
    """Return what the providers know; two that answer the same field contradict each other, which nobody intends."""
    rounds = tuple(notices)
    facts: dict[str, Any] = {}
    for provider in _providers:
        answered = provider(rounds)
        if facts.keys() & answered.keys():
            raise RuntimeError(f"two fact providers answer {sorted(facts.keys() & answered.keys())}")
        facts.update(answered)
    return facts


def register_elsewhere(count: Elsewhere) -> None:
    """Add who knows of opinions that came in elsewhere, once."""
    if count not in _elsewhere:
        _elsewhere.append(count)


def opinions_elsewhere(project: Project) -> int:
    """Return how many opinions of a project came in by rounds held elsewhere."""
    return sum(count(project) for count in _elsewhere)
