"""The addresses that are printed: absolute, short, and fit to be printed."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


def short_address(code: str) -> str:
    """Return the full short address of a notice: https://host/n/CODE/."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('notice', args=[code])}"


def opinion_address(code: str) -> str:
    """Return the full address of the online opinion form of a notice."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('opinion_form', args=[code])}"


def spoken_address(code: str) -> str:
    """Return the short address as it is printed for people: without the scheme when that is https."""
    return short_address(code).removeprefix("https://")


def is_public_address(url: str) -> bool:
    """Whether an address leads strangers to this installation: https and a host name, not this machine or a bare number."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or "." not in host or host.endswith((".localhost", ".local", ".internal")):
        return False
    try:
        ip_address(host)
    except ValueError:
        return not host.replace(".", "").isdigit()
    return False
