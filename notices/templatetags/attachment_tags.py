"""What the list of attachments says about a file's inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()

SHOWN_SAMPLES = 5


@register.filter
def page_ranges(pages: list[int]) -> str:
    """Return page numbers in few words: [12, 13, 14, 40] gives 第12至14、40页."""
    parts = [f"{first}" if first == last else f"{first}至{last}" for first, last in _runs(sorted(pages))]
    return _("第%(pages)s页") % {"pages": "、".join(parts)}


def _runs(pages: list[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for page in pages:
        if first is None or last is None:
            first = page
        elif page != last + 1:
            yield first, last
            first = page
        last = page
    if first is not None and last is not None:
        yield first, last


@register.filter
def sample_list(found: list[dict[str, Any]]) -> str:
    """Return the first masked samples with their pages, and how many more there are."""
    shown = "、".join(
        _("第%(page)s页 %(sample)s") % {"page": row["page"], "sample": row["sample"]}
        for row in found[:SHOWN_SAMPLES]
    )
    more = len(found) - SHOWN_SAMPLES
    return shown + (_("，另有 %(count)s 处") % {"count": more} if more > 0 else "")


@register.filter
def percent(share: float | None) -> str:
    """Return a share as 95%; a share short of the whole never reads 100%."""
    return f"{int((share or 0) * 100)}%"
