"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.models import PortalSettings
from portal.type_size import type_size_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site settings, loaded when a template asks for them, and the type size that the reader chose."""
    return {
        "site_settings": SimpleLazyObject(lambda: PortalSettings.for_request(request)),
        "type_size": type_size_of(request),
    }
