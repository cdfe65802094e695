"""The language in which a visitor reads: Chinese for everybody, English for whoever chose it; the admin goes by its account.

Neither the browser's wish nor the address decides: a county's page is the same for all until somebody asks for the other
language, and only then a cookie is set. The cache of pages has the cookie in its keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.reader_choices import keep_choice

COOKIE: Final = "portal_language"
# Pages of the admin that stand before the sign-in, by the beginnings of their addresses below it.
BEFORE_SIGN_IN: Final = ("login/", "password_reset/", "signin/")


def language_of(request: HttpRequest) -> str:
    """Return the language that a visitor chose, on public pages and those of the sign-in; Chinese elsewhere."""
    admin = reverse("wagtailadmin_home")
    if request.path.startswith(admin) and not request.path[len(admin) :].startswith(BEFORE_SIGN_IN):
        # Wagtail itself activates what the account asks for; who has not asked gets Chinese.
        return settings.LANGUAGE_CODE
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class ReaderLanguage:
    """Answers in the reader's language; what follows on the same thread knows nothing of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the request."""
        with translation.override(language_of(request)):
            return self.get_response(request)


# No token: nothing but a cookie of the visitor's own changes, and a page with a token could not be kept for others.
@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and lead back to the page; Chinese needs no cookie."""
    chosen = request.POST.get("language", "")
    other = chosen in dict(settings.LANGUAGES) and chosen != settings.LANGUAGE_CODE
    return keep_choice(request, COOKIE, chosen if other else None)
