"""What the entry of a closed window says: the window, and what had come in by then, which a higher app counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notices.models.records import NoticeRecord

# Answers public fields of the entry; asked under the lock of the notice's chain, so that nothing comes in between.
Counter = Callable[[NoticeRecord], dict[str, Any]]

_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Add a counter, once; for the ``ready()`` of a higher app."""
    if counter not in _counters:
        _counters.append(counter)


def closing_payload(record: NoticeRecord) -> dict[str, Any]:
    """Return the payload of the ``closed`` entry."""
    project = record.page.project
    authority = project.approval_authority if project else None
    payload: dict[str, Any] = {
        "authority": authority.name if authority else None,
        "version": record.version,
        "first_day": record.first_day.isoformat() if record.first_day else None,
        "last_day": record.last_day.isoformat() if record.last_day else None,
        "calendar": record.calendar_version,
    }
    for counter in _counters:
        payload.update(counter(record))
    return payload
