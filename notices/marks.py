"""Values that were imported or copied: marked until a person has confirmed or changed each of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.models.imported import ImportedField, Origin
from notices.models.records import NoticeRecord, NoticeStage

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

# The rows of a notice and their fields, in the order in which they are shown.
ROW_FIELDS = {
    "places": (
        "village",
        "division_code",
        "description",
        "distance_km",
        "in_scope",
        "latitude",
        "longitude",
    ),
    "paper_places": ("address", "hours", "contact"),
    "ways": ("way", "address"),
}
_CONTEXT = 30


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands in the source text (``end`` not included), and what is doubtful about it."""

    start: int | None = None
    end: int | None = None
    doubt: str = ""


def row_path(rows: str, pk: int) -> str:
    """Return the path of a saved row."""
    return f"{rows}:{pk}"


def value_at(page: NoticePage, path: str) -> str:
    """Return the value at a path as text that can be compared; empty where there is none."""
    name, _colon, key = path.partition(":")
    if not key:
        return _text(getattr(page, name))
    row = _row_at(page, path)
    if row is None:
        return ""
    return json.dumps([_text(getattr(row, field)) for field in ROW_FIELDS[name]], ensure_ascii=False)


def _row_at(page: NoticePage, path: str) -> Any:
    name, _colon, key = path.partition(":")
    return next((row for row in getattr(page, name).all() if str(row.pk) == key), None)


def _text(value: Any) -> str:
    """Return a field's value the same before and after it went through the database or a form."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value).replace("\r\n", "\n").strip()


def mark(*, page: NoticePage, origin: Origin, sources: Mapping[str, Source]) -> None:
    """Mark the values at the paths as filled in without a person; empty ones need no mark."""
    values = {path: value_at(page, path) for path in sources}
    ImportedField.objects.bulk_create(
        ImportedField(
            record=page.record,
            path=path,
            value=values[path],
            origin=origin,
            start=source.start,
            end=source.end,
            doubt=source.doubt,
        )
        for path, source in sources.items()
        if values[path]
    )


def open_marks(page: NoticePage) -> list[ImportedField]:
    """Return the marks on a page that nobody has confirmed and whose value still is what was filled in."""
    if page.pk is None:
        return []
    unconfirmed = ImportedField.objects.filter(record__page_id=page.pk, confirmed_at=None)
    return [field for field in unconfirmed if value_at(page, field.path) == field.value]


def unconfirmed_message(marks: list[ImportedField]) -> str:
    """Return what stands against a submission while marks are open."""
    return ngettext(
        "还有 %(count)s 处导入或沿用的内容没有人确认，请对照原文逐处确认或者改正。",
        "还有 %(count)s 处导入或沿用的内容没有人确认，请对照原文逐处确认或者改正。",
        len(marks),
    ) % {"count": len(marks)}


def settle_changed(*, page: NoticePage, user: Any, now: datetime) -> None:
    """Close the marks whose value a person changed or took away; ``page`` is the draft as just saved."""
    unconfirmed = ImportedField.objects.filter(record__page_id=page.pk, confirmed_at=None)
    changed = [field.pk for field in unconfirmed if value_at(page, field.path) != field.value]
    if changed:
        ImportedField.objects.filter(pk__in=changed).update(confirmed_by=user, confirmed_at=now)


@transaction.atomic
def confirm(*, record: NoticeRecord, ids: Iterable[int] | None, user: Any, now: datetime) -> int:
    """Confirm the marks of these keys, all open ones where ``ids`` is None; return how many were confirmed.

    Raises ValidationError once the notice is no longer a draft.
    """
    record = NoticeRecord.objects.select_for_update().get(pk=record.pk)
    if record.stage != NoticeStage.DRAFT:
        raise ValidationError(_("公示已核对或已公开，不必再确认。"))
    fields = record.imported_fields.filter(confirmed_at=None)
    if ids is not None:
        fields = fields.filter(pk__in=list(ids))
    return int(fields.update(confirmed_by=user, confirmed_at=now))


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark as the editor and the list of marks show it.

    ``before``, ``passage`` and ``after`` are the place in the source text, empty for a copied value.
    """

    pk: int
    path: str
    label: str
    value: str
    origin: str
    doubt: str
    before: str
    passage: str
    after: str

    @property
    def rows(self) -> str:
        """Return the name of the rows that the mark belongs to, empty for a field."""
        name, colon, _key = self.path.partition(":")
        return name if colon else ""

    @property
    def key(self) -> str:
        """Return the key of the row, or the name of the field."""
        return self.path.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the source text; ``anchors`` are the marks that begin here, ``marked`` says that one covers it."""

    text: str
    anchors: tuple[int, ...]
    marked: bool


def mark_views(page: NoticePage, marks: list[ImportedField], source_text: str) -> list[MarkView]:
    """Return the marks with label, value and passage."""
    return [_view(page, field, source_text) for field in marks]


def _view(page: NoticePage, field: ImportedField, text: str) -> MarkView:
    label, value = _shown(page, field.path)
    before = passage = after = ""
    if field.start is not None and field.end is not None:
        line_start = text.rfind("\n", 0, field.start) + 1
        line_end = text.find("\n", field.end)
        line_end = len(text) if line_end < 0 else line_end
        before = text[max(line_start, field.start - _CONTEXT) : field.start]
        passage = text[field.start : field.end]
        after = text[field.end : min(line_end, field.end + _CONTEXT)]
    return MarkView(
        field.pk,
        field.path,
        label,
        value,
        str(Origin(field.origin).label),
        field.doubt,
        before,
        passage,
        after,
    )


def _shown(page: NoticePage, path: str) -> tuple[str, str]:
    name, colon, _key = path.partition(":")
    if not colon:
        return str(page._meta.get_field(name).verbose_name), shown_value(page, name)
    row = _row_at(page, path)
    parts = [shown_value(row, field) for field in ROW_FIELDS[name] if field != "in_scope"]
    return str(row._meta.verbose_name), "，".join(part for part in parts if part)


def shown_value(holder: Any, name: str) -> str:
    """Return a field's value as a person reads it."""
    display = getattr(holder, f"get_{name}_display", None)
    return str(display()) if display else _text(getattr(holder, name))


def segments(text: str, fields: Iterable[ImportedField]) -> list[Segment]:
    """Return the source text cut at the borders of all passages, which may lie in each other."""
    spans = [(field.start, field.end, field.pk) for field in fields if field.start is not None]
    borders = sorted({0, len(text), *(edge for start, end, _pk in spans for edge in (start, end or start))})
    return [
        Segment(
            text[start:end],
            tuple(pk for first, _last, pk in spans if first == start),
            any(first <= start and (last or first) >= end for first, last, _pk in spans),
        )
        for start, end in pairwise(borders)
    ]


def source_context(page: NoticePage, *, may_confirm: bool) -> dict[str, Any]:
    """Return what the panel of the source and the list of marks show; ``page`` is the draft as last saved."""
    record, marks = page.record, open_marks(page)
    return {
        "notice": page,
        "record": record,
        "marks": mark_views(page, marks, record.source_text),
        "segments": segments(record.source_text, record.imported_fields.all()),
        "may_confirm": may_confirm,
        "previous": record.copied_from,
    }
