"""What residents see of a meeting: its notice, changes, and the minutes."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from notices.models import Meeting, MinutesFile


def public_meeting(code: str, pk: int) -> Meeting:
    """Return an announced meeting of a notice. Raises Http404."""
    meeting = (
        Meeting.objects.select_related("notice__record")
        .filter(pk=pk, notice__record__code=code, announced_on__isnull=False)
        .first()
    )
    if meeting is None:
        raise Http404
    return meeting


def meeting_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the notice of a meeting, and afterwards its minutes."""
    meeting = public_meeting(code, pk)
    context = {
        "meeting": meeting,
        "page": meeting.notice,
        "record": meeting.notice.record,
        "demo": meeting.notice.record.demo,
        "open": meeting.takes_registrations(timezone.localdate()),
        "files": list(meeting.minutes_files.all()),
    }
    return TemplateResponse(request, "notices/meeting.html", context)


def minutes_file(request: HttpRequest, code: str, pk: int, file_pk: int, name: str) -> FileResponse:
    """Send a file of the minutes to anybody, never as a page that could run."""
    meeting = public_meeting(code, pk)
    file = get_object_or_404(MinutesFile, pk=file_pk, meeting=meeting)
    response = FileResponse(file.file.open("rb"), filename=file.file_name, content_type=file.content_type)
    if file.content_type != "application/pdf":
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["ETag"] = f'"{file.sha256}"'
    return response
