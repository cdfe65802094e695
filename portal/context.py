"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.models import PortalSettings


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site settings, loaded when a template asks for them."""
    return {"site_settings": SimpleLazyObject(lambda: PortalSettings.for_request(request))}
