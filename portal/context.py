"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from portal.models import PortalSettings
from portal.page_changes import mark_now
from portal.type_size import type_size_of

# By host: the mark under which they were read, and the settings.
_kept: dict[str, tuple[str, PortalSettings]] = {}
MOST_HOSTS = 20


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site settings, loaded when a template asks for them, and the type size that the reader chose."""
    return {
        "site_settings": SimpleLazyObject(lambda: _settings(request)),
        "type_size": type_size_of(request),
    }


def _settings(request: HttpRequest) -> PortalSettings:
    # Within a transaction no mark shows what was written. Before reading: what is committed meanwhile makes it old.
    mark, host = "" if connection.in_atomic_block else mark_now(), _host_of(request)
    kept = _kept.get(host)
    if mark and kept and kept[0] == mark:
        return kept[1]
    settings: PortalSettings = (
        PortalSettings.for_request(request)
        if host
        else PortalSettings.for_site(Site.objects.get(is_default_site=True))
    )
    if mark:
        if len(_kept) >= MOST_HOSTS:
            _kept.clear()
        _kept[host] = mark, settings
    return settings


def _host_of(request: HttpRequest) -> str:
    """Return the host that was asked for, "" when it is none of ours: the page that refuses it has a foot as well."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""
