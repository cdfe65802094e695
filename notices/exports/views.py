"""The export form in the admin."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.exports.models import ExportFormat
from notices.exports.services import export_opinions, profile_for
from notices.models import NoticeRecord

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportForm(forms.Form):
    """Purpose and format; nothing is exported without a purpose."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        help_text=_("例如：审查公众参与说明、信访答复、复议案卷。用途会留存备查。"),
        error_messages={"required": _("请写明导出用途。")},
    )
    format = forms.ChoiceField(
        label=_("格式"), choices=ExportFormat.choices, widget=forms.RadioSelect, initial="xlsx"
    )


def export_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the form and earlier exports; send the file on POST."""
    record = get_object_or_404(NoticeRecord.objects.select_related("page"), code=code)
    profile = profile_for(request.user, record.page)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        export = export_opinions(
            notice=record.page,
            user=request.user,
            export_format=form.cleaned_data["format"],
            purpose=form.cleaned_data["purpose"],
            now=timezone.now(),
        )
        return FileResponse(
            export.handle,
            as_attachment=True,
            filename=export.file_name,
            content_type=CONTENT_TYPES[form.cleaned_data["format"]],
        )
    context = {
        "record": record,
        "form": form,
        "profile": profile,
        "opinion_count": record.page.opinions.count(),
        "exports": record.page.exports.select_related("made_by")[:20],
        "page_title": _("导出意见记录"),
        "header_title": _("导出意见记录"),
        "page_subtitle": record.page.project_name,
    }
    return TemplateResponse(request, "exports/export_form.html", context)
