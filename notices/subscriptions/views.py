"""Asking for mails, confirming, stopping. Links in mails do nothing by themselves: programs that look at mails open them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from notices.models import NoticeRecord
from notices.public_lists import refuse_unknown
from notices.statutory import divisions
from notices.subscriptions import limits, services
from notices.subscriptions.expiry import takes_subscribers
from notices.subscriptions.forms import TRAP, NoticeSubscribeForm, SubscribeForm
from notices.subscriptions.letters import page_of, subject_of, wishes_of
from notices.subscriptions.links import to_confirm, to_stop
from notices.subscriptions.models import Subscription

# Neither page nor form has a cookie to check: a mail program posts without one, and a stranger's post asks for a mail that
# does nothing by itself.
_form_view = [csrf_exempt, sensitive_post_parameters(), require_http_methods(["GET", "HEAD", "POST"])]


def _as_form(view: Any) -> Any:
    for decorate in reversed(_form_view):
        view = decorate(view)
    return view


@_as_form
def subscribe_to_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form of a notice, or take it."""
    record = NoticeRecord.objects.public().select_related("page").filter(code=code).first()
    if record is None:
        raise Http404
    now = timezone.now()
    context = {
        "record": record,
        "page": record.page,
        "demo": record.demo,
        "name": record.page.project_name,
        "back_url": reverse("notice", args=[code]),
    }
    if not takes_subscribers(record, now):
        return _private(TemplateResponse(request, "subscriptions/over.html", context))
    form = NoticeSubscribeForm(request.POST if request.method == "POST" else None, record=record)
    return _answered(request, form, context, now=now, record=record)


@_as_form
def subscribe_to_county(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form of a county, or take it."""
    refuse_unknown(code)
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    context = {"county": code, "name": divisions.label(code), "back_url": reverse("county", args=[code])}
    return _answered(request, form, context, now=timezone.now(), county=code)


def _answered(
    request: HttpRequest, form: SubscribeForm, context: dict[str, Any], *, now: datetime, **about: Any
) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if not limits.may_ask(request):
            form.add_error(None, limits.TOO_MANY)
            status = 429
        else:
            # The answer is the same whatever becomes of it: it tells nobody whether an address is known.
            if not request.POST.get(TRAP) and limits.may_be_sent_to(address):
                services.ask(address=address, topics=form.topics, now=now, **about)
            return redirect("subscription_sent")
    context.update(form=form, trap=TRAP)
    return _private(TemplateResponse(request, "subscriptions/subscribe.html", context, status=status))


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way and what to do with it."""
    return _private(TemplateResponse(request, "subscriptions/sent.html"))


@_as_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and confirm when the button is pressed."""
    found = to_confirm(token)
    if found is not None and request.method == "POST":
        found = services.confirm(subscription=found, now=timezone.now())
    if found is None:
        return _gone(
            request,
            _("确认链接已经失效"),
            _("链接在 48 小时内有效。请回到公示或者县（市、区）的页面重新订阅。"),
        )
    context = {**_about(found), "done": found.confirmed_at is not None}
    return _private(TemplateResponse(request, "subscriptions/confirm.html", context))


@_as_form
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and stop when the button is pressed or a mail program posts (RFC 8058)."""
    found = to_stop(token)
    if found is None:
        title = _("已经停止")
        return _gone(request, title, _("没有这项邮件提醒，或者已经停止、到期，邮箱已经删除。"), status=200)
    context = _about(found)
    if request.method == "POST":
        services.stop(subscription=found)
        context["done"] = True
    return _private(TemplateResponse(request, "subscriptions/stop.html", context))


def _about(found: Subscription) -> dict[str, Any]:
    return {
        "name": subject_of(found),
        "wishes": wishes_of(found),
        "back_url": page_of(found),
        "demo": bool(found.record and found.record.demo),
    }


def _gone(request: HttpRequest, title: str, text: str, *, status: int = 410) -> HttpResponse:
    context = {"title": title, "text": text}
    return _private(TemplateResponse(request, "subscriptions/gone.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"  # the address of the page is a key
    return response
