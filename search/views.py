"""Public search and the reader for report pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from notices.models import Attachment, NoticeRecord
from notices.permissions import can_read_file
from notices.public_pages import county_choices
from search.analysis import mark
from search.extraction import RenderingError, image_type
from search.models import AttachmentText, PageText
from search.page_images import page_image
from search.query import SearchRequest, search


def search_view(request: HttpRequest) -> HttpResponse:
    """Show the results of a search; anything typed gives results or a plain word."""
    asked = SearchRequest.from_query(request.GET)
    response = search(asked, now=timezone.now())
    kept = {"q": asked.text, "county": asked.county, "state": asked.state, "code": asked.code}
    context = {
        "asked": asked,
        "response": response,
        "counties": county_choices(),
        "notice": NoticeRecord.objects.public().select_related("page").filter(code=asked.code).first(),
        "query": urlencode({name: value for name, value in kept.items() if value}) + "&",
    }
    return TemplateResponse(request, "search/search.html", context)


def _readable_attachment(request: HttpRequest, code: str, pk: int, number: int) -> Attachment:
    attachment = get_object_or_404(
        Attachment.objects.select_related("notice__record"), pk=pk, notice__record__code=code
    )
    if not can_read_file(request.user, attachment):
        raise Http404
    if attachment.content_type != "application/pdf" or not 1 <= number <= (attachment.pages or 0):
        raise Http404
    return attachment


def report_page(request: HttpRequest, code: str, pk: int, number: int) -> HttpResponse:
    """Show one page of a report as a picture and as text, with the words searched for marked."""
    attachment = _readable_attachment(request, code, pk, number)
    text = PageText.objects.filter(attachment=attachment, number=number).first()
    query = " ".join(request.GET.get("q", "").split())[:100]
    context = {
        "attachment": attachment,
        "record": attachment.notice.record,
        "demo": attachment.notice.record.demo,
        "number": number,
        "segments": mark(text.text, query) if text else (),
        "extracted": AttachmentText.objects.filter(attachment=attachment).first(),
        "q": query,
        "query": f"?{urlencode({'q': query})}" if query else "",
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < (attachment.pages or 0) else None,
    }
    return TemplateResponse(request, "search/report_page.html", context)


def report_image(request: HttpRequest, code: str, pk: int, number: int) -> HttpResponse:
    """Send the picture of a page."""
    attachment = _readable_attachment(request, code, pk, number)
    try:
        picture = page_image(attachment, number)
    except RenderingError as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=503)
    response = HttpResponse(picture, content_type=image_type(picture))
    response["Cache-Control"] = "public, max-age=86400" if attachment.is_published else "private, no-store"
    return response
