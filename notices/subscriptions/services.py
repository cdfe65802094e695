"""Asking for mails, confirming the address, stopping; what is erased is erased at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from notices.models import NoticeRecord
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import queue_mail
from notices.subscriptions import key_store
from notices.subscriptions.letters import CATEGORY, confirmation, mail_key
from notices.subscriptions.links import CONFIRM_WITHIN, stop_headers
from notices.subscriptions.models import Subscription


def ask(
    *,
    address: str,
    record: NoticeRecord | None = None,
    county: str = "",
    topics: Iterable[str] = (),
    now: datetime,
) -> None:
    """Keep the wish of an address, unconfirmed, and send it the link that confirms.

    The same is done for every address, known or not; nobody is told of anything before the link was used.
    """
    row = Subscription(
        handle=secrets.token_urlsafe(16),
        record=record,
        county="" if record else county,
        address_hash=key_store.address_hash(address),
        requested_at=now,
    )
    row.set_topics(topics)
    letter = confirmation(row)
    # The key first: no row ever names a key that is not there.
    row.key_id, cipher = key_store.create_key(now=now)
    try:
        row.sealed = cipher.encrypt(address.encode())
        with transaction.atomic():
            row.save(force_insert=True)
            queue_mail(
                to=address,
                subject=letter.subject,
                body=letter.body,
                category=CATEGORY,
                key=mail_key(row.handle, "confirm"),
                now=now,
                key_id=row.key_id,
                headers=stop_headers(row.handle),
            )
    except Exception:
        key_store.delete_keys([row.key_id])
        raise


def confirm(*, subscription: Subscription, now: datetime) -> Subscription | None:
    """Confirm an address and return what it is told of from now on; safe to repeat.

    Where the address has a subscription to the same already, that one takes the new topics over. Returns None when the wish
    is older than 48 hours or was taken back meanwhile.
    """
    try:
        with transaction.atomic():
            confirmed, key_id = _confirmed(subscription, now)
    except IntegrityError:
        # Another link of the same address was used at the same moment: now it is there to be found.
        with transaction.atomic():
            confirmed, key_id = _confirmed(subscription, now)
    if key_id is not None:
        key_store.delete_keys([key_id])
    return confirmed


def _confirmed(subscription: Subscription, now: datetime) -> tuple[Subscription | None, UUID | None]:
    """Return what is in force now, and the key that is not needed any more."""
    row = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
    if row is None or row.confirmed_at is not None or row.merged_into_id is not None:
        return row, None
    if not row.is_waiting(since=now - CONFIRM_WITHIN):
        return None, None
    older = Subscription.objects.select_for_update().same_wish(row).first()
    if older is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
        return row, None
    older.set_topics(row.topics)
    older.save()
    _drop_mails([row.handle])
    gone = row.key_id
    row.merged_into, row.address_hash, row.sealed, row.key_id = older, "", None, None
    row.save()
    return older, gone


def stop(*, subscription: Subscription) -> None:
    """Stop a subscription and erase its address, mails that wait included; safe to repeat."""
    erase([subscription])


def erase(subscriptions: Iterable[Subscription]) -> None:
    """Erase subscriptions: keys first, so that nothing can be read any more; what is broken off is found again by its row."""
    rows = list(subscriptions)
    ids = [row.pk for row in rows]
    key_store.delete_keys([row.key_id for row in rows if row.key_id is not None])
    with transaction.atomic():
        # Locked, or a wish that is confirmed at this moment is merged into a row that goes.
        list(Subscription.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
        merged = Subscription.objects.filter(merged_into__in=ids).values_list("handle", flat=True)
        handles = [*(row.handle for row in rows), *merged]
        # The rows before their mails: whoever queues mails looks at the rows in the same transaction.
        Subscription.objects.filter(pk__in=ids).delete()
        _drop_mails(handles)


def _drop_mails(handles: Iterable[str]) -> None:
    waiting = OutboxMail.objects.filter(state__in=(MailState.QUEUED, MailState.FAILED), category=CATEGORY)
    for handle in handles:
        waiting.filter(key__startswith=mail_key(handle, "")).delete()
