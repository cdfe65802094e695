"""Uploading a file in parts, for the script of the upload page; without it the page's form sends the file at once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from notices import permissions
from notices.forms import UploadForm
from notices.models import NoticePage, Upload, UploadState
from notices.tasks import look_at_upload
from notices.upload_services import WrongOffsetError, begin_upload, receive_part


def _own_upload(request: HttpRequest, token: str) -> Upload:
    """Return an upload of this person; anybody else's does not exist for them."""
    return get_object_or_404(
        Upload.objects.select_related("notice__record"), token=token, user_id=request.user.pk
    )


def _closed(request: HttpRequest, notice: NoticePage) -> JsonResponse | None:
    """Return the refusal where this person may not change the files of the notice now."""
    if permissions.can_change_attachments(request.user, notice):
        return None
    # Wagtail would turn PermissionDenied into a page; the script reads JSON.
    return _refusal([_("您不能增减这份公示的附件，或者公示正在核对、已核对或已公开。")], status=403)


def _answer(upload: Upload, status: int = 200) -> JsonResponse:
    return JsonResponse(
        {
            "token": upload.token,
            "state": upload.state,
            "received": upload.received,
            "reasons": upload.reasons,
            "parts": reverse("notice_upload_part", args=[upload.token]),
            "finish": reverse("notice_upload_finish", args=[upload.token]),
            "status": reverse("notice_upload_status", args=[upload.token]),
        },
        status=status,
    )


def _refusal(messages: list[str], status: int = 400, **values: Any) -> JsonResponse:
    return JsonResponse({"reasons": messages, **values}, status=status)


@require_POST
def begin(request: HttpRequest, page_id: int) -> JsonResponse:
    """Begin an upload from the fields of the upload form, the file's name and size in place of the file."""
    notice = get_object_or_404(NoticePage.objects.select_related("record"), pk=page_id)
    form = UploadForm(request.POST)
    refusal = _closed(request, notice)
    if refusal is not None:
        return refusal
    if not form.is_valid():
        return _refusal([str(message) for messages in form.errors.values() for message in messages])
    try:
        return _answer(
            begin_upload(notice=notice, user=request.user, now=timezone.now(), **form.cleaned_data)
        )
    except ValidationError as error:
        return _refusal(error.messages)


@require_POST
def part(request: HttpRequest, token: str) -> JsonResponse:
    """Take the next part, the body of the request; ``offset`` in the query says where it begins."""
    upload = _own_upload(request, token)
    refusal = _closed(request, upload.notice)
    if refusal is not None:
        return refusal
    offset = request.GET.get("offset", "")
    if not offset.isdecimal():
        return _refusal([_("缺少起始位置。")])
    try:
        received = receive_part(upload=upload, offset=int(offset), body=request)  # type: ignore[arg-type]
    except WrongOffsetError as error:
        return _refusal([], status=409, received=error.received)
    except ValidationError as error:
        return _refusal(error.messages)
    return JsonResponse({"received": received})


@require_POST
def finish(request: HttpRequest, token: str) -> JsonResponse:
    """Have the whole file looked at in the background."""
    upload = _own_upload(request, token)
    refusal = _closed(request, upload.notice)
    if refusal is not None:
        return refusal
    if Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(state=UploadState.CHECKING):
        look_at_upload.enqueue(upload.pk)
    upload.refresh_from_db()
    return _answer(upload)


@require_GET
def status(request: HttpRequest, token: str) -> JsonResponse:
    """Say how much has arrived, or what became of the file."""
    return _answer(_own_upload(request, token))
