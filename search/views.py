"""Public search and the reader for report pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notices.calendars import current_calendar
from notices.models import Attachment, NoticeRecord
from notices.permissions import can_read_file
from notices.public_lists import county_choices
from notices.selectors import status_of
from notices.statutory.facts import NoticeKind
from search.analysis import mark
from search.corrections import corrections_for
from search.extraction import RenderingError, image_type
from search.hints import hints_for
from search.language import one_line, parse
from search.models import AttachmentText, PageText
from search.narrowing import FACETS, Choice, label
from search.page_images import RETRY_AFTER, BusyError, page_image, picture_version
from search.query import MAX_QUERY, SearchRequest, SearchResponse, search
from search.related import related_searches

LABELS = {
    "county": gettext_lazy("县（市、区）"),
    "state": gettext_lazy("状态"),
    "kind": gettext_lazy("公示类别"),
    "year": gettext_lazy("公开年份"),
    "industry": gettext_lazy("行业"),
}


def search_view(request: HttpRequest) -> HttpResponse:
    """Show the results of a search; anything typed gives results or a plain word."""
    asked = SearchRequest.from_query(request.GET)
    now = timezone.now()
    response = search(asked, now=now)
    context = {
        "asked": asked,
        "response": response,
        "filters": _filters(asked, response),
        "notice": _notice(asked.code) if asked.code else None,
        "query": asked.query_string() + "&",
        "exact_query": asked.query_string(exact="1"),
        "similar_query": asked.query_string(exact=""),
        "unfiltered_query": SearchRequest(text=asked.text, exact=asked.exact).query_string(),
        "meant": corrections_for(asked, response, now=now),
        "hints": hints_for(asked, response, now=now),
        "related": related_searches(asked, response),
    }
    return TemplateResponse(request, "search/search.html", context)


def _notice(code: str) -> NoticeRecord | None:
    return NoticeRecord.objects.public().select_related("page").filter(code=code).first()


def _filters(asked: SearchRequest, response: SearchResponse) -> list[tuple[str, Any, list[Choice]]]:
    """Return name, label and choices of each filter that has any; before a search those that need no counts."""
    facets = response.facets
    if response.understood.query is None:
        chosen = asked.narrowing.chosen
        known = {
            "county": county_choices(),
            "state": [(state, label("state", state)) for state in ("open", "closed")],
            "kind": [(kind.value, label("kind", kind.value)) for kind in NoticeKind],
        }
        facets = {
            name: [Choice(value, words, None, value == chosen.get(name)) for value, words in pairs]
            for name, pairs in known.items()
        }
    return [(name, LABELS[name], facets[name]) for name in FACETS if facets.get(name)]


def _attachment(request: HttpRequest, code: str, pk: int) -> Attachment:
    attachment = get_object_or_404(
        Attachment.objects.select_related("notice__record"), pk=pk, notice__record__code=code
    )
    if not can_read_file(request.user, attachment):
        raise Http404
    return attachment


def _page_count(attachment: Attachment, extracted: AttachmentText | None) -> int:
    """Return how many pages can be turned to: of a Word file its parts, one page that says so while none are known."""
    if attachment.is_word:
        return max(1, extracted.page_count if extracted else 0)
    return attachment.pages or 0 if attachment.is_readable else 0


def report_page(
    request: HttpRequest, code: str, pk: int, number: int, text_only: bool = False
) -> HttpResponse:
    """Show one page of a report as a picture and as text, or for slow lines as text only, the words searched for marked."""
    attachment = _attachment(request, code, pk)
    extracted = AttachmentText.objects.filter(attachment=attachment).first()
    total = _page_count(attachment, extracted)
    if not 1 <= number <= total:
        raise Http404
    text = PageText.objects.filter(attachment=attachment, number=number).first()
    query = one_line(request.GET.get("q", ""))[:MAX_QUERY]
    exact = "1" if request.GET.get("exact") else ""
    clauses = parse(query, synonyms=not exact).clauses
    record = attachment.notice.record
    status = status_of(record, now=timezone.now(), calendar=current_calendar())
    kept = {name: value for name, value in (("q", query), ("exact", exact)) if value}
    context = {
        "attachment": attachment,
        "record": record,
        "can_cite": status.can_comment and not attachment.is_outdated,
        "demo": record.demo,
        "number": number,
        "total": total,
        "picture_version": picture_version(attachment),
        "text_only": text_only,
        "view": "report_text" if text_only else "report_page",
        "segments": mark(text.text, clauses) if text else (),
        "extracted": extracted,
        "q": query,
        "query": f"?{urlencode(kept)}" if kept else "",
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < total else None,
    }
    return TemplateResponse(request, "search/report_page.html", context)


@require_safe
def report_image(request: HttpRequest, code: str, pk: int, number: int) -> HttpResponse:
    """Send the picture of a page; under the address that names the file's hash it never changes."""
    attachment = _attachment(request, code, pk)
    if attachment.is_word or not 1 <= number <= _page_count(attachment, None):
        raise Http404
    version = picture_version(attachment)
    etag = f'"{version}-{number}"'
    response = HttpResponse(headers={"ETag": etag, "Cache-Control": _caching(request, attachment, version)})
    unchanged = get_conditional_response(request, etag=etag, response=response)
    if unchanged is not None and unchanged is not response:
        return unchanged
    try:
        response.content = page_image(attachment, number)
    except RenderingError as error:
        return _no_picture(str(error), status=503, retry_after=RETRY_AFTER)
    except BusyError:
        return _no_picture(_("正在生成的页面图像较多，请过几秒钟再刷新。"), status=503, retry_after=5)
    response["Content-Type"] = image_type(response.content)
    return response


def _caching(request: HttpRequest, attachment: Attachment, version: str) -> str:
    if not attachment.is_published:
        return "private, no-store"
    if request.GET.get("v") == version:
        return "public, max-age=31536000, immutable"
    return "public, max-age=3600"


def _no_picture(words: str, *, status: int, retry_after: int) -> HttpResponse:
    headers = {"Retry-After": str(retry_after), "Cache-Control": "no-store"}
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status, headers=headers)
