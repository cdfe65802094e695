"""The public ledger: what it is, the entries of a notice, the daily roots, and the script that checks them offline."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from notices.ledger import verify
from notices.ledger.models import Chain, DailyRoot
from notices.ledger.selectors import chain_as_json, roots_as_lines, verdict_on
from notices.ledger_words import row_of
from notices.models import NoticeRecord
from notices.services import chain_key

PER_PAGE = 50
ROOTS_PER_PAGE = 20


def _public_chain(code: str) -> tuple[NoticeRecord, Chain]:
    record = get_object_or_404(NoticeRecord.objects.public().select_related("page"), code=code)
    return record, get_object_or_404(Chain, key=chain_key(record))


@require_safe
def notice_ledger(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the ledger of a public notice in plain words, its latest entries first; as JSON with ?format=json."""
    if request.GET.get("format") == "json":
        return ledger_json(request, code)
    record, chain = _public_chain(code)
    listing = Paginator(chain.entries.order_by("-position"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "record": record,
        "page": record.page,
        "chain": chain,
        "verdict": verdict_on(chain),
        "listing": listing,
        "rows": [row_of(entry) for entry in listing.object_list],
        "root": DailyRoot.objects.defer("heads", "token").order_by("-day").first(),
        "demo": record.demo,
    }
    response = TemplateResponse(request, "notices/ledger.html", context)
    if record.historical:
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def ledger_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the whole ledger of a public notice: every entry exactly as it is hashed."""
    record, chain = _public_chain(code)
    etag = f'"{chain.head}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304)
    response = StreamingHttpResponse(chain_as_json(chain), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="ledger-{record.code}.json"'
    return _for_everybody(response, etag)


@require_safe
def daily_roots(request: HttpRequest) -> HttpResponse:
    """Show the daily roots over all ledgers, the latest first."""
    roots = DailyRoot.objects.order_by("-day").defer("token")
    listing = Paginator(roots, ROOTS_PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"listing": listing, "stamped": bool(settings.TIMESTAMP_URL)}
    return TemplateResponse(request, "notices/ledger_roots.html", context)


@require_safe
def roots_file(request: HttpRequest) -> HttpResponseBase:
    """Send all daily roots, one line a day, for everybody to keep."""
    response = StreamingHttpResponse(roots_as_lines(), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="roots.jsonl"'
    return _for_everybody(response)


@require_safe
def root_token(request: HttpRequest, day: date) -> HttpResponse:
    """Send the time stamp of a daily root, a response of RFC 3161."""
    root = get_object_or_404(DailyRoot.objects.exclude(token=None), day=day)
    response = HttpResponse(bytes(root.token or b""), content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="{day.isoformat()}.tsr"'
    return response


@require_safe
def verify_script(request: HttpRequest) -> HttpResponseBase:
    """Send the script that checks proofs, ledgers and roots without the portal."""
    return FileResponse(
        Path(verify.__file__).open("rb"),
        as_attachment=True,
        filename="verify.py",
        content_type="text/x-python; charset=utf-8",
    )


def _for_everybody(response: StreamingHttpResponse, etag: str = "") -> StreamingHttpResponse:
    """Let other sites' pages read it too, and caches ask again each time."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    if etag:
        response["ETag"] = etag
    return response
