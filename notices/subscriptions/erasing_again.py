"""Erasing once more, after a backup was restored, the subscriptions that had been stopped before: the backup is older."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from notices.subscriptions import key_store
from notices.subscriptions.models import KeyPurpose, SubscriberKey, Subscription
from notices.subscriptions.services import erase

_AT_ONCE = 50


def delete_listed_keys(listed: Iterable[UUID]) -> int:
    """Delete the keys of subscribers that a list of erasures names; return how many were there."""
    keys, count = sorted(listed), 0
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        there = SubscriberKey.objects.filter(pk__in=some, purpose=KeyPurpose.ADDRESS)
        if gone := list(there.values_list("pk", flat=True)):
            key_store.delete_keys(gone)
            count += len(gone)
    return count


def erase_without_keys() -> int:
    """Erase the subscriptions whose keys are gone, mails that wait included; return how many. Can be broken off and called again."""
    rows, last, count = Subscription.objects.exclude(key_id=None).order_by("pk"), 0, 0
    while page := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        gone = key_store.gone_keys(row.key_id for row in page if row.key_id is not None)
        if left := [row for row in page if row.key_id in gone]:
            erase(left)
            count += len(left)
        last = page[-1].pk
    return count
