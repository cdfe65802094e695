"""What a monitor and a proxy ask: does the process live, and can residents be served."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal.health import State, current_health


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process is up; asks nothing else."""
    return _unlisted(HttpResponse("ok", content_type="text/plain"))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer how each part is: 503 when residents cannot be served, with ``?strict`` also when anything is amiss."""
    health = current_health()
    checks = {
        finding.name: {
            "label": finding.label,
            "state": finding.state,
            **({"reason": finding.reason} if finding.reason else {}),
        }
        for finding in health.findings
    }
    bad = {State.DOWN, State.DEGRADED} if "strict" in request.GET else {State.DOWN}
    return _unlisted(
        JsonResponse(
            {"state": health.state, "at": health.at.isoformat(timespec="seconds"), "checks": checks},
            status=503 if health.state in bad else 200,
            json_dumps_params={"ensure_ascii": False},
        )
    )
