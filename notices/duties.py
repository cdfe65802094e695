"""What is due on a notice and when: each subject registers a provider, lists and reminders ask them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models import NoticeRecord


class DutyOf(StrEnum):
    """Who has to act."""

    PROPONENT = "proponent"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do. ``key`` names it within its notice and never changes, so that a reminder goes out once.

    ``due_on`` is the last day in Asia/Shanghai on which it is in time, None where no day is set; ``url`` is an admin address.
    """

    key: str
    label: str
    due_on: date | None
    url: str
    who: DutyOf = DutyOf.PROPONENT
    done: bool = False
    detail: str = ""


Provider = Callable[["NoticeRecord", date, Calendar], Iterable[Duty]]

_providers: list[Provider] = []
_annotations: dict[str, Any] = {}


def register(provider: Provider, **annotations: Any) -> None:
    """Add a provider, once; apps do so in ``ready()``.

    ``annotations`` are expressions over NoticeRecord by name: lists load them with their records, so that the provider
    asks nothing row by row.
    """
    if provider not in _providers:
        _providers.append(provider)
        _annotations.update(annotations)


def list_annotations() -> dict[str, Any]:
    """Return what the providers want to find on each record of a list."""
    return dict(_annotations)


def duties_of(record: NoticeRecord, *, today: date, calendar: Calendar) -> list[Duty]:
    """Return the duties of a notice, open ones first, the nearest first, those without a day last."""
    found = [duty for provider in _providers for duty in provider(record, today, calendar)]
    return sorted(found, key=lambda duty: (duty.done, duty.due_on is None, duty.due_on or today, duty.key))
