"""The export forms in the admin: of one notice, and of whatever a person may see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from notices.exports.export_jobs import request_export
from notices.exports.forms import OutputForm, SelectionForm, initial_of
from notices.exports.models import Profile, SavedFilter
from notices.exports.selections import Selection, own_profile
from notices.exports.services import counted, earlier_exports, export_records, is_long, profile_for
from notices.models import NoticeRecord

TITLE = gettext_lazy("导出意见记录")


def export_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the form of one notice and its earlier exports; send the file on POST, or make it in the background."""
    record = get_object_or_404(NoticeRecord.objects.select_related("page"), code=code)
    profile = profile_for(request.user, record.page)
    form = OutputForm(request.POST or None, profile=profile)
    if request.method == "POST" and form.is_valid():
        return _deliver(request, Selection(notices=(record.page_id,)), form)
    context = {
        "record": record,
        "form": form,
        "opinion_count": record.page.opinions.count(),
        "exports": earlier_exports(record.page, user=request.user, profile=profile)[:20],
        "page_title": TITLE,
        "header_title": TITLE,
        "page_subtitle": record.page.project_name,
    }
    return TemplateResponse(request, "exports/export_form.html", context)


def selection_view(request: HttpRequest) -> HttpResponseBase:
    """Choose records by notice, county, period and filters; count them, keep the choice under a name, or export them."""
    profile = own_profile(request.user)
    go = request.POST.get("go", "")
    form = SelectionForm(
        request.POST or None, initial=_initial(request), user=request.user, profile=profile, go=go
    )
    count = None
    if request.method == "POST" and form.is_valid():
        chosen = form.selection()
        if go == "export":
            total = _total(request, chosen, form)
            if total or chosen.is_whole_notice:
                return _deliver(request, chosen, form)
            form.add_error(None, _("没有符合条件的意见。请放宽条件再导出。"))
        elif go == "save":
            SavedFilter.objects.update_or_create(
                owner_id=request.user.pk,
                name=form.cleaned_data["save_as"],
                defaults={"limits": chosen.as_json()},
            )
            messages.success(request, _("已保存条件。"))
        else:
            count = _total(request, chosen, form)
    context = {
        "form": form,
        "count": count,
        "saved": SavedFilter.objects.filter(owner_id=request.user.pk),
        "page_title": TITLE,
        "header_title": TITLE,
    }
    return TemplateResponse(request, "exports/selection_form.html", context)


@require_POST
def forget_filter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete one of the person's own saved filters."""
    get_object_or_404(SavedFilter, pk=pk, owner_id=request.user.pk).delete()
    messages.success(request, _("已删除条件。"))
    return redirect("export_selection")


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return the limits of a saved filter, or those of the register from which the person comes."""
    saved = request.GET.get("saved", "")
    if saved.isdecimal():
        return dict(initial_of(get_object_or_404(SavedFilter, pk=saved, owner_id=request.user.pk)))
    return {name: request.GET.get(name, "") for name in SelectionForm.limit_names}


def _profile(form: OutputForm) -> Profile:
    return Profile(form.cleaned_data["profile"] or form.fields["profile"].initial)


def _total(request: HttpRequest, selection: Selection, form: OutputForm) -> int:
    rows = counted(selection, user=request.user, profile=_profile(form), now=timezone.now())
    return sum(row.total for row in rows)


def _deliver(request: HttpRequest, selection: Selection, form: OutputForm) -> HttpResponseBase:
    """Send the file at once, or lead to the job that makes it."""
    asked = form.cleaned_data
    now, profile = timezone.now(), _profile(form)
    wanted = {"user": request.user, "profile": profile, "purpose": asked["purpose"], "now": now}
    counts = counted(selection, user=request.user, profile=profile, now=now)
    if is_long(sum(row.total for row in counts), asked["format"]):
        notices = [row.record.page_id for row in counts]
        job = request_export(selection=selection, notices=notices, export_format=asked["format"], **wanted)
        return redirect("export_job", job.pk)
    export = export_records(selection=selection, export_format=asked["format"], **wanted)
    response = FileResponse(
        export.handle,
        as_attachment=True,
        filename=export.file_name,
        content_type=export.content_type,
    )
    response["Cache-Control"] = "no-store"
    return response
