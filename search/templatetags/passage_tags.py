"""Passages as HTML, hits marked, made here because a template takes ten times as long; counts of pages and parts."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from search.analysis import Passage, Segment

register = template.Library()


@register.filter
def marked(segments: Iterable[Segment]) -> SafeString:
    """Return text as HTML, the hits in ``mark`` elements."""
    parts = (
        f"<mark>{escape(segment.text)}</mark>" if segment.marked else escape(segment.text)
        for segment in segments
    )
    return mark_safe("".join(parts))  # noqa: S308


@register.filter
def passage(found: Passage) -> SafeString:
    """Return a passage as HTML, with dots where the text goes on."""
    before, after = "…" if found.cut_before else "", "…" if found.cut_after else ""
    return mark_safe(before + marked(found.segments) + after)  # noqa: S308


@register.simple_tag
def pages_and_parts(count: int, parts: int) -> str:
    """Return in words so many pages, of which ``parts`` are the parts of Word files, which have no pages."""
    pages = count - parts
    if not parts:
        return _("%(pages)s 页") % {"pages": pages}
    if not pages:
        return _("%(parts)s 部分") % {"parts": parts}
    return _("%(pages)s 页、%(parts)s 部分") % {"pages": pages, "parts": parts}
