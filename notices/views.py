"""Files of a notice."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from notices.models import Attachment
from notices.permissions import can_read_file


def attachment_file(request: HttpRequest, code: str, pk: int, name: str) -> FileResponse:
    """Send an attachment: of a published version to anybody, of a draft or a correction to those who may see it.

    Under the type told from its content, never the one that was claimed, and never sniffed, so that an uploaded file
    cannot run as a page of ours. A sandbox goes with everything but PDF: browsers refuse to show a sandboxed PDF.
    """
    attachment = get_object_or_404(
        Attachment.objects.select_related("notice__record"), pk=pk, notice__record__code=code
    )
    if not can_read_file(request.user, attachment):
        raise Http404
    is_pdf = attachment.content_type == "application/pdf"
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=not is_pdf and not attachment.content_type.startswith("image/"),
        filename=attachment.file_name,
        content_type=attachment.content_type,
    )
    if not is_pdf:
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if attachment.notice.record.historical or attachment.is_outdated:
        response["X-Robots-Tag"] = "noindex"
    response["ETag"] = f'"{attachment.sha256}"'
    return response
