"""The public search for programs: JSON, read only, the same results as the page; described in ``openapi.json``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.throttling import MINUTE, client_address, count_up, counter_key
from search.analysis import Passage
from search.corrections import corrections_for
from search.hints import Hint, hints_for
from search.query import Group, PageHit, SearchRequest, search
from search.related import related_searches
from search.suggestions import suggest

DESCRIPTION: Final = Path(__file__).with_name("openapi.json")
SEARCHES_A_MINUTE: Final = 60
# A whole village may sit behind one address, and each letter typed asks.
SUGGESTIONS_A_MINUTE: Final = 600

View = Callable[[HttpRequest], HttpResponseBase]


def _open_to_all(kind: str, *, a_minute: int) -> Callable[[View], View]:
    """Let pages of other sites read the answer, and refuse an address that asks more often than allowed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest) -> HttpResponseBase:
            key = counter_key(kind, client_address(request), MINUTE)
            if count_up(key, MINUTE) > a_minute:
                message = _("请求太多，请过一分钟再试。每分钟最多 %(limit)d 次。") % {"limit": a_minute}
                response: HttpResponseBase = JsonResponse({"error": message}, status=429)
                response["Retry-After"] = str(MINUTE)
            else:
                response = view(request)
                response["Cache-Control"] = (
                    "no-store" if response.status_code == 503 else "public, max-age=60"
                )
            response["Access-Control-Allow-Origin"] = "*"
            return response

        return require_safe(limited)

    return decorate


@_open_to_all("search_api", a_minute=SEARCHES_A_MINUTE)
def search_json(request: HttpRequest) -> HttpResponse:
    """Answer a search as JSON."""
    asked, now = SearchRequest.from_query(request.GET), timezone.now()
    found = search(asked, now=now)
    if found.unavailable:
        return JsonResponse({"error": str(found.notes[0])}, status=503)
    return JsonResponse(
        {
            "query": asked.text,
            "notes": [str(note) for note in found.notes],
            "also_searched": list(found.understood.also),
            "notices": found.notices,
            "pages": found.pages,
            "pages_without_text": found.unread.pages,
            "files_not_read": found.unread.files,
            "page": found.listing.number,
            "page_count": found.listing.paginator.num_pages,
            "facets": {
                name: [{"value": each.value, "label": each.label, "count": each.count} for each in values]
                for name, values in found.facets.items()
            },
            "corrections": _tries(corrections_for(asked, found, now=now), request),
            "hints": _tries(hints_for(asked, found, now=now), request),
            "related": [
                {"text": word, "url": _address(query, request)}
                for word, query in related_searches(asked, found)
            ],
            "results": [_result(group, request) for group in found.groups],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _tries(hints: list[Hint], request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "text": hint.label,
            "url": _address(hint.query, request),
            "count": hint.count,
            "unit": "page" if hint.within else "notice",
        }
        for hint in hints
    ]


def _address(query: str, request: HttpRequest) -> str:
    return request.build_absolute_uri(f"{reverse('search_json')}?{query}")


def _result(group: Group, request: HttpRequest) -> dict[str, Any]:
    record, page = group.row.record, group.row.page
    return {
        "code": record.code,
        "url": request.build_absolute_uri(reverse("notice", args=[record.code])),
        "project_name": page.project_name,
        "proponent_name": page.proponent_name,
        "kind": page.kind,
        "status": group.row.status.key,
        "counties": list(group.row.counties),
        "published_on": record.published_on,
        "last_day": record.last_day,
        "historical": record.historical,
        "passage": _segments(group.passage),
        "pages": [_page(hit, record.code, request) for hit in group.hits],
        "more_pages": group.more,
    }


def _page(hit: PageHit, code: str, request: HttpRequest) -> dict[str, Any]:
    address = reverse("report_page", args=[code, hit.attachment_id, hit.number])
    return {
        "number": hit.number,
        "unit": "part" if hit.is_word else "page",
        "url": request.build_absolute_uri(address),
        "passage": _segments(hit.passage),
    }


def _segments(passage: Passage | None) -> list[dict[str, Any]]:
    return [segment._asdict() for segment in passage.segments] if passage else []


@_open_to_all("search_suggest", a_minute=SUGGESTIONS_A_MINUTE)
def search_suggest(request: HttpRequest) -> HttpResponse:
    """Answer what is typed so far with suggestions."""
    suggestions = [asdict(each) for each in suggest(request.GET.get("q", ""))]
    return JsonResponse({"suggestions": suggestions}, json_dumps_params={"ensure_ascii": False})


@require_safe
def openapi(request: HttpRequest) -> FileResponse:
    """Send the description of these addresses."""
    return FileResponse(DESCRIPTION.open("rb"), content_type="application/json")
