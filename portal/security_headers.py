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


class ContentSecurityPolicy:
    """Adds the policy to pages; an answer that brings its own keeps it.

    Files are left alone: browsers refuse to show a PDF under a policy that forbids plug-ins.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy of the admin below its address, with the strict one everywhere else."""
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            admin = request.path.startswith(reverse("wagtailadmin_home"))
            response.headers.setdefault(HEADER, ADMIN if admin else PUBLIC)
        return response
