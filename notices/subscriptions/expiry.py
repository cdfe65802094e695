"""Erasing subscriptions whose time is over: never confirmed, a month after their notice ended, keys that nothing names."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from notices.models import NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind
from notices.subscriptions import key_store
from notices.subscriptions.links import CONFIRM_WITHIN
from notices.subscriptions.models import Subscription
from notices.subscriptions.models.subscriptions import SubscriptionQuerySet
from notices.subscriptions.services import erase

logger = logging.getLogger(__name__)

KEPT_AFTER_END = timedelta(days=30)
# Longer than it takes to notice that a wrong copy of the database was restored.
UNNAMED_KEYS_KEPT = timedelta(days=7)
CHUNK = 50


def erase_ended(*, now: datetime) -> int:
    """Erase every subscription that is due, in steps of their own, and keys without a row; return how many subscriptions."""
    count = 0
    while chunk := list(due(now).order_by("pk")[:CHUNK]):
        erase(chunk)
        count += len(chunk)
    _delete_unnamed_keys(now)
    if count:
        logger.info("%d subscriptions were erased", count)
    return count


def due(now: datetime) -> SubscriptionQuerySet:
    """Return the subscriptions whose time is over."""
    unconfirmed = Subscription.objects.waiting().filter(requested_at__lte=now - CONFIRM_WITHIN)
    ended = ended_records(timezone.localdate(now - KEPT_AFTER_END))
    return Subscription.objects.filter(merged_into=None).filter(
        Q(pk__in=unconfirmed.values("pk")) | Q(record__in=ended.values("pk"))
    )


def ended_records(on: date) -> QuerySet[NoticeRecord]:
    """Return the notices that had ended on a day: closed, withdrawn, superseded, or followed by their second round."""
    later = NoticeRecord.objects.filter(published_on__lte=on, historical=False)
    second_round = later.filter(page__project=OuterRef("page__project"), page__kind=NoticeKind.DRAFT_REPORT)
    first_over = Q(page__kind=NoticeKind.FIRST_ROUND) & Q(Exists(second_round))
    # A notice before approval takes no opinions; its news is over with its publication.
    published = Q(page__kind=NoticeKind.PRE_APPROVAL, published_on__lte=on)
    standing = Q(stage=NoticeStage.PUBLISHED) & (Q(last_day__lte=on) | first_over | published)
    return NoticeRecord.objects.filter(
        standing
        | Q(stage=NoticeStage.WITHDRAWN, withdrawn_at__date__lte=on)
        | Q(stage=NoticeStage.SUPERSEDED, superseded_by__published_on__lte=on)
    )


def takes_subscribers(record: NoticeRecord, now: datetime) -> bool:
    """Whether there is still news to come of a public notice."""
    if record.stage != NoticeStage.PUBLISHED or record.historical:
        return False
    return not ended_records(timezone.localdate(now - KEPT_AFTER_END)).filter(pk=record.pk).exists()


def _delete_unnamed_keys(now: datetime) -> None:
    """Delete what a process leaves behind that died between the key store and the database."""
    old = iter(key_store.keys_before(now, UNNAMED_KEYS_KEPT))
    while chunk := list(islice(old, 500)):
        named = set(Subscription.objects.filter(key_id__in=chunk).values_list("key_id", flat=True))
        if unnamed := set(chunk) - named:
            key_store.delete_keys(unnamed)
