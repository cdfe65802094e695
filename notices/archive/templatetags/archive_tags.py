"""Tags of printed documents and of the archive link on the notice page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static

from notices.archive.addresses import short_address, spoken_address
from notices.archive.selectors import archives_of, certificates_of
from notices.models import NoticeChange, NoticePage, NoticeRecord
from notices.printing import qr_data_uri
from notices.versions import changes_since_publication

register = template.Library()

_LONG_TITLE = 15
_BREAK_BEFORE = ("生态环境影响报告书", "环境影响报告书")  # the longer first: it holds the shorter


@register.inclusion_tag("archive/includes/archive_link.html")
def archive_link(record: NoticeRecord) -> dict[str, Any]:
    """Show the frozen PDFs of a public notice, each with its SHA-256."""
    archives = archives_of(record)
    return {
        "record": record,
        "latest": archives[0] if archives else None,
        "earlier": archives[1:],
        "certificates": certificates_of(record),
    }


@register.inclusion_tag("archive/includes/share_card.html")
def share_card(page: NoticePage, record: NoticeRecord) -> dict[str, Any]:
    """Say in the head of a notice what a messenger shows of it when its address is passed on."""
    return {
        "page": page,
        "record": record,
        "address": short_address(record.code),
        "picture": f"{settings.WAGTAILADMIN_BASE_URL}{static('portal/img/share.png')}",
    }


@register.inclusion_tag("archive/includes/printed_address.html")
def printed_address(record: NoticeRecord) -> dict[str, Any]:
    """Show on paper how to come back to the notice: its short address, also as a QR code."""
    return {"address": spoken_address(record.code), "code": qr_data_uri(short_address(record.code))}


@register.simple_tag
def archived_editions(record: NoticeRecord) -> dict[int, int]:
    """Return the number of the frozen PDF from before each change, by the change, where there is one."""
    there = {row.version for row in archives_of(record)}
    changes = changes_since_publication(record, list(record.changes.all()))
    return {change.pk: number for number, change in enumerate(changes, start=1) if number in there}


@register.filter
def before_change(editions: dict[int, int], change: NoticeChange) -> int | None:
    """Return the number of the PDF from before a change."""
    return editions.get(change.pk)


@register.filter
def title_lines(title: str) -> list[str]:
    """Return a long title in two lines, broken where a reader would pause, never inside 报告书."""
    if len(title) <= _LONG_TITLE:
        return [title]
    for word in _BREAK_BEFORE:
        place = title.find(word)
        if place > 0:
            return [title[:place], title[place:]]
    return [title]
