"""Printed documents for everybody: archives and the opinion form."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from notices.archive.models import ArchiveFile, ArchiveKind
from notices.archive.opinion_forms import blank_form, blank_form_docx, has_blank_form
from notices.archive.refusals import DocumentRefusedError, why_no_form
from notices.archive.responses import FAILURES, PDF, file_response, message, record_by_code
from notices.models import NoticeRecord
from notices.permissions import can_edit_notice
from notices.printing import part_versions
from notices.printing.word import DOCX_TYPE

FORM_KEPT_SECONDS = 24 * 60 * 60


def archive_file(
    request: HttpRequest, code: str, version: int, kind: ArchiveKind = ArchiveKind.NOTICE
) -> HttpResponseBase:
    """Send a frozen notice or a closing certificate to anybody."""
    row = get_object_or_404(
        ArchiveFile.objects.select_related("notice__record"),
        notice__record__code=code,
        kind=kind,
        version=version,
    )
    record = row.notice.record
    try:
        handle = row.file.open("rb")
    except FileNotFoundError:
        text = _("存档文件暂时读不到，请稍后再试，或者联系平台管理员。")
        return message(request, record, text, status=503)
    response = FileResponse(handle, content_type=PDF, filename=f"{kind.label}-{code}-第{version}版.pdf")
    response["ETag"] = f'"{row.sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    if record.historical:
        response["X-Robots-Tag"] = "noindex"
    return response


def blank_form_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send the official opinion form as PDF to anybody, before publication to those who prepare the notice."""
    record = _record_with_form(request, code)
    try:
        content = _kept_form(record)
    except FAILURES:
        text = _("空白意见表现在不能生成，请直接在网上填写，或者按公示中写明的其他方式提出意见。")
        return message(request, record, text, status=503)
    except DocumentRefusedError as refusal:
        return message(request, record, str(refusal), status=503)
    return file_response(content, f"公众意见表-{code}.pdf", PDF)


def blank_form_word_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send the official opinion form as a Word file to anybody, before publication to those who prepare the notice."""
    record = _record_with_form(request, code)
    try:
        content = blank_form_docx(record)
    except DocumentRefusedError as refusal:
        return message(request, record, str(refusal), status=503)
    return file_response(content, f"公众意见表-{code}.docx", DOCX_TYPE, download=True)


def _record_with_form(request: HttpRequest, code: str) -> NoticeRecord:
    record = record_by_code(code)
    prepares = can_edit_notice(request.user, record.page) and not why_no_form(record)
    if not (has_blank_form(record) or prepares):
        raise Http404
    return record


def _kept_form(record: NoticeRecord) -> bytes:
    """Return the form, printed once a day at most, whoever asks how often."""
    key = _form_key(record)
    content: bytes | None = cache.get(key)
    if content is None:
        content = blank_form(record).content
        cache.set(key, content, FORM_KEPT_SECONDS)
    return content


def _form_key(record: NoticeRecord) -> str:
    revision = record.revision_id or record.approved_revision_id
    parts = (record.code, revision, settings.WAGTAILADMIN_BASE_URL, sorted(part_versions().items()))
    return f"blank_form:{sha256(repr(parts).encode()).hexdigest()}"
