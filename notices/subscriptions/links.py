"""The links of a subscription's mails: signed names, no address in them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notices.subscriptions.models import Subscription

CONFIRM_WITHIN = timedelta(hours=48)
_CONFIRM = signing.TimestampSigner(sep=".", salt="notices.subscriptions.confirm")
_STOP = signing.Signer(sep=".", salt="notices.subscriptions.stop")


def absolute(path: str) -> str:
    """Return the full address of a path of this portal."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def confirm_url(handle: str) -> str:
    """Return the link that confirms, good for 48 hours."""
    return absolute(reverse("subscription_confirm", args=[_CONFIRM.sign(handle)]))


def stop_url(handle: str) -> str:
    """Return the link that stops, good for ever."""
    return absolute(reverse("subscription_stop", args=[_STOP.sign(handle)]))


def stop_headers(handle: str) -> dict[str, str]:
    """Return the header lines by which mail programs offer to stop with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{stop_url(handle)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def to_confirm(token: str) -> Subscription | None:
    """Return what a link confirms, None when it is not ours, too old, or its subscription is gone."""
    try:
        return _found(_CONFIRM.unsign(token, max_age=CONFIRM_WITHIN))
    except signing.BadSignature:
        return None


def to_stop(token: str) -> Subscription | None:
    """Return what a link stops, None when it is not ours or was stopped already."""
    try:
        return _found(_STOP.unsign(token))
    except signing.BadSignature:
        return None


def _found(handle: str) -> Subscription | None:
    rows = Subscription.objects.select_related("record__page", "merged_into__record__page")
    row = rows.filter(handle=handle).first()
    return row.merged_into or row if row else None
