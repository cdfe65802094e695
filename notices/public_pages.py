"""What residents see of notices: a proponent's notices, the notice at its short address."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendar_words import calendar_sentence, simplification_sentence
from notices.calendars import current_calendar
from notices.content_hash import content_hash
from notices.models.records import NoticeRecord, NoticeStage
from notices.selectors import NoticeStatus, notice_rows, status_of, strip_of
from notices.statutory import divisions
from notices.versions import page_of_version, versions_of

if TYPE_CHECKING:
    from notices.models.pages import NoticePage, ProponentPage


def short_url_parts(page: NoticePage, parts: Any) -> Any:
    """Return Wagtail's (site, root, path) with the short address in place of the tree path."""
    record = getattr(page, "record", None)
    if parts is None or record is None:
        return parts
    return parts[0], parts[1], reverse("notice", args=[record.code])


def serve_proponent(page: ProponentPage, request: HttpRequest) -> HttpResponse:
    """Show one proponent's public notices."""
    records = NoticeRecord.objects.public().filter(page__path__startswith=page.path, page__live=True)
    rows = notice_rows(records.for_lists(), now=timezone.now())
    return TemplateResponse(request, page.template, {"page": page, "rows": rows})


def serve_notice(page: NoticePage, request: HttpRequest) -> HttpResponse:
    """Show a notice; its tree address leads on to the short one."""
    short = reverse("notice", args=[page.record.code])
    if request.path != short:
        return HttpResponsePermanentRedirect(short)
    return render_notice(page, request)


def notice_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Answer /n/CODE/: the notice, or for an approved one when it opens."""
    record = NoticeRecord.objects.for_lists().filter(code=code).first()
    if record is None or record.stage == NoticeStage.DRAFT:
        raise Http404
    page = record.page
    page.record = record
    if record.stage == NoticeStage.APPROVED:
        return TemplateResponse(request, "notices/upcoming.html", {"page": page, "record": record})
    return serve_notice(page, request)


def notice_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Answer /n/CODE/v/N/: an earlier version as it was, marked as such; the present one has the short address."""
    record = get_object_or_404(NoticeRecord.objects.public().select_related("page"), code=code)
    versions = versions_of(record)
    if number == record.version:
        return redirect("notice", code=code)
    version = next((row for row in versions if row.number == number), None)
    if version is None:
        raise Http404
    page = page_of_version(record, version)
    context = notice_context(page, now=timezone.now())
    context.update(
        old_version=version,
        current_version=record.version,
        status=NoticeStatus("superseded", _("第 %(number)s 版，已更正") % {"number": number}),
        strip=None,
        changes=[],
        meetings=[],
        demo=record.demo,
    )
    response = TemplateResponse(request, page.template, context)
    response["X-Robots-Tag"] = "noindex"
    return response


def render_notice(page: NoticePage, request: HttpRequest, *, preview: bool = False) -> HttpResponse:
    """Render the notice page with its context."""
    if preview and page.pk and (correction := page.record.correction_being_edited):
        page.files_version = correction.base_version + 1
    context = notice_context(page, now=timezone.now())
    record = context["record"]
    context.update(preview=preview, demo=record.demo)
    if not preview and record.last_day and not record.historical:
        context["calendar_url"] = reverse("notice_calendar", args=[record.code])
    response = TemplateResponse(request, page.template, context)
    if record.historical:
        response["X-Robots-Tag"] = "noindex"
    return response


def notice_context(page: NoticePage, *, now: datetime) -> dict[str, Any]:
    """Return what the notice page, its archive and its preview show."""
    record = page.record
    calendar, today = current_calendar(), timezone.localdate(now)
    attachments = list(page.files()) if page.pk else []
    return {
        "page": page,
        "content_hash": content_hash(page, attachments),
        "record": record,
        "status": status_of(record, now=now, calendar=calendar),
        "strip": strip_of(record, today=today, calendar=calendar),
        "attachments": attachments,
        "paper_places": list(page.paper_places.all()),
        "places": list(page.places.all()),
        "ways": list(page.ways.all()),
        "summary_points": list(page.summary_points.all()),
        "calendar_words": calendar_sentence(record, calendar=calendar),
        "simplification": simplification_sentence(page),
        "changes": list(record.changes.all()),
        "meetings": list(page.meetings.filter(announced_on__isnull=False)) if page.pk else [],
        "replaced": list(record.supersedes.select_related("page")),
        "unseen": record.unseen,
        "county": divisions.label(page.division_code) if page.division_code else "",
    }
