"""Facts that a higher app knows: it registers a provider in its ``ready()``, and the rules' facts are asked of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

# Takes the notices whose opinions count for the one judged, and answers fields of NoticeFacts by name.
Provider = Callable[[Iterable["NoticePage"]], Mapping[str, Any]]

_providers: list[Provider] = []


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
