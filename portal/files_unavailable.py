"""What everybody sees while the bucket that holds the files does not answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from notices.content_store import FilesUnavailableError
from portal.error_reports import give_reference

logger = logging.getLogger(__name__)
AGAIN_AFTER = 60  # seconds


class FilesUnavailable:
    """Answers 503 with a number to ask about, instead of the page of an error nobody foresaw."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell the person when to come back, and the log why."""
        if not isinstance(exception, FilesUnavailableError):
            return None
        reference = give_reference(request)
        logger.error("the bucket of files fails: %s", exception.reason, extra={"request": request})
        page = render_to_string("portal/files_unavailable.html", {"reference": reference}, request)
        return HttpResponse(
            page, status=503, headers={"Retry-After": str(AGAIN_AFTER), "Cache-Control": "no-store"}
        )
