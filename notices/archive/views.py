"""Printed documents over the web."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from notices.archive.documents import DocumentRefusedError, blank_form, has_blank_form, poster
from notices.archive.models import ArchiveFile, ArchiveKind
from notices.models import NoticeRecord
from notices.permissions import can_edit_notice
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError, part_versions

FORM_KEPT_SECONDS = 24 * 60 * 60
PDF = "application/pdf"
_FAILURES = (PrintingUnavailable, UnprintableTextError, PrintingFaultError)


def archive_file(request: HttpRequest, code: str, version: int) -> HttpResponseBase:
    """Send a frozen notice to anybody."""
    row = get_object_or_404(
        ArchiveFile.objects.select_related("notice__record"),
        notice__record__code=code,
        kind=ArchiveKind.NOTICE,
        version=version,
    )
    record = row.notice.record
    try:
        handle = row.file.open("rb")
    except FileNotFoundError:
        return _message(
            request, record, _("存档文件暂时读不到，请稍后再试，或者联系平台管理员。"), status=503
        )
    response = FileResponse(handle, content_type=PDF, filename=f"公示存档-{code}-第{version}版.pdf")
    response["ETag"] = f'"{row.sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    if record.historical:
        response["X-Robots-Tag"] = "noindex"
    return response


def poster_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send the poster to those who prepare the notice; before approval say when there will be one."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    record = _record(code)
    if not can_edit_notice(request.user, record.page):
        raise Http404
    try:
        content = poster(record).content
    except DocumentRefusedError as refusal:
        return _message(request, record, str(refusal))
    except _FAILURES as error:
        return _message(request, record, _("海报现在不能生成。%(reason)s") % {"reason": error}, status=503)
    response = _pdf(content, f"海报-{code}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def blank_form_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send the official opinion form, with the project filled in, to anybody."""
    record = _record(code)
    if not has_blank_form(record):
        raise Http404
    try:
        content = _kept_form(record)
    except _FAILURES:
        text = _("空白意见表现在不能生成，请直接在网上填写，或者按公示中写明的其他方式提出意见。")
        return _message(request, record, text, status=503)
    return _pdf(content, f"公众意见表-{code}.pdf")


def _record(code: str) -> NoticeRecord:
    rows = NoticeRecord.objects.select_related("page", "revision", "approved_revision")
    return get_object_or_404(rows, code=code)


def _kept_form(record: NoticeRecord) -> bytes:
    """Return the form, printed once a day at most, whoever asks how often."""
    key = _form_key(record)
    content: bytes | None = cache.get(key)
    if content is None:
        content = blank_form(record).content
        cache.set(key, content, FORM_KEPT_SECONDS)
    return content


def _form_key(record: NoticeRecord) -> str:
    parts = (record.code, record.revision_id, settings.WAGTAILADMIN_BASE_URL, sorted(part_versions().items()))
    return f"blank_form:{sha256(repr(parts).encode()).hexdigest()}"


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=PDF)
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response


def _message(request: HttpRequest, record: NoticeRecord, text: str, *, status: int = 200) -> HttpResponse:
    context = {"record": record, "page": record.page, "text": text}
    return TemplateResponse(request, "archive/message.html", context, status=status)
