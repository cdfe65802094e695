"""What an entry of a notice's ledger says, in a short sentence made of the fields of its payload.

A field without words here (hashes, keys of rows) is left to the JSON. A higher app adds the fields that only it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.capacity import ROLE_LABELS
from notices.changed_fields import field_label
from notices.ledger.models import Entry
from notices.models import (
    MeetingKind,
    NewspaperInsertion,
    OtherChannel,
    PaperViewing,
    ProjectDate,
    SitePosting,
)
from notices.record_details import ACT_LABELS
from notices.selectors import long_date

_NAMED = 3  # of the numbers that one act concerns


def _dated(template: str) -> Callable[[Any], str]:
    return lambda value: _(template) % {"day": long_date(date.fromisoformat(value))}


def _date(value: str) -> str:
    """Say a day; an entry on a project's dates names there which of them it is about."""
    named = dict(ProjectDate.choices).get(f"{value}_on")
    return str(named) if named else _dated("%(day)s")(value)


def _numbers(values: list[str]) -> str:
    named = "、".join(values[:_NAMED])
    return (
        named
        if len(values) <= _NAMED
        else _("%(named)s等 %(count)s 条") % {"named": named, "count": len(values)}
    )


# A code of one kind of act is no code of another.
_KINDS: dict[str, Any] = {
    **dict(MeetingKind.choices),
    "insertion": NewspaperInsertion._meta.verbose_name,
    "posting": SitePosting._meta.verbose_name,
    "viewing": PaperViewing._meta.verbose_name,
    "channel": OtherChannel._meta.verbose_name,
}


# In the order in which they are said.
_WORDS: dict[str, Callable[[Any], str]] = {
    "number": str,
    "numbers": _numbers,
    "version": lambda value: _("第 %(number)s 版") % {"number": value},
    "rule": lambda value: _("规则 %(id)s") % {"id": value},
    "kind": lambda value: str(_KINDS.get(value, "")),
    "planned": _dated("计划%(day)s公开"),
    "first_day": _dated("%(day)s起征求意见"),
    "last_day": _dated("截止日%(day)s"),
    "proposed_last_day": _dated("建议的截止日%(day)s"),
    "held_on": _dated("%(day)s召开"),
    "date": _date,
    "on": _dated("%(day)s"),
    "was": _dated("原登记%(day)s"),
    "attachments": lambda value: _("附件 %(count)s 份") % {"count": len(value)},
    "changed": lambda value: (
        _("改动：%(fields)s") % {"fields": "、".join(field_label(name) for name in value)}
    ),
    "notice": lambda value: _("公示 %(code)s") % {"code": value},
    "by": lambda value: _("公示 %(code)s") % {"code": value},
    "rows": lambda value: _("%(count)s 行") % {"count": value},
    "count": lambda value: _("%(count)s 人次") % {"count": value},
    "reason": str,
}


# Fields whose emptiness says something.
_TAKEN_BACK = {"on": gettext_lazy("取消登记")}


def say(field: str, words: Callable[[Any], str]) -> None:
    """Teach how a field of payloads is said; for the ``ready()`` of a higher app."""
    _WORDS[field] = words


def say_kinds(labels: dict[str, Any]) -> None:
    """Teach the codes of ``kind`` that a higher app writes."""
    _KINDS.update(labels)


def summary_of(payload: dict[str, Any]) -> str:
    """Return in words what a payload says; a value that has no words yet is left out."""
    parts = []
    for field, words in _WORDS.items():
        value = payload.get(field)
        if value is None and field in payload and field in _TAKEN_BACK:
            parts.append(str(_TAKEN_BACK[field]))
        if value is None or value in ("", []):
            continue
        try:
            parts.append(words(value))
        except (TypeError, ValueError):
            continue
    return _("，").join(part for part in parts if part)


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as lists show it."""
    return {
        "position": entry.position,
        "day": entry.day,
        "act": ACT_LABELS.get(entry.act, entry.act),
        "role": ROLE_LABELS.get(entry.role, entry.role),
        "organisation": entry.payload.get("organisation", ""),
        "summary": summary_of(entry.payload),
        "hash": entry.hash,
    }
