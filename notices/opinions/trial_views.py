"""Trying the form: the same steps, marked as a trial; nothing is sent, staged or recorded."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from notices.calendars import current_calendar
from notices.models import NoticePage, NoticeRecord
from notices.opinions.form_tokens import new_token
from notices.opinions.views import Filling, next_page, no_store, step_page
from notices.selectors import status_of
from notices.statutory.facts import NoticeKind


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_trial(request: HttpRequest, code: str) -> HttpResponse:
    """Answer every step of a trial; the last one shows how a receipt looks."""
    record = NoticeRecord.objects.select_related("page__project").filter(code=code).first()
    now = timezone.now()
    if record is None or record.page.kind == NoticeKind.PRE_APPROVAL:
        raise Http404
    status = status_of(record, now=now, calendar=current_calendar())
    if status.key not in ("upcoming", "open"):
        raise Http404
    if status.key == "upcoming":
        # Before a notice opens nothing of it is told but the date.
        record.page = NoticePage(
            project_name=_("示例项目"), proponent_name=_("示例建设单位"), contact_phone=_("见公示")
        )
    record.page.record = record
    filling = Filling(request, record, new_token(code, now=now), now, [], trial=True)
    if request.method != "POST":
        return no_store(step_page(filling, "opinion", filling.opinion_form(bound=False)))
    return no_store(_step(filling))


def _step(filling: Filling) -> HttpResponse:
    going_to = filling.typed.get("go", "")
    if going_to != "send":
        return next_page(filling, going_to)
    opinion, commenter = filling.opinion_form(bound=True), filling.commenter_form(bound=True)
    if not (opinion.is_valid() and commenter.is_valid()):
        return next_page(filling, "check")
    context = {
        "record": filling.record,
        "page": filling.record.page,
        "demo": filling.record.demo,
        "now": filling.now,
        "opinion": opinion.cleaned_data,
        "helped": commenter.cleaned_data["filled_by_helper"],
        "open": filling.record.is_public,
    }
    return TemplateResponse(filling.request, "opinions/trial_receipt.html", context)
