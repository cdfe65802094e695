"""Large type (大字版) for readers who ask for it: a cookie that is set when the switch is used, and only then."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

# Kept pages are told apart by this cookie; portal/js/page.js writes it as well.
COOKIE = "portal_type"
LARGE, NORMAL = "large", "normal"
KEPT = 365 * 24 * 3600  # seconds


def type_size_of(request: HttpRequest) -> str:
    """Return the type size that the reader chose."""
    return LARGE if request.COOKIES.get(COOKIE) == LARGE else NORMAL


# No token: nothing but a cookie of the reader's own changes, and a page with a token could not be kept for others.
@csrf_exempt
@require_POST
def choose_type_size(request: HttpRequest) -> HttpResponse:
    """Keep the chosen size and lead back to the page, or to the first one; the usual size needs no cookie."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if request.POST.get("type") == LARGE:
        # Not for the server alone: where scripts run they switch at once, on a page that answers a form too.
        response.set_cookie(
            COOKIE, LARGE, max_age=KEPT, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
