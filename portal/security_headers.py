"""Content-Security-Policy on every page: what a browser may load, run and send, even if foreign text got into a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

HEADER = "Content-Security-Policy"


def _policy(**sources: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in sources.items())


# Nothing inline, nothing from elsewhere. blob: is the photo that the phone shrinks before it is sent.
PUBLIC = _policy(
    default_src="'none'",
    script_src="'self'",
    style_src="'self'",
    img_src="'self' data: blob:",
    font_src="'self'",
    connect_src="'self'",
    manifest_src="'self'",
    form_action="'self'",
    base_uri="'none'",
    frame_ancestors="'self'",
)
# Wagtail's admin writes scripts, styles and icons into its pages; nothing comes from elsewhere there either.
ADMIN = _policy(
    default_src="'self'",
    script_src="'self' 'unsafe-inline'",
    style_src="'self' 'unsafe-inline'",
    img_src="'self' data: blob:",
    font_src="'self' data:",
    object_src="'none'",
    form_action="'self'",
    base_uri="'self'",
    frame_ancestors="'self'",
)
# A file never runs as a page of ours, whatever is in it.
FILE = "sandbox; default-src 'none'"


def policy_for(path: str, content_type: str) -> str | None:
    """Return the policy that goes with an answer; None for a PDF, which browsers refuse to show in a sandbox."""
    if content_type.startswith("text/html"):
        return ADMIN if path.startswith(reverse("wagtailadmin_home")) else PUBLIC
    return None if content_type.startswith("application/pdf") else FILE


class ContentSecurityPolicy:
    """Adds the policy to every answer; one that brings its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy of the admin below its address, of files for what is no page, else with the strict one."""
        response = self.get_response(request)
        # A 304 says nothing of its type: the policy of a file would be put on the page that the browser has.
        if response.status_code == 304:
            return response
        policy = policy_for(request.path, response.get("Content-Type", ""))
        if policy:
            response.headers.setdefault(HEADER, policy)
        return response
