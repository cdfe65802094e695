"""What a reader chose for every page, language and type size: a cookie of a year, set only when the switch is used."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

KEPT: Final = timedelta(days=365)


def keep_choice(
    request: HttpRequest, cookie: str, value: str | None, *, for_scripts: bool = False
) -> HttpResponse:
    """Keep a choice and lead back to the page that ``next`` names, or to the first one; None, the usual one, needs no cookie."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if value is None:
        response.delete_cookie(cookie, samesite="Lax")
        return response
    response.set_cookie(
        cookie,
        value,
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=not for_scripts,
        samesite="Lax",
    )
    return response
