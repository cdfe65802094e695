"""Large type (大字版) for readers who ask for it: a cookie that is set when the switch is used, and only then."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.reader_choices import keep_choice

# Kept pages are told apart by this cookie; portal/js/page.js writes it as well.
COOKIE = "portal_type"
LARGE, NORMAL = "large", "normal"


def type_size_of(request: HttpRequest) -> str:
    """Return the type size that the reader chose."""
    return LARGE if request.COOKIES.get(COOKIE) == LARGE else NORMAL


# No token: nothing but a cookie of the reader's own changes, and a page with a token could not be kept for others.
@csrf_exempt
@require_POST
def choose_type_size(request: HttpRequest) -> HttpResponse:
    """Keep the chosen size and lead back to the page, or to the first one; the usual size needs no cookie."""
    # Not for the server alone: where scripts run they switch at once, on a page that answers a form too.
    chosen = LARGE if request.POST.get("type") == LARGE else None
    return keep_choice(request, COOKIE, chosen, for_scripts=True)
