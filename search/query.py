"""From what somebody typed to notices and report pages, merged and grouped by notice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.utils import timezone
from wagtail.search.backends import get_search_backend

from notices.models import NoticePage, NoticeRecord
from notices.selectors import NoticeRow, notice_rows
from search.analysis import Passage, highlight
from search.models import AttachmentText, PageText, public_pages

MAX_QUERY = 100
MAX_NOTICES = 200
MAX_PAGES = 500
PASSAGES_PER_NOTICE = 3
PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What was asked for; every field may be empty."""

    text: str = ""
    county: str = ""
    state: str = ""
    code: str = ""
    page: str = "1"

    @classmethod
    def from_query(cls, query: Any) -> SearchRequest:
        """Read a query string; anything typed is taken, cut to a sane length."""
        return cls(
            text=" ".join(query.get("q", "").split())[:MAX_QUERY],
            county=query.get("county", "")[:6],
            state=query.get("state", "")[:10],
            code=query.get("code", "")[:6],
            page=query.get("page", "1")[:6],
        )


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page of a report that holds what was searched, with its passage."""

    attachment_id: int
    number: int
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class Group:
    """A notice with its best pages; ``more`` says how many further pages were found."""

    row: NoticeRow
    passage: Passage | None
    hits: tuple[PageHit, ...]
    more: int


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """One page of groups and the counts over all of them."""

    groups: tuple[Group, ...]
    listing: ListPage[int]
    notices: int
    pages: int
    pages_without_text: int


def search(request: SearchRequest, *, now: datetime) -> SearchResponse:
    """Search notices and report pages; a notice stands where its better hit stands.

    Hits are resolved through the database, so nothing unpublished is shown even when the index is behind.
    """
    notice_ids, page_hits = _find(request)
    by_notice: dict[int, list[PageText]] = defaultdict(list)
    for hit in page_hits:
        by_notice[hit.attachment.notice_id].append(hit)
    order = list(dict.fromkeys([*notice_ids, *by_notice]))
    records = {record.page_id: record for record in _records(request, order, now)}
    order = [pk for pk in order if pk in records]
    listing = Paginator(order, PER_PAGE).get_page(request.page)
    rows = {row.record.page_id: row for row in notice_rows([records[pk] for pk in listing], now=now)}
    groups = tuple(_group(rows[pk], by_notice[pk], request.text) for pk in listing)
    found_pages = sum(len(by_notice[pk]) for pk in order)
    return SearchResponse(groups, listing, len(order), found_pages, _blind_pages(order))


def _find(request: SearchRequest) -> tuple[list[int], list[PageText]]:
    if not request.text:
        return [], []
    backend = get_search_backend()
    pages = PageText.objects.all()
    if request.code:
        attachments = NoticePage.objects.filter(record__code=request.code).values_list(
            "attachments__pk", flat=True
        )
        pages = pages.filter(attachment_id__in=[pk for pk in attachments if pk])
    hits = backend.search(request.text, pages)[:MAX_PAGES]
    ranked = [hit.pk for hit in hits]
    public = PageText.objects.filter(public_pages(), pk__in=ranked).select_related("attachment").in_bulk()
    page_hits = [public[pk] for pk in ranked if pk in public]
    if request.code:
        return [], page_hits
    notices = backend.search(request.text, NoticePage.objects.filter(live=True))[:MAX_NOTICES]
    return [notice.pk for notice in notices], page_hits


def _records(request: SearchRequest, pks: list[int], now: datetime) -> Any:
    today = timezone.localdate(now)
    records = NoticeRecord.objects.public().filter(page_id__in=pks, page__live=True)
    if request.code:
        records = records.filter(code=request.code)
    if request.county.isdigit():
        records = records.in_divisions([request.county])
    if request.state == "open":
        records = records.open_on(today)
    elif request.state == "closed":
        records = records.closed_on(today)
    return records.for_lists()


def _group(row: NoticeRow, hits: list[PageText], text: str) -> Group:
    shown = tuple(
        PageHit(hit.attachment_id, hit.number, _passage(hit.text, text)) for hit in hits[:PASSAGES_PER_NOTICE]
    )
    page = row.page
    wording = "\n".join(
        part for part in (page.location, page.content, page.existing_works, page.public_scope) if part
    )
    return Group(row, _passage(wording, text), shown, max(len(hits) - PASSAGES_PER_NOTICE, 0))


def _passage(text: str, query: str) -> Passage | None:
    passages = highlight(text, query, width=90, limit=1)
    return passages[0] if passages else None


def _blind_pages(notice_ids: list[int]) -> int:
    counts = AttachmentText.objects.filter(public_pages(), attachment__notice__in=notice_ids)
    return sum(counts.values_list("pages_without_text", flat=True))
