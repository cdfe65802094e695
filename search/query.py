"""From what somebody typed to notices and report pages, merged and grouped by notice."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modelsearch.query import SearchQuery
from wagtail.search.backends import get_search_backend

from notices.models import NoticePage, NoticeRecord
from notices.models.attachments import DOCX_TYPE
from notices.selectors import NoticeRow, notice_rows
from search.analysis import Clause, Passage, highlight, unbroken
from search.backends.errors import SearchUnavailableError
from search.index_condition import answers, words_for_all
from search.language import ParsedQuery, parse
from search.models import AttachmentText, PageText, public_pages
from search.narrowing import (
    FACETS,
    SORTS,
    Choice,
    Narrowing,
    NoticeFacts,
    by_closing,
    choices,
    facts_of,
    known,
    read_day,
)

MAX_QUERY = 100
MAX_VALUE = 200
MAX_NOTICES = 200
MAX_PAGES = 500
PASSAGES_PER_NOTICE = 3
# What is looked at for related words: of many notices, or one long report alone would say what goes together.
BEST_NOTICES = 20
BEST_PAGES = 10
PER_PAGE = 10
PAGES_PER_PAGE = 20

TOO_LONG = _("搜索的内容太长，只用了前 100 个字。")
ODD_DAY = _("日期没有看懂，请写成 2026-03-31 的样子。")
ODD_ORDER = _("起始日期晚于截止日期，已对调。")
MANY_FOUND = _("结果很多，只列出最相关的 200 个公示和 500 页报告书。多写一个词可以缩小范围。")
UNAVAILABLE = _("搜索暂时不能用，请过几分钟再试。也可以查看全部公示，或者按公示码打开。")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What was asked for, as typed; every field may be empty. ``exact`` turns the synonyms off."""

    text: str = ""
    county: str = ""
    state: str = ""
    kind: str = ""
    year: str = ""
    industry: str = ""
    since: str = ""
    until: str = ""
    sort: str = ""
    exact: str = ""
    code: str = ""
    page: str = "1"
    cut: bool = False

    @classmethod
    def from_query(cls, query: Any) -> SearchRequest:
        """Read a query string; anything typed is taken, cut to a sane length."""
        text = " ".join(query.get("q", "").split())
        values = {
            # PostgreSQL takes no NUL.
            name: query.get(name, "").replace("\0", "").strip()[:MAX_VALUE]
            for name in (*FACETS, "since", "until", "sort", "exact", "code")
        }
        return cls(
            text=text[:MAX_QUERY], cut=len(text) > MAX_QUERY, page=query.get("page", "1")[:6], **values
        )

    @property
    def ordered_by(self) -> str:
        """Return the order: by relevance unless another one was chosen."""
        return self.sort if self.sort in SORTS else SORTS[0]

    @property
    def narrowing(self) -> Narrowing:
        """Return the filters; values that no notice can have are left out."""
        chosen = {name: getattr(self, name) for name in FACETS}
        since, until = read_day(self.since), read_day(self.until)
        if since and until and until < since:
            since, until = until, since
        return Narrowing(
            {name: value for name, value in chosen.items() if value and known(name, value)}, since, until
        )

    @property
    def notes(self) -> list[str | Promise]:
        """Return what is odd about it."""
        notes: list[str | Promise] = [TOO_LONG] if self.cut else []
        since, until = read_day(self.since), read_day(self.until)
        if (self.since and not since) or (self.until and not until):
            notes.append(ODD_DAY)
        if since and until and until < since:
            notes.append(ODD_ORDER)
        return notes

    def query_string(self, **changes: str) -> str:
        """Return the address's query string without the page, with some fields changed."""
        asked = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        names = ("county", "state", "kind", "year", "industry", "since", "until", "sort", "exact", "code")
        kept = {"q": asked.text, **{name: getattr(asked, name) for name in names}}
        return urlencode({name: value for name, value in kept.items() if value})


class PageRef(NamedTuple):
    """A page in the database, without its text; of a Word file it is a part. ``title`` is its file's."""

    pk: int
    attachment_id: int
    number: int
    is_word: bool
    title: str


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page of a report, or a part of a Word file, that holds what was searched, with its passage."""

    attachment_id: int
    number: int
    is_word: bool
    title: str
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class Group:
    """A notice with its best pages; ``more`` says how many further pages were found, ``more_parts`` how many of them
    are parts of Word files, ``several_files`` that all those found stand in more than one file."""

    row: NoticeRow
    passage: Passage | None
    hits: tuple[PageHit, ...]
    more: int
    more_parts: int
    several_files: bool


class Unread(NamedTuple):
    """What cannot be searched: pages without text or not reached, and files that were not read to their end.

    ``parts`` says how many of the pages are parts of Word files.
    """

    pages: int
    parts: int
    files: int


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """One page of groups and the counts over all of them; ``parts`` says how many of ``pages`` are parts of Word files.

    ``answered`` is false while there is no index that could say that nothing is found. ``best`` are the primary keys of the
    best pages of the best notices, and ``listing`` pages through notices, within one notice through its pages.
    """

    groups: tuple[Group, ...]
    answered: bool
    listing: ListPage[Any]
    notices: int
    pages: int
    parts: int
    unread: Unread
    understood: ParsedQuery
    facets: dict[str, list[Choice]]
    notes: tuple[str | Promise, ...]
    best: tuple[int, ...]
    unavailable: bool = False


def search(request: SearchRequest, *, now: datetime) -> SearchResponse:
    """Search notices and report pages; a notice stands where its better hit stands.

    When the engine does not answer, the response says so, and not that there is nothing. Hits are resolved through the
    database, so nothing unpublished is shown even when the index is behind.
    """
    understood = parse(request.text, synonyms=not request.exact)
    unavailable = False
    try:
        found = find(understood.query, code=request.code)
    except SearchUnavailableError as error:
        logger.error("The search engine does not answer: %s", error)
        unavailable, found, understood = True, Found((), defaultdict(list)), replace(understood, query=None)
    facts = facts_of(found.order, today=timezone.localdate(now))
    order = _narrowed(request, found, facts)
    hindered = UNAVAILABLE if unavailable else words_for_all()
    notes = (
        *([hindered] if hindered else []),
        *request.notes,
        *understood.notes,
        *([MANY_FOUND] if found.capped else []),
    )
    pages = [page for pk in order for page in found.pages[pk]]
    unread = unread_in(_notices_to_count(request, order))
    facets = choices(facts.values(), request.narrowing)
    listing: ListPage[Any]
    if request.code:
        listing, groups = _within_notice(request, found, order, understood.clauses, now)
    else:
        listing, groups = _over_notices(request, found, order, understood.clauses, now)
    best = tuple(page.pk for pk in order[:BEST_NOTICES] for page in found.pages.get(pk, [])[:BEST_PAGES])
    answered, count = not unavailable and answers(), len(order)
    return SearchResponse(
        groups,
        answered,
        listing,
        count,
        len(pages),
        _parts(pages),
        unread,
        understood,
        facets,
        notes,
        best,
        unavailable,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Public pages by their notice, and the notices in the order of their better hit."""

    order: tuple[int, ...]
    pages: dict[int, list[PageRef]]
    capped: bool = False


def find(query: SearchQuery | None, *, code: str = "") -> Found:
    """Ask the index, in all public notices or in the reports of one; may raise SearchUnavailableError."""
    if query is None:
        return Found((), defaultdict(list))
    backend = get_search_backend()
    pages = PageText.objects.all()
    if code:
        attachments = NoticePage.objects.filter(record__code=code).values_list("attachments__pk", flat=True)
        pages = pages.filter(attachment_id__in=[pk for pk in attachments if pk])
    # Texts are fetched of what is shown only: hundreds of them cost more than the search.
    ranked = [hit.pk for hit in backend.search(query, pages.only("pk"))[:MAX_PAGES]]
    by_notice = _by_notice(ranked)
    notices: list[int] = []
    if not code:
        live = NoticePage.objects.filter(live=True).only("pk")
        notices = [notice.pk for notice in backend.search(query, live)[:MAX_NOTICES]]
    capped = len(ranked) == MAX_PAGES or len(notices) == MAX_NOTICES
    return Found(tuple(dict.fromkeys([*notices, *by_notice])), by_notice, capped)


def _by_notice(ranked: list[int]) -> dict[int, list[PageRef]]:
    public = PageText.objects.filter(public_pages(), pk__in=ranked).order_by()
    rows = {
        row[0]: row
        for row in public.values_list(
            "pk",
            "attachment__notice_id",
            "attachment_id",
            "number",
            "attachment__content_type",
            "attachment__title",
        )
    }
    found: dict[int, list[PageRef]] = defaultdict(list)
    for pk in ranked:
        if pk in rows:
            _pk, notice, attachment, number, content_type, title = rows[pk]
            found[notice].append(PageRef(pk, attachment, number, content_type == DOCX_TYPE, title))
    return found


def _narrowed(request: SearchRequest, found: Found, facts: dict[int, NoticeFacts]) -> list[int]:
    narrowing = request.narrowing
    order = [pk for pk in found.order if pk in facts and narrowing.keeps(facts[pk])]
    if request.ordered_by == "closing":
        order.sort(key=lambda pk: by_closing(facts[pk]))
    return order


def _over_notices(
    request: SearchRequest, found: Found, order: list[int], clauses: Sequence[Clause], now: datetime
) -> tuple[ListPage[Any], tuple[Group, ...]]:
    listing = Paginator(order, PER_PAGE).get_page(request.page)
    pages = {pk: found.pages.get(pk, []) for pk in listing}
    return listing, _groups(found, pages, clauses, now, limit=PASSAGES_PER_NOTICE)


def _within_notice(
    request: SearchRequest, found: Found, order: list[int], clauses: Sequence[Clause], now: datetime
) -> tuple[ListPage[Any], tuple[Group, ...]]:
    hits = [hit for pk in order for hit in found.pages.get(pk, [])]
    listing = Paginator(hits, PAGES_PER_PAGE).get_page(request.page)
    return listing, _groups(found, {pk: list(listing) for pk in order}, clauses, now, limit=PAGES_PER_PAGE)


def _groups(
    found: Found, pages: dict[int, list[PageRef]], clauses: Sequence[Clause], now: datetime, *, limit: int
) -> tuple[Group, ...]:
    rows = _rows(list(pages), now)
    shown = [hit.pk for hits in pages.values() for hit in hits[:limit]]
    texts = dict(PageText.objects.filter(pk__in=shown).order_by().values_list("pk", "text"))
    several = {pk for pk in pages if len({page.attachment_id for page in found.pages.get(pk, [])}) > 1}
    return tuple(
        _group(rows[pk], hits, texts, clauses, limit=limit, several_files=pk in several)
        for pk, hits in pages.items()
        if pk in rows
    )


def _rows(pks: list[int], now: datetime) -> dict[int, NoticeRow]:
    records = NoticeRecord.objects.public().filter(page_id__in=pks, page__live=True).for_lists()
    return {row.record.page_id: row for row in notice_rows(records, now=now)}


def _group(
    row: NoticeRow,
    hits: list[PageRef],
    texts: dict[int, str],
    clauses: Sequence[Clause],
    *,
    limit: int,
    several_files: bool,
) -> Group:
    shown = tuple(
        PageHit(
            hit.attachment_id, hit.number, hit.is_word, hit.title, _passage(texts.get(hit.pk, ""), clauses)
        )
        for hit in hits[:limit]
    )
    page = row.page
    wording = "\n".join(
        part for part in (page.location, page.content, page.existing_works, page.public_scope) if part
    )
    more = hits[limit:]
    return Group(row, _passage(wording, clauses), shown, len(more), _parts(more), several_files)


def _parts(pages: Sequence[PageRef]) -> int:
    return sum(page.is_word for page in pages)


def _passage(text: str, clauses: Sequence[Clause]) -> Passage | None:
    # The lines of a PDF are no lines of a passage.
    passages = highlight(unbroken(text), clauses, width=90, limit=1)
    return passages[0] if passages else None


def _notices_to_count(request: SearchRequest, order: list[int]) -> list[int]:
    """Return the notices whose pages without text are counted: those found, or the one that was searched."""
    if request.code:
        public = NoticeRecord.objects.public().filter(code=request.code, page__live=True)
        return list(public.values_list("page_id", flat=True))
    return order


def unread_in(notice_ids: Sequence[int]) -> Unread:
    """Return what of these notices' files nobody can search."""
    files = AttachmentText.objects.filter(public_pages(), attachment__notice__in=notice_ids)
    found = files.aggregate(
        pages=Sum("pages_without_text"),
        parts=Sum("pages_without_text", filter=Q(attachment__content_type=DOCX_TYPE)),
        files=Count("pk", filter=~Q(error="")),
    )
    return Unread(found["pages"] or 0, found["parts"] or 0, found["files"])


def how_many(request: SearchRequest, *, today: date) -> int:
    """Return how many public notices a search would show, within one notice how many pages; none when nobody knows."""
    try:
        found = find(parse(request.text, synonyms=not request.exact).query, code=request.code)
    except SearchUnavailableError:
        return 0
    if request.code:
        return sum(map(len, found.pages.values()))
    facts = facts_of(found.order, today=today)
    return sum(map(request.narrowing.keeps, facts.values()))
