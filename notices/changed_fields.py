"""What differs between two wordings of a notice: fields, rows and files, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from notices.selectors import long_date

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

FILES = "attachments"
ROWS = ("paper_places", "places", "ways", "summary_points")
# Held by the publication: no correction touches them. The term of Art. 31 belongs to the window that is running.
FROZEN = frozenset({"kind", "project_code", "planned_date", "art31_simplified"})
# What a slip may mend. Everything else is one of the five items of Art. 10, a date, a file, or a way to reach somebody.
WORDING = frozenset(
    {
        "project_name",
        "location",
        "category",
        "content",
        "existing_works",
        "investment_wan_yuan",
        "area",
        "filing_authority",
        "proponent_name",
        "contact_name",
        "consultant_name",
        "consultant_contact",
        "signature_unit",
        "summary_points",
    }
)
_UNSEEN = frozenset({"page_ptr", "project"})  # not part of the wording
_ROW_KEYS = frozenset({"id", "page", "sort_order"})
_SHOWN_HASH = 12


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, group of rows or the files, with what they said before and say now; empty where nothing was said."""

    name: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """Return the name as a reader knows it."""
        return field_label(self.name)


def field_label(name: str) -> str:
    """Return the label of a field, a group of rows or the files; the name itself when it is no longer known."""
    from_rows = {
        FILES: _("附件"),
        "paper_places": _("纸质报告书查阅地点"),
        "places": _("周边村庄和单位"),
        "ways": _("提意见的方式"),
        "summary_points": _("一页看懂"),
    }
    if name in from_rows:
        return str(from_rows[name])
    known = {field.name: field for field in _notice_fields()}
    return force_str(known[name].verbose_name) if name in known else name


def _notice_fields() -> list[Any]:
    return list(apps.get_model("notices", "NoticePage")._meta.local_concrete_fields)


def changes_between(old: NoticePage, new: NoticePage) -> list[FieldChange]:
    """Return what a new wording changes in an old one, in the order of the editor's model; files by their hashes."""
    pairs: list[tuple[str, str, str]] = [
        (field.name, _value(old, field), _value(new, field))
        for field in _notice_fields()
        if field.name not in _UNSEEN
    ]
    pairs += [(name, _rows(getattr(old, name).all()), _rows(getattr(new, name).all())) for name in ROWS]
    pairs.append((FILES, _files(old), _files(new)))
    return [FieldChange(name, before, after) for name, before, after in pairs if before != after]


def _value(owner: Any, field: Any) -> str:
    value = getattr(owner, field.attname)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if field.choices:
        return force_str(dict(field.flatchoices).get(value, value))
    return str(value).replace("\r\n", "\n").strip()


def _rows(rows: Iterable[Any]) -> str:
    ordered = sorted(rows, key=lambda row: row.sort_order or 0)
    return "\n".join(_row(row) for row in ordered)


def _row(row: Any) -> str:
    fields = [field for field in row._meta.concrete_fields if field.name not in _ROW_KEYS]
    parts = []
    for field in fields:
        value = _value(row, field)
        if value and isinstance(getattr(row, field.attname), bool | Decimal):
            value = f"{force_str(field.verbose_name)} {value}"
        parts.append(value)
    return _("，").join(part for part in parts if part)


def _files(page: NoticePage) -> str:
    lines = [
        f"{row.get_kind_display()}：{row.title}（{row.file_name}，SHA-256 {row.sha256[:_SHOWN_HASH]}…）"
        for row in page.files().order_by("kind", "title", "sha256")
    ]
    return "\n".join(lines)
