"""What the views of printed documents have in common: the file, or a page that says why there is none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from notices.models import NoticeRecord
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError

PDF = "application/pdf"
FAILURES = (PrintingUnavailable, UnprintableTextError, PrintingFaultError)


def record_by_code(code: str) -> NoticeRecord:
    """Return the register row with the revisions that hold its wording, or answer 404."""
    rows = NoticeRecord.objects.select_related("page", "revision", "approved_revision")
    return get_object_or_404(rows, code=code)


def file_response(content: bytes, name: str, content_type: str, *, download: bool = False) -> HttpResponse:
    """Return a file, shown in the browser or downloaded."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(download, name) or "attachment"
    return response


def message(
    request: HttpRequest, record: NoticeRecord, text: str, *, status: int = 200, back_url: str = ""
) -> HttpResponse:
    """Return a page that says why a document cannot be had and what to do; ``back_url`` leads to the page of materials."""
    context = {"record": record, "page": record.page, "text": text, "back_url": back_url}
    return TemplateResponse(request, "archive/message.html", context, status=status)
