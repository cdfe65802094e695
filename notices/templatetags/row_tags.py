"""Rows of notices and the days of their strips as HTML; made here because lists are what is asked for most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notices.selectors import NoticeRow, NoticeStatus, Strip, StripCell

register = template.Library()

#: Rows of some 3 kB that a process keeps.
KEPT_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class RowText:
    """All that a row says, so that the same row need not be rendered twice."""

    code: str
    project_name: str
    proponent_name: str
    kind: str
    counties: tuple[str, ...]
    demo: bool
    historical: bool
    planned_on: date | None
    last_day: date | None
    status: NoticeStatus
    strip: Strip | None


@register.simple_tag
def notice_row(row: NoticeRow, heading: str) -> SafeString:
    """Return a notice as a row of a list."""
    record, page = row.record, row.page
    said = RowText(
        code=record.code,
        project_name=page.project_name,
        proponent_name=page.proponent_name,
        kind=page.get_kind_display(),
        counties=row.counties,
        demo=record.demo,
        historical=record.historical,
        planned_on=record.planned_on,
        last_day=record.last_day,
        status=row.status,
        strip=row.strip,
    )
    return _rendered(said, heading, get_language())


@lru_cache(maxsize=KEPT_ROWS)
def _rendered(row: RowText, heading: str, language: str | None) -> SafeString:
    return render_to_string("includes/notice_row_text.html", {"row": row, "heading": heading})


@register.filter
def small_days(cells: Sequence[StripCell]) -> SafeString:
    """Return the days of a small strip; a made-up working day is marked 班, the last one is the end."""
    last = len(cells) - 1
    days = (
        _day(cell.kind if cell.number or cell.kind == "publication" else "off", cell.state, at == last)
        for at, cell in enumerate(cells)
    )
    return mark_safe("".join(days))  # noqa: S308


def _day(kind: str, state: str, is_end: bool) -> SafeString:
    classes = f"strip__day strip__day--{kind}{' strip__day--end' if is_end else ''} is-{state}"
    return format_html('<span class="{}">{}</span>', classes, _("班") if kind == "makeup" else "")
