"""Lock-out: whoever fails too often, with one user name or from one address, waits; whether the account exists or not."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from notices.throttling import client_address
from portal.signin.models import FailedSignIns

LOCKED_FOR = timedelta(minutes=15)
# After a pause as long as the lock the count begins anew.
WINDOW = LOCKED_FOR
ACCOUNT_FAILURES = 5
# Offices share one address.
ADDRESS_FAILURES = 30
KEPT = timedelta(days=1)

Address = IPv4Address | IPv6Address


class GuardedBackend(ModelBackend):
    """Django's accounts; while a name or an address is locked no password is looked at."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the account, None for a wrong or locked one."""
        now = timezone.now()
        if username is None or password is None or waiting_time(request, username, now=now):
            return None
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            _count_failure(request, username, now=now)
        else:
            FailedSignIns.objects.filter(key=_key("name", _folded(username))).delete()
        return user


def waiting_time(request: HttpRequest | None, username: str, *, now: datetime) -> timedelta | None:
    """Return how long this name or this sender still has to wait, None when they need not."""
    keys = [_key("name", _folded(username))]
    address = _address_of(request)
    if address is not None:
        keys.append(_key("address", _network(address)))
    until = _locked(now).filter(key__in=keys).order_by("-locked_until").values_list("locked_until", flat=True)
    latest = until.first()
    return latest - now if latest else None


def locked_accounts(*, now: datetime) -> dict[int, datetime]:
    """Return until when accounts are locked, by primary key."""
    rows = _locked(now).filter(account__isnull=False).values_list("account", "locked_until")
    return {pk: until for pk, until in rows if pk and until}


def locked_addresses(*, now: datetime) -> QuerySet[FailedSignIns]:
    """Return the addresses that are locked, the longest first."""
    return _locked(now).filter(address__isnull=False).order_by("-locked_until")


def lift(*, failures: QuerySet[FailedSignIns]) -> int:
    """Let names or addresses in again; return how many were locked or counted."""
    return failures.delete()[0]


def forget_failures(*, now: datetime) -> int:
    """Delete what was counted over a day ago; return how many rows."""
    return FailedSignIns.objects.filter(last_at__lt=now - KEPT).delete()[0]


def _locked(now: datetime) -> QuerySet[FailedSignIns]:
    return FailedSignIns.objects.filter(locked_until__gt=now)


@transaction.atomic
def _count_failure(request: HttpRequest | None, username: str, *, now: datetime) -> None:
    name = _folded(username)
    account = get_user_model().objects.filter(username=username).first()
    _add(_key("name", name), ACCOUNT_FAILURES, now, account=account)
    address = _address_of(request)
    if address is not None:
        _add(_key("address", _network(address)), ADDRESS_FAILURES, now, address=str(address))


def _add(key: str, most: int, now: datetime, **subject: Any) -> None:
    row, _new = FailedSignIns.objects.select_for_update().get_or_create(
        key=key, defaults={"last_at": now, **subject}
    )
    row.count = 1 if now - row.last_at >= WINDOW else row.count + 1
    row.last_at = now
    row.locked_until = now + LOCKED_FOR if row.count >= most else None
    row.save(update_fields=["count", "last_at", "locked_until"])


def _folded(username: str) -> str:
    return unicodedata.normalize("NFKC", username).casefold().strip()


def _address_of(request: HttpRequest | None) -> Address | None:
    try:
        return ip_address(client_address(request)) if request is not None else None
    except ValueError:  # a socket has none
        return None


def _network(address: Address) -> str:
    """Return what one sender has to itself: an IPv6 line is given 2^64 addresses at once."""
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def _key(kind: str, value: str) -> str:
    return salted_hmac("portal.signin.lockout", f"{kind}:{value}", algorithm="sha256").hexdigest()
