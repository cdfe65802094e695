"""The days of a small strip as HTML, made here because lists have hundreds of them and a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from notices.selectors import StripCell

register = template.Library()


@register.filter
def small_days(cells: Sequence[StripCell]) -> SafeString:
    """Return the days of a small strip; a made-up working day is marked 班, the last one is the end."""
    last = len(cells) - 1
    days = (
        _day(cell.kind if cell.number or cell.kind == "publication" else "off", cell.state, at == last)
        for at, cell in enumerate(cells)
    )
    return mark_safe("".join(days))  # noqa: S308


@lru_cache(maxsize=64)
def _day(kind: str, state: str, is_end: bool) -> SafeString:
    classes = f"strip__day strip__day--{kind}{' strip__day--end' if is_end else ''} is-{state}"
    return format_html('<span class="{}">{}</span>', classes, _("班") if kind == "makeup" else "")
