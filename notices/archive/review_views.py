"""The review checklist for those who review: officers of the division and operators."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from notices.archive.responses import file_response
from notices.archive.review_sheet import review_sheet
from notices.models import NoticeRecord, NoticeStage
from notices.permissions import is_officer, is_operator, visible_records
from notices.printing.word import DOCX_TYPE


@require_safe
def review_sheet_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the checklist as a Word file."""
    if not (is_operator(request.user) or is_officer(request.user)):
        raise PermissionDenied
    records = visible_records(NoticeRecord.objects.exclude(stage=NoticeStage.DRAFT), request.user)
    record = get_object_or_404(records.select_related("page__project__approval_authority"), pk=pk)
    response = file_response(
        review_sheet(record, now=timezone.now()),
        f"公众参与审查表-{record.code}.docx",
        DOCX_TYPE,
        download=True,
    )
    response["Cache-Control"] = "private, no-store"
    return response
