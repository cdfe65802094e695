"""Passages as HTML, hits marked, made here because a template takes ten times as long; counts of pages and parts."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from search.analysis import Passage, Segment
from search.query import Group, PageHit, SearchRequest

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
def page_hit(hit: PageHit, group: Group, asked: SearchRequest) -> SafeString:
    """Return the link to a page that was found, with its passage."""
    address = reverse("report_page", args=[group.row.record.code, hit.attachment_id, hit.number])
    words = {"q": asked.text, **({"exact": "1"} if asked.exact else {})}
    if hit.is_word:
        label = _("《%(title)s》第 %(number)s 部分")
    elif group.several_files:
        label = _("《%(title)s》第 %(number)s 页")
    else:
        label = _("第 %(number)s 页")
    name = label % {"title": hit.title, "number": hit.number}
    text = format_html('<span lang="zh-Hans">{}</span>', passage(hit.passage)) if hit.passage else ""
    return format_html('<a href="{}?{}">{}</a> {}', address, urlencode(words), name, text)


@register.simple_tag
def pages_and_parts(count: int, parts: int) -> str:
    """Return in words so many pages, of which ``parts`` are the parts of Word files, which have no pages."""
    pages = count - parts
    if not parts:
        return _("%(pages)s 页") % {"pages": pages}
    if not pages:
        return _("%(parts)s 部分") % {"parts": parts}
    return _("%(pages)s 页、%(parts)s 部分") % {"pages": pages, "parts": parts}
