"""What the list of attachments says about a file's inside."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from notices.wording import page_ranges

register = template.Library()
register.filter("page_ranges", page_ranges)

SHOWN_SAMPLES = 5


@register.filter
def sample_list(found: list[dict[str, Any]]) -> str:
    """Return the first masked samples with their pages, and how many more there are."""
    shown = "；".join(f"{page_ranges(row['pages'])} {row['sample']}" for row in found[:SHOWN_SAMPLES])
    more = len(found) - SHOWN_SAMPLES
    return shown + (_("，另有 %(count)s 处") % {"count": more} if more > 0 else "")


@register.filter
def percent(share: float | None) -> str:
    """Return a share as 95%; a share short of the whole never reads 100%."""
    return f"{int((share or 0) * 100)}%"
