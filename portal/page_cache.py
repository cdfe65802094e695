"""Public pages kept for visitors without account: made once a minute at most, and anew at once when what they show changes.

A page is given up when the mark of ``portal.page_changes`` moves, at local midnight, when every date on it is read anew and
windows open and close, and after a minute, when counts have moved on. Who is signed in, or is being told something,
neither gets nor fills what is kept.
"""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from portal.page_changes import CACHE, MARK, move_mark

logger = logging.getLogger(__name__)

# Seconds. How far behind a count may be.
FRESH = 60
LONGEST_QUERY = 200
# What a visitor chose for all pages: the cookie and its values, the usual one first.
CHOICES = {"portal_language": ("zh-hans", "en"), "portal_type": ("normal", "large")}
# The pages that are kept, by the names of their addresses, with the parameters that each reads.
KEPT: dict[str, frozenset[str]] = {
    "wagtail_serve": frozenset({"county", "village", "state", "page"}),
    "county_index": frozenset(),
    "county": frozenset({"village", "state", "page"}),
    "county_feed": frozenset(),
    "county_calendar": frozenset(),
    "notice_feed": frozenset(),
    "notice": frozenset(),
    "notice_calendar": frozenset(),
    "notice_version": frozenset(),
    "notice_ledger": frozenset({"page"}),
    "ledger_roots": frozenset({"page"}),
    "public_opinions": frozenset({"topic", "page"}),
    "meeting": frozenset(),
    "report_page": frozenset(),
    "report_text": frozenset(),
    "privacy": frozenset(),
    "sitemap_index": frozenset(),
    "sitemap_section": frozenset({"p"}),
}
_PARAMETERS = frozenset().union(*KEPT.values())
# What WeChat adds to an address that is passed on; no page reads it.
_ADDED = frozenset({"from", "isappinstalled", "scene", "clicktime", "enterid"})
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """An answer as it is kept; ``body`` is compressed."""

    mark: str
    until: float  # seconds since the epoch
    headers: dict[str, str]
    body: bytes

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or that the visitor has it already."""
        body, headers = self.body, dict(self.headers)
        # Nothing secret stands on these pages, so that their length tells nothing (BREACH).
        if _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        headers["Content-Length"] = str(len(body))
        response = HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)
        changed = parse_http_date_safe(headers.get("Last-Modified", ""))
        etag = headers["ETag"]
        return (
            get_conditional_response(request, etag=etag, last_modified=changed, response=response) or response
        )


class PageCache:
    """Answers with kept pages, before sessions and everything else that costs; keeps those that may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the kept page; else make it, and keep it."""
        key = _key_of(request)
        if key is None:
            return self.get_response(request)
        now = timezone.now()
        # Before the page is made: what is committed meanwhile makes it old, whether it got into it or not.
        mark, page = _stored(key)
        if page is not None and page.mark == mark and now.timestamp() < page.until:
            return page.answer(request)
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not _may_be_kept(request, response):
            return response
        page = _kept(response, mark=mark, until=_valid_until(now))
        if mark:
            _store(key, page)
        return page.answer(request)


def _stored(key: str) -> tuple[str, KeptPage | None]:
    """Return the mark of today's pages and the page kept; neither, when the cache does not answer: reading goes on."""
    try:
        found = caches[CACHE].get_many([MARK, key])
        return found.get(MARK) or move_mark(), found.get(key)
    except Exception:  # each client has errors of its own
        logger.exception("The cache of pages does not answer")
        return "", None


def _store(key: str, page: KeptPage) -> None:
    try:
        caches[CACHE].set(key, page, FRESH)
    except Exception:
        logger.exception("A page could not be kept")


def _key_of(request: HttpRequest) -> str | None:
    """Return what names the page for this visitor, None when it is not to be kept."""
    if request.method not in ("GET", "HEAD") or not {
        settings.SESSION_COOKIE_NAME,
        CookieStorage.cookie_name,
    }.isdisjoint(request.COOKIES):
        return None
    query = ""
    if sent := request.META.get("QUERY_STRING", ""):
        if len(sent) > LONGEST_QUERY:
            return None
        # WSGI hands the bytes over as Latin-1; some programs send Chinese as it is.
        typed = sent.encode("latin-1", "replace").decode("utf-8", "replace")
        pairs = [pair for pair in parse_qsl(typed, keep_blank_values=True) if pair[0] not in _ADDED]
        if not _PARAMETERS.issuperset(name for name, _value in pairs):
            return None
        # The page is made from what names it, so that nothing else of one visitor's address gets to the others.
        request.META["QUERY_STRING"] = query = urlencode(sorted(pairs))
    choices = [_chosen(request, name) for name in CHOICES]
    parts = (request.scheme or "", request.get_host(), request.path, query, *choices)
    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _chosen(request: HttpRequest, name: str) -> str:
    value = request.COOKIES.get(name)
    return value if value in CHOICES[name] else CHOICES[name][0]


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer is one of the kept pages, found, and made for anybody."""
    match = request.resolver_match
    read = KEPT.get(match.view_name) if match else None
    return (
        read is not None
        and request.method == "GET"
        and response.status_code == 200
        and not response.cookies
        and read.issuperset(request.GET)
        # A form with a token of its visitor would carry it to everybody else.
        and CHOICES.keys() >= request.COOKIES.keys()
    )


def _kept(response: HttpResponse, *, mark: str, until: datetime) -> KeptPage:
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ("Cookie", "Accept-Encoding"))
    # Weak: the same page goes out compressed and not.
    response.headers["ETag"] = f'W/"{sha256(response.content).hexdigest()[:32]}"'
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return KeptPage(mark, until.timestamp(), headers, gzip.compress(response.content, 6, mtime=0))


def _valid_until(now: datetime) -> datetime:
    """Return until when a page made now is right: a minute, or less at the end of the day."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(now + timedelta(seconds=FRESH), midnight)
