"""The volumes of a notice in the admin: what there is, bringing them up to date, taking one with a purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.archive.responses import PDF
from notices.archive.volumes.background import NAME, latest_job
from notices.archive.volumes.handing import hand_out
from notices.archive.volumes.selectors import in_force, volume_states
from notices.exports.jobs import request_job
from notices.exports.services import profile_for
from notices.form_errors import show_refusal
from notices.models import NoticeRecord
from notices.opinions.permissions import bases_for
from notices.printing import PrintingUnavailable, missing_parts

REFRESH_SECONDS = 3


class PurposeForm(forms.Form):
    """What a volume is taken for."""

    purpose = forms.CharField(
        label=gettext_lazy("下载用途"),
        max_length=200,
        help_text=gettext_lazy("例如：存档、审查公众参与说明。用途会留存备查。"),
        error_messages={"required": gettext_lazy("请写明下载用途。")},
    )


def volumes_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the volumes; on POST have them brought up to date, or send one."""
    records = NoticeRecord.objects.select_related("page").filter(published_at__isnull=False)
    record = get_object_or_404(records, pk=pk)
    profile_for(request.user, record.page)
    if request.method == "POST" and "make" in request.POST:
        request_job(kind=NAME, user=request.user, parameters={"record": record.pk}, now=timezone.now())
        return redirect("notice_volumes", record.pk)
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = _sent(request, record, form)
        if sent is not None:
            return sent
    return TemplateResponse(request, "archive/admin/volumes.html", _context(request, record, form))


def _sent(request: HttpRequest, record: NoticeRecord, form: forms.Form) -> HttpResponseBase | None:
    """Return the volume that was chosen, None when it cannot be had; the form then says why."""
    number = request.POST.get("volume", "")
    volume = (
        in_force()
        .select_related("notice__record")
        .filter(notice=record.page, number=int(number) if number.isdecimal() else 0)
        .first()
    )
    try:
        if volume is None:
            raise ValidationError(_("这一册还没有生成，请先更新卷册。"))
        purpose = form.cleaned_data["purpose"]
        handle = hand_out(volume=volume, user=request.user, purpose=purpose, now=timezone.now())
    except ValidationError as error:
        show_refusal(form, error)
        return None
    name = _("意见卷册-%(code)s-第%(number)s册.pdf") % {"code": record.code, "number": volume.number}
    response = FileResponse(handle, as_attachment=True, filename=name, content_type=PDF)
    response["Cache-Control"] = "private, no-store"
    return response


def _context(request: HttpRequest, record: NoticeRecord, form: forms.Form) -> dict[str, Any]:
    states, job = volume_states(record), latest_job(record, request.user)
    missing = missing_parts()
    return {
        "record": record,
        "form": form,
        "states": states,
        "job": job,
        "outdated": sum(state.volume is None or state.touched for state in states),
        "downloads": any(state.volume for state in states),
        "refresh_seconds": REFRESH_SECONDS if job and job.is_open else None,
        "blocked": str(PrintingUnavailable(missing)) if missing else "",
        "may_read_contacts": bool(bases_for(request.user, record, now=timezone.now())),
        "page_title": _("意见卷册"),
        "header_title": _("意见卷册"),
        "header_icon": "doc-full",
        "page_subtitle": f"{record.code} {record.page.specific.project_name}",
    }
