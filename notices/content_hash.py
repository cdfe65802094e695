"""The fingerprint of what a notice says: on posters, on its page and in its archive, so that they can be compared.

Two notices have the same fingerprint if and only if they say the same. Dates that the register keeps (publication, an
extension) are not wording: an extended window leaves a poster true in everything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from modelcluster.models import get_all_child_relations

if TYPE_CHECKING:
    from django.db.models import Field

    from notices.models import Attachment, NoticePage

FORMAT = "notice-wording/1"
SHORT_DIGITS = 16
_GROUP = 4
# The tree and the register, not words of the notice: a late publication moves the planned date.
_NOT_WORDS = frozenset({"id", "page", "page_ptr", "sort_order", "project", "planned_date"})
_FILE_FIELDS = ("kind", "title", "sha256", "redaction_note")


def content_hash(page: NoticePage, attachments: Iterable[Attachment]) -> str:
    """Return the SHA-256 of a notice's wording and files, in 64 hexadecimal digits.

    It is taken over JSON with sorted keys and without spaces. Empty fields are left out, so that a field added to the portal
    later changes no fingerprint that is already printed.
    """
    return sha256(canonical_wording(page, attachments).encode()).hexdigest()


def canonical_wording(page: NoticePage, attachments: Iterable[Attachment]) -> str:
    """Return the text over which the fingerprint is taken."""
    files: list[dict[str, str]] = [{name: getattr(row, name) for name in _FILE_FIELDS} for row in attachments]
    content: dict[str, Any] = {
        "format": FORMAT,
        "notice": _words(page, (field for field in page._meta.concrete_fields if _is_own(field, page))),
        "files": sorted(files, key=lambda row: (row["sha256"], row["kind"], row["title"])),
        **{name: _rows(page, name) for name in _row_names(page)},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def short_hash(digest: str) -> str:
    """Return the first sixteen digits in groups of four, as people compare them."""
    return " ".join(digest[start : start + _GROUP] for start in range(0, SHORT_DIGITS, _GROUP))


def _is_own(field: Field[Any, Any], page: NoticePage) -> bool:
    return field.model is type(page)


def _row_names(page: NoticePage) -> list[str]:
    """Return the kinds of rows that belong to the wording, not Wagtail's comments by editors."""
    return sorted(
        relation.get_accessor_name()
        for relation in get_all_child_relations(type(page))
        if relation.related_model._meta.app_label == page._meta.app_label
    )


def _rows(page: NoticePage, name: str) -> list[dict[str, str]]:
    # get_object_list() keeps the rows, so that whoever shows them next asks the database no second time.
    rows = getattr(page, name).get_object_list()
    return [_words(row, row._meta.concrete_fields) for row in sorted(rows, key=_order)]


def _order(row: Any) -> tuple[int, int]:
    return (row.sort_order or 0, row.pk or 0)


def _words(instance: Any, fields: Iterable[Any]) -> dict[str, str]:
    named = ((field, field.to_python(field.value_from_object(instance))) for field in fields)
    return {
        field.name: _text(value)
        for field, value in named
        if field.name not in _NOT_WORDS and not _is_empty(value)
    }


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value == ""  # nought kilometres are words


def _text(value: Any) -> str:
    """Return a value as text that does not depend on how it was stored: 0.650 as 0.65, line ends as one character."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n")
