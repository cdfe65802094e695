"""Whose request it is: nobody's until the second step is done, and nobody's any more when the session's time is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from notices.permissions import remember_answers
from portal.signin.models import Authenticator

BEGAN, SEEN, VERIFIED = "signin_began", "signin_seen", "signin_verified"
MINUTE, HOUR = 60, 3600
# Between password and code.
HALF_WAY_FOR = 15 * MINUTE
# The editor of a page asks by itself who else is there; that is nobody at the keyboard.
_BY_ITSELF = "/editing-sessions/"
# Addresses of the admin that somebody between password and code needs.
_OPEN = (
    "signin_code",
    "signin_enrol",
    "signin_leave",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
)


def begin_session(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note when somebody gave the password; the second step is to be done anew, whatever the session held before."""
    request.session.pop(VERIFIED, None)
    request.session[BEGAN] = request.session[SEEN] = time.time()


def finish_sign_in(request: HttpRequest, authenticator: Authenticator) -> None:
    """Note that the second step is done; the session gets a new key and its whole time."""
    request.session.cycle_key()
    request.session[VERIFIED] = authenticator.pk
    request.session[BEGAN] = request.session[SEEN] = time.time()


def signing_in(request: HttpRequest) -> Any:
    """Return who gave the password in this session, whether the second step is done or not; nobody past its limits."""
    user = get_user(request)
    if not user.is_authenticated:
        return user
    session, now = request.session, time.time()
    if BEGAN not in session:  # signed in before there were limits
        session[BEGAN] = session[SEEN] = now
    idle, whole = settings.SESSION_IDLE_MINUTES * MINUTE, settings.SESSION_HOURS * HOUR
    if settings.TWO_FACTOR and VERIFIED not in session:
        whole = min(whole, HALF_WAY_FOR)
    if now - session[BEGAN] >= whole or now - session[SEEN] >= idle:
        session.flush()
        request._cached_user = AnonymousUser()  # type: ignore[attr-defined]
        messages.info(request, _("登录已超过有效时间，请重新登录。"), fail_silently=True)
        return AnonymousUser()
    # Once a minute: each note is a write.
    if now - session[SEEN] >= MINUTE and _BY_ITSELF not in request.path:
        session[SEEN] = now
    return user


def signed_in(request: HttpRequest, user: Any) -> Any:
    """Return the person when all steps are done, else nobody."""
    if not settings.TWO_FACTOR or not user.is_authenticated:
        return user
    verified = request.session.get(VERIFIED)
    if verified and Authenticator.objects.filter(pk=verified, user_id=user.pk).exists():
        return user
    return AnonymousUser()


def way_back(request: HttpRequest) -> str:
    """Return where the person wanted to go, the admin's first page where that is not on this site."""
    target = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and allowed else reverse("wagtailadmin_home")


class SignedIn:
    """Hands ``request.user`` on only when password and code were given and the session's time is not over.

    Everywhere, public pages included: whoever is half-way is a visitor like any other. Asked only when somebody wants to
    know, so that a page that shows everybody the same never touches the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead somebody half-way who asks for the admin to the second step."""
        begun = SimpleLazyObject(lambda: signing_in(request))
        request.signing_in = begun  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: remember_answers(signed_in(request, signing_in(request)))
        )
        home = reverse("wagtailadmin_home")
        closed = request.path.startswith(home) and request.path not in map(reverse, _OPEN)
        if settings.TWO_FACTOR and closed and begun.is_authenticated and not request.user.is_authenticated:
            return _to_second_step(request)
        return self.get_response(request)


def _to_second_step(request: HttpRequest) -> HttpResponse:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return HttpResponseForbidden()
    # The sign-in page itself carries where the person wanted to go.
    target = way_back(request) if request.path == reverse("wagtailadmin_login") else request.get_full_path()
    return redirect(f"{reverse('signin_code')}?{urlencode({'next': target})}")
