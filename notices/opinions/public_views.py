"""The public page of a notice's opinions: numbers, topics, and opinions with answers where the proponent shows them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.models import NoticeRecord
from notices.opinions.models import Opinion, Topic
from notices.opinions.public_opinions import (
    about,
    is_disclosed,
    numbers_of,
    shown_opinions,
    takes_opinions,
    topic_label,
)
from notices.opinions.public_renderings import Rendering
from notices.record_language import in_chinese
from notices.selectors import window_is_over

PER_PAGE = 20
TEMPLATE = "opinions/public_opinions.html"


@require_safe
def public_opinions(request: HttpRequest, code: str) -> HttpResponse:
    """Show the numbers of a notice, after closing in full."""
    record = NoticeRecord.objects.public().select_related("page").filter(code=code).first()
    if record is None or not takes_opinions(record):
        raise Http404
    record.page.record = record
    now = timezone.now()
    opinions = shown_opinions(record, now=now)
    topic = request.GET.get("topic", "")
    if topic in Topic.values:
        opinions = about(opinions, topic)
    else:
        topic = ""
    listing = Paginator(opinions, PER_PAGE).get_page(request.GET.get("page"))
    context = page_context(record, listing, closed=window_is_over(record, now=now))
    context.update(topic=topic, query=f"topic={topic}&" if topic else "")
    response = TemplateResponse(request, TEMPLATE, context)
    # A consent may be withdrawn at any time: no copy of the page may outlive it.
    response["X-Robots-Tag"] = "noindex, noarchive"
    response["Cache-Control"] = "no-store"
    return response


def page_context(record: NoticeRecord, listing: Page[Opinion], *, closed: bool) -> dict[str, Any]:
    """Return what the page shows; the same whether it is served or checked before publication."""
    groups = groupby(listing.object_list, key=lambda opinion: getattr(opinion, "topic_rank", 0))
    return {
        "record": record,
        "page": record.page,
        "demo": record.demo,
        "closed": closed,
        "numbers": numbers_of(record.page),
        "disclosed": is_disclosed(record.page),
        "listing": listing,
        "groups": [(topic_label(rank), list(rows)) for rank, rows in groups],
    }


@in_chinese
def page_as_published(record: NoticeRecord, opinions: list[Opinion]) -> list[Rendering]:
    """Return the page as it would be served with these opinions on it, to be read back."""
    listing = Paginator(opinions, max(len(opinions), 1)).get_page(1)
    context = {**page_context(record, listing, closed=True), "disclosed": True}
    return [Rendering(_("公开页面"), render_to_string(TEMPLATE, context).encode())]
