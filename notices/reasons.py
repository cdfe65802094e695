"""Reasons that people give for an act and that stay on record."""

from __future__ import annotations

_SHORTEST = 4


def is_reason(text: str) -> bool:
    """Whether a text is long enough to say anything."""
    return len(text.strip()) >= _SHORTEST
