"""Files of a notice."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from notices.models import Attachment
from notices.permissions import can_see_notice_in_admin


def attachment_file(request: HttpRequest, code: str, pk: int, name: str) -> HttpResponse:
    """Send an attachment: of a public notice to anybody, of a draft to those who may see it.

    Always as a download of its stated type in a sandbox, so that an uploaded file can never run as a page of ours.
    """
    attachment = get_object_or_404(
        Attachment.objects.select_related("notice__record"), pk=pk, notice__record__code=code
    )
    if not attachment.notice.record.is_public and not can_see_notice_in_admin(
        request.user, attachment.notice
    ):
        raise Http404
    inline = attachment.content_type == "application/pdf" or attachment.content_type.startswith("image/")
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=not inline,
        filename=attachment.file_name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    )
    response["ETag"] = f'"{attachment.sha256}"'
    return response
