"""The page behind the companion sheet's QR code: photos of one posting, sent from a telephone without an account.

The signed address takes the place of session and CSRF cookie, which WeChat's browser may refuse.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notices.evidence_forms import PHOTO_TYPES
from notices.evidence_services import PreparedFile, add_photos_by_qr, prepare_file
from notices.forms import MultipleFileField, MultipleFileInput
from notices.models import PhotoMoment, SitePosting
from notices.posting_uploads import MOST_PHOTOS, posting_for, takes_photos
from notices.throttling import (
    LONGEST_WAIT,
    MINUTE,
    client_address,
    count_up,
    counter_key,
    wait_on_the_spot,
)

FREE_UPLOADS_A_MINUTE = 20
MOST_AT_ONCE = 9  # as many as WeChat lets a person choose
MOST_BYTES = 200 * 1024 * 1024  # of one request

pause: Callable[[float], None] = time.sleep


class PhotoForm(forms.Form):
    """Photos of one posting and when they were taken."""

    moment = forms.ChoiceField(
        label=_("什么时候拍的"),
        choices=PhotoMoment.choices,
        widget=forms.RadioSelect,
        initial=PhotoMoment.START,
    )
    photos = MultipleFileField(
        label=_("照片"),
        allow_empty_file=True,  # refused below, by name
        help_text=_("拍下公告全文和周围环境，一次最多 9 张。"),
        widget=MultipleFileInput(attrs={"accept": PHOTO_TYPES}),
        error_messages={"required": _("请先拍照或选择照片。")},
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=200,
        help_text=_("例如公告被遮挡、破损的情况。不要写姓名、电话。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_photos(self) -> list[PreparedFile]:
        """Check and store the photos, before any transaction."""
        photos = self.cleaned_data["photos"]
        if len(photos) > MOST_AT_ONCE:
            raise ValidationError(_("一次最多传 9 张，请分几次传。"))
        prepared = [prepare_file(photo) for photo in photos]
        if any(not file.content_type.startswith("image/") for file in prepared):
            raise ValidationError(_("这里只收照片，请选择 JPG、PNG 或 HEIC 图片。"))
        return prepared


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def posting_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a posting and take its photos; a code that is not good any more says whom to ask."""
    posting = posting_for(token)
    today = timezone.localdate()
    if posting is None or not takes_photos(posting, today=today):
        return _private(TemplateResponse(request, "notices/posting_upload_closed.html", status=410))
    if request.method != "POST":
        return _private(_page(request, posting, PhotoForm(initial={"moment": _expected(posting)})))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        # Judged before a byte of it is read.
        form = PhotoForm(initial={"moment": _expected(posting)})
        return _private(_page(request, posting, form, status=413, too_large=True))
    _slow_uploads(request)
    return _private(_take(request, posting))


def _take(request: HttpRequest, posting: SitePosting) -> HttpResponse:
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, posting, form, status=422)
    data = form.cleaned_data
    try:
        new = add_photos_by_qr(
            posting=posting,
            files=data["photos"],
            moment=data["moment"],
            note=data["note"],
            now=timezone.now(),
            most=MOST_PHOTOS,
        )
    except ValidationError as error:
        form.add_error("photos", error)
        return _page(request, posting, form, status=422)
    fresh = PhotoForm(initial={"moment": data["moment"]})
    return _page(request, posting, fresh, sent=len(data["photos"]), new=new)


def _page(
    request: HttpRequest, posting: SitePosting, form: PhotoForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    there = posting.files.filter(by_qr=True).count()
    context = {
        "posting": posting,
        "page": posting.notice,
        "record": posting.notice.record,
        "demo": posting.notice.record.demo,
        "form": form,
        "there": there,
        "left": max(0, MOST_PHOTOS - there),
        **extra,
    }
    return TemplateResponse(request, "notices/posting_upload.html", context, status=status)


def _expected(posting: SitePosting) -> str:
    """Return the moment that most likely comes next."""
    if not posting.files.exists():
        return PhotoMoment.START
    last_day = posting.notice.record.last_day
    return PhotoMoment.END if last_day and timezone.localdate() > last_day else PhotoMoment.MIDDLE


def _slow_uploads(request: HttpRequest) -> None:
    count = count_up(counter_key("upload", client_address(request), MINUTE), MINUTE)
    if count > FREE_UPLOADS_A_MINUTE:
        wait_on_the_spot(min(LONGEST_WAIT, (count - FREE_UPLOADS_A_MINUTE) * 0.1), pause=pause)


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the page out of caches and search engines, and its address out of referrers."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
