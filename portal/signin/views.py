"""The second step of signing in: enrolling at first, then a code each time; and a person's own codes later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from notices.printing.qr import qr_svg
from portal.signin.forms import CodeForm
from portal.signin.models import RecoveryCode
from portal.signin.second_factor import (
    Checked,
    Verdict,
    authenticator_of,
    check_code,
    enrol,
    give_up,
    new_secret,
    open_secret,
    otpauth_address,
    renew_codes,
    secret_in_words,
)
from portal.signin.sessions import finish_sign_in, way_back

_SECRET = "signin_secret"  # noqa: S105
OWN_TITLE = gettext_lazy("两步验证")


def _half_way(request: HttpRequest) -> Any:
    if not settings.TWO_FACTOR:
        raise Http404
    return request.signing_in  # type: ignore[attr-defined]


def in_words(checked: Checked) -> str:
    """Return what to do about a code that was not accepted."""
    if checked.verdict == Verdict.TOO_SOON:
        text = ngettext(
            "输错次数过多，请 %(count)s 秒后再试。", "输错次数过多，请 %(count)s 秒后再试。", checked.wait
        )
        return text % {"count": checked.wait}
    if checked.verdict == Verdict.UNREADABLE:
        return _("系统读不出您的验证器密钥。请用恢复码登录，或者请平台管理员重置两步验证。")
    return _("验证码不对或者已经用过。请等验证器显示新的验证码再输入。")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the app, or a recovery code."""
    person = _half_way(request)
    if not person.is_authenticated or request.user.is_authenticated:
        return redirect(way_back(request))
    authenticator = authenticator_of(person)
    if authenticator is None:
        return redirect(f"{reverse('signin_enrol')}?{urlencode({'next': way_back(request)})}")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checked = check_code(user=person, code=form.cleaned_data["code"])
        if checked.verdict == Verdict.RIGHT:
            finish_sign_in(request, authenticator)
            return redirect(way_back(request))
        form.add_error("code", in_words(checked))
    return TemplateResponse(request, "signin/code.html", {"form": form, "next": way_back(request)})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: HttpRequest) -> HttpResponseBase:
    """Show the QR code at the first sign-in and take the first code of the app; then show the recovery codes once."""
    person = _half_way(request)
    if not person.is_authenticated or authenticator_of(person) is not None:
        return redirect(way_back(request))
    # Of this session alone: somebody who learnt the password earlier must not have seen the secret that is used.
    sealed = request.session.get(_SECRET) or new_secret()
    secret = open_secret(sealed)
    if secret is None:
        sealed = new_secret()
        secret = open_secret(sealed) or b""
    request.session[_SECRET] = sealed
    form = CodeForm(request.POST or None, digits_only=True)
    if request.method == "POST" and form.is_valid():
        enrolled = enrol(user=person, secret=secret, code=form.cleaned_data["code"])
        if enrolled is not None:
            del request.session[_SECRET]
            finish_sign_in(request, enrolled.authenticator)
            return _show_codes(
                request, enrolled.codes, next_url=way_back(request), username=person.get_username()
            )
        form.add_error("code", _("验证码不对。请核对手机的时间，等显示新的验证码再输入。"))
    context = {
        "form": form,
        "next": way_back(request),
        "username": person.get_username(),
        # Drawn by us from letters and digits.
        "picture": mark_safe(qr_svg(otpauth_address(secret, person.get_username()))),  # noqa: S308
        "words": secret_in_words(secret),
    }
    return TemplateResponse(request, "signin/enrol.html", context)


def _show_codes(request: HttpRequest, codes: list[str], *, next_url: str, username: str) -> HttpResponseBase:
    context = {"codes": codes, "next": next_url, "username": username}
    return TemplateResponse(request, "signin/recovery_codes.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Leave half-way, to sign in as somebody else."""
    _half_way(request)
    logout(request)
    return redirect("wagtailadmin_login")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponseBase:
    """Show a person's own second factor; give new recovery codes or change the app, with a code."""
    authenticator = authenticator_of(request.user) if settings.TWO_FACTOR else None
    if authenticator is None:
        raise Http404
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checked = check_code(user=request.user, code=form.cleaned_data["code"])
        if checked.verdict == Verdict.RIGHT:
            return _change(request)
        form.add_error("code", in_words(checked))
    context: dict[str, Any] = {
        "form": form,
        "authenticator": authenticator,
        "left": RecoveryCode.objects.filter(user=authenticator.user_id).count(),
        "page_title": OWN_TITLE,
        "header_title": OWN_TITLE,
        "header_icon": "key",
    }
    return TemplateResponse(request, "signin/admin/own.html", context)


def _change(request: HttpRequest) -> HttpResponseBase:
    if "replace" in request.POST:
        give_up(user=request.user)
        # The way there leads through enrolling.
        return redirect("signin_own")
    codes = renew_codes(user=request.user)
    return _show_codes(request, codes, next_url=reverse("signin_own"), username=request.user.get_username())
