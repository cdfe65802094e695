"""Telling: the mails of a piece of news, put into the outbox batch by batch.

Every mail has the subscription and the occasion in its key, and every batch is a transaction of its own that remembers how far
it came: a worker may die anywhere, the next one goes on, and nobody is told twice.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from notices.models import NoticeRecord
from notices.outbox.delivery import Letter
from notices.outbox.services import Outgoing, queue_many
from notices.subscriptions import key_store, letters
from notices.subscriptions.links import stop_headers
from notices.subscriptions.models import Announcement, NewsKind, Subscription
from notices.subscriptions.models.announcements import TOPIC_OF
from notices.subscriptions.models.subscriptions import SubscriptionQuerySet, wish_field
from notices.subscriptions.services import erase

logger = logging.getLogger(__name__)


class KeysNotOpenedError(Exception):
    """Subscribers were not told because the master keys do not open their keys; they are told once those are back."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"the master keys do not open the keys of {count} subscribers: put the right file of master keys back"
        )


BATCH = 25  # mails in one transaction and one task, well under 100 ms


def tell(*, announcement_id: int, now: datetime) -> int:
    """Queue the mails of an announcement, batch by batch, from where it was broken off; return how many subscribers were told.

    Raises KeysNotOpenedError at the end when some could not be; the clock asks again.
    """
    told = Announcement.objects.select_related("record__page__project", "entry").get(pk=announcement_id)
    news = letters.news_of(told, now=now) if told.done_at is None else None
    count = unopened = 0
    while news is not None:
        batch = list(_recipients(told).filter(pk__gt=told.last_told).order_by("pk")[:BATCH])
        if not batch:
            break
        queued, skipped = _tell_batch(told, news, batch, now)
        count, unopened = count + queued, unopened + skipped
    if unopened:
        # From the beginning next time: nobody is told twice.
        Announcement.objects.filter(pk=told.pk).update(last_told=0)
        raise KeysNotOpenedError(unopened)
    Announcement.objects.filter(pk=told.pk, done_at=None).update(done_at=now)
    return count


def _recipients(told: Announcement) -> SubscriptionQuerySet:
    rows = Subscription.objects.confirmed().filter(confirmed_at__lte=told.happened_at)
    kind = NewsKind(told.kind)
    if kind == NewsKind.PUBLISHED:
        return rows.filter(record=None, county__in=_codes_around(told.record))
    return rows.filter(record=told.record, **{wish_field(TOPIC_OF[kind]): True})


def _codes_around(record: NoticeRecord) -> set[str]:
    """Return the divisions that a notice lies in, their prefectures and provinces."""
    codes = (
        set(record.page.project.divisions.values_list("code", flat=True)) if record.page.project else set()
    )
    return {around for code in codes for around in (code, f"{code[:4]}00", f"{code[:2]}0000")}


def _tell_batch(
    told: Announcement, news: letters.News, batch: list[Subscription], now: datetime
) -> tuple[int, int]:
    """Put one batch into the outbox; return how many mails are new and how many keys did not open.

    Who has left meanwhile is left out, whose key is gone is erased.
    """
    ciphers = key_store.open_keys(row.key_id for row in batch if row.key_id is not None)
    keys = {letters.mail_key(row.handle, told.key): row for row in batch}
    mails, shut = [], []
    for key, row in keys.items():
        cipher = ciphers.get(row.key_id) if row.key_id else None
        if cipher is None or row.sealed is None or row.key_id is None:
            shut.append(row)
            continue
        address = cipher.decrypt(bytes(row.sealed)).decode()
        text = letters.announcement(news, told.record, row.handle)
        mails.append(Outgoing(key, Letter(address, text.body, stop_headers(row.handle)), row.key_id))

    def still_wanted() -> set[str]:
        rows = _recipients(told).select_for_update().filter(pk__in=[row.pk for row in batch])
        there = set(rows.values_list("pk", flat=True))
        return {key for key, row in keys.items() if row.pk in there}

    with transaction.atomic():
        queued = queue_many(
            mails=mails, subject=news.subject, category=letters.CATEGORY, now=now, wanted=still_wanted
        )
        told.last_told, told.mails = batch[-1].pk, told.mails + queued
        told.save(update_fields=["last_told", "mails"])
    # An older copy of the database was restored: the person had left. A key that is there is opened by other master keys.
    gone = key_store.gone_keys(row.key_id for row in shut if row.key_id) if shut else set()
    lost = [row for row in shut if row.key_id is None or row.key_id in gone]
    if lost:
        logger.warning("%d subscriptions whose keys are gone were erased", len(lost))
        erase(lost)
    return queued, len(shut) - len(lost)
