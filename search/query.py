"""From what somebody typed to notices and report pages, merged and grouped by notice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from notices.models import NoticeRecord
from notices.selectors import NoticeRow, notice_rows
from search.analysis import Clause, Passage, highlight, unbroken
from search.backends.errors import SearchUnavailableError
from search.finding import Found, find
from search.index_condition import answers, words_for_all
from search.language import ParsedQuery, one_line, parse
from search.models import PageText, public_pages
from search.narrowing import (
    FACETS,
    SORTS,
    Choice,
    Narrowing,
    NoticeFacts,
    as_industry,
    by_closing,
    choices,
    known,
    read_day,
)
from search.standing import Standing, Unread, standing

MAX_QUERY = 100
MAX_VALUE = 200
PASSAGES_PER_NOTICE = 3
# What is looked at for related words: of many notices, or one long report alone would say what goes together.
BEST_NOTICES = 20
BEST_PAGES = 10
PER_PAGE = 10
PAGES_PER_PAGE = 20

# What a row, its passage and the JSON say; reading the other hundred columns costs more than finding the notices.
RECORD = ("code", "stage", "demo", "historical", "provisional", "accepts_late", "published_at")
DAYS = ("published_on", "inferred_published_on", "planned_on", "first_day", "last_day")
WORDING = ("location", "content", "existing_works", "public_scope")
SHOWN = (
    *RECORD,
    *DAYS,
    *(f"page__{name}" for name in ("kind", "project_name", "proponent_name", "project__id", *WORDING)),
)

TOO_LONG = _("搜索的内容太长，只用了前 100 个字。")
ODD_DAY = _("日期没有看懂，请写成 2026-03-31 的样子。")
ODD_ORDER = _("起始日期晚于截止日期，已对调。")
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
        text = one_line(query.get("q", ""))
        values = {
            name: one_line(query.get(name, ""))[:MAX_VALUE]
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
        chosen = {name: getattr(self, name) for name in FACETS} | {"industry": as_industry(self.industry)}
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
    public = standing(timezone.localdate(now))
    try:
        found = find(understood.query, public, code=request.code)
    except SearchUnavailableError as error:
        logger.error("The search engine does not answer: %s", error)
        return _answer(request, replace(understood, query=None), Found(), public, now, unavailable=True)
    return _answer(request, understood, found, public, now)


def _answer(
    request: SearchRequest,
    understood: ParsedQuery,
    found: Found,
    public: Standing,
    now: datetime,
    *,
    unavailable: bool = False,
) -> SearchResponse:
    facts = public.facts_of(found.order)
    order = _narrowed(request, found, facts)
    if request.code:
        listing, best, shown = _within_notice(request, found, order)
    else:
        listing, best, shown = _over_notices(request, found, order)
    hindered = UNAVAILABLE if unavailable else words_for_all()
    return SearchResponse(
        groups=_groups(found, shown, understood.clauses, _rows(list(shown), public, now)),
        answered=not unavailable and answers(),
        listing=listing,
        notices=len(order),
        pages=sum(map(found.pages, order)),
        parts=sum(map(found.parts, order)),
        unread=public.unread_in(_notices_to_count(request, order)),
        understood=understood,
        facets=choices(facts.values(), request.narrowing),
        notes=(*([hindered] if hindered else []), *request.notes, *understood.notes),
        best=best,
        unavailable=unavailable,
    )


def _narrowed(request: SearchRequest, found: Found, facts: dict[int, NoticeFacts]) -> list[int]:
    narrowing = request.narrowing
    order = [pk for pk in found.order if pk in facts and narrowing.keeps(facts[pk])]
    if request.ordered_by == "closing":
        order.sort(key=lambda pk: by_closing(facts[pk]))
    return order


Listed = tuple[ListPage[Any], tuple[int, ...], dict[int, list[int]]]


def _over_notices(request: SearchRequest, found: Found, order: list[int]) -> Listed:
    listing = Paginator(order, PER_PAGE).get_page(request.page)
    # What goes together is said on the first page only.
    telling = order[:BEST_NOTICES] if listing.number == 1 else []
    best = found.best_pages(list(dict.fromkeys([*listing, *telling])), BEST_PAGES)
    shown = {pk: best[pk][:PASSAGES_PER_NOTICE] if pk in best else [] for pk in listing}
    telling_pages = tuple(page for pk in telling for page in best.get(pk, ()))
    return listing, telling_pages, shown


def _within_notice(request: SearchRequest, found: Found, order: list[int]) -> Listed:
    listing = Paginator(found.results if order else [], PAGES_PER_PAGE).get_page(request.page)
    best = found.best_pages(order, BEST_PAGES) if listing.number == 1 else {}
    shown = {pk: [page.pk for page in listing] for pk in order}
    return listing, tuple(chain.from_iterable(best.values())), shown


def _groups(
    found: Found, shown: dict[int, list[int]], clauses: Sequence[Clause], rows: dict[int, NoticeRow]
) -> tuple[Group, ...]:
    keys = list(chain.from_iterable(shown.values()))
    # Texts are fetched of what is shown only: hundreds of them cost more than the search.
    texts = {page.pk: page for page in PageText.objects.filter(public_pages(), pk__in=keys).order_by()}
    return tuple(
        _group(rows[pk], [texts[key] for key in pages if key in texts], found, clauses)
        for pk, pages in shown.items()
        if pk in rows
    )


def _rows(pks: list[int], public: Standing, now: datetime) -> dict[int, NoticeRow]:
    language = get_language() or ""
    rows = {pk: row for pk in pks if (row := public.rows.get((language, pk)))}
    if new := [pk for pk in pks if pk not in rows]:
        records = NoticeRecord.objects.public().filter(page_id__in=new, page__live=True)
        read = notice_rows(records.for_lists().only(*SHOWN), now=now)
        rows |= {row.record.page_id: row for row in read}
        public.keep(language, rows)
    return rows


def _group(row: NoticeRow, pages: list[PageText], found: Found, clauses: Sequence[Clause]) -> Group:
    notice = row.page
    files = {file.attachment_id: file for file in found.files.get(notice.pk, ())}
    hits = tuple(
        PageHit(page.attachment_id, page.number, file.is_word, file.title, _passage(page.text, clauses))
        for page in pages
        if (file := files.get(page.attachment_id))
    )
    wording = "\n".join(part for name in WORDING if (part := getattr(notice, name)))
    return Group(
        row,
        _passage(wording, clauses),
        hits,
        max(0, found.pages(notice.pk) - len(hits)),
        max(0, found.parts(notice.pk) - sum(hit.is_word for hit in hits)),
        several_files=len(files) > 1,
    )


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


def how_many(request: SearchRequest, *, today: date) -> int:
    """Return how many public notices a search would show, within one notice how many pages; none when nobody knows."""
    public = standing(today)
    try:
        found = find(parse(request.text, synonyms=not request.exact).query, public, code=request.code)
    except SearchUnavailableError:
        return 0
    if request.code:
        return sum(map(found.pages, found.files))
    return sum(map(request.narrowing.keeps, public.facts_of(found.order).values()))
