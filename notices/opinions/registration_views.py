"""Registering for a meeting in public, and looking up what became of it; both by POST, no secret in an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from notices.meeting_pages import public_meeting
from notices.models import Meeting
from notices.opinions import throttle
from notices.opinions.form_tokens import new_token, read_token
from notices.opinions.numbering import grouped
from notices.opinions.registration_forms import RegistrationForm, RegistrationLookupForm
from notices.opinions.registrations import look_up_registration, register
from notices.opinions.views import TRAP, no_store


def _context(meeting: Meeting, **extra: Any) -> dict[str, Any]:
    record = meeting.notice.record
    return {"meeting": meeting, "page": meeting.notice, "record": record, "demo": record.demo, **extra}


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the form, or take it; what was typed is shown again with every message."""
    meeting = public_meeting(code, pk)
    now = timezone.now()
    token = read_token(request.POST.get("token", ""), code) or new_token(code, now=now)
    form = RegistrationForm(request.POST if request.method == "POST" else None, notice=meeting.notice)
    turn, ticket = None, request.POST.get("turn", "")
    form_key = f"meeting:{meeting.pk}:{token.key}"
    arrived = throttle.arrival(form_key, ticket, now=now)
    if request.method == "POST" and form.is_valid() and not request.POST.get(TRAP):
        turn = throttle.wait_for_turn(request, form_key, ticket, arrived=arrived)
        if turn is not None:
            form.add_error(None, turn.message)
        elif registered := _registered(request, meeting, form, form_key=form_key, now=arrived):
            return registered
    is_open = meeting.takes_registrations(timezone.localdate(arrived))
    context = _context(
        meeting,
        form=form,
        token=token.sign(),
        trap=TRAP,
        open=is_open,
        turn=turn.ticket if turn else ticket,
    )
    return no_store(TemplateResponse(request, "opinions/meeting_registration.html", context))


def _registered(
    request: HttpRequest, meeting: Meeting, form: RegistrationForm, *, form_key: str, now: datetime
) -> HttpResponse | None:
    """Register and return the confirmation; None with the reason in the form where that is not possible."""
    try:
        done = register(
            meeting=meeting,
            registrant=form.registrant(),
            village=form.cleaned_data["village"],
            form_key=form_key,
            now=now,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    context = _context(
        meeting, registration=done.registration, code=done.code, code_groups=grouped(done.code)
    )
    return no_store(TemplateResponse(request, "opinions/meeting_registered.html", context))


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def registration_lookup(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say whether somebody was chosen; wrong codes make the next attempt wait."""
    meeting = public_meeting(code, pk)
    form = RegistrationLookupForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        if not throttle.slow_guessing(request, number):
            form.add_error(None, throttle.FULL)
        elif not (
            found := look_up_registration(meeting=meeting, number=number, code=form.cleaned_data["code"])
        ):
            throttle.count_failure(request, number)
            form.add_error(None, _("编号和查询码对不上，请核对后再试；多次填错，查询会变慢。"))
    context = _context(meeting, form=form, registration=found)
    return no_store(TemplateResponse(request, "opinions/meeting_lookup.html", context))
