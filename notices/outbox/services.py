"""Queueing a mail, sending what is due, sending again what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notices.outbox.delivery import UNREACHABLE, Letter, seal, seal_each, send_one, unseal
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.tasks import send_queued_mail, send_queued_mails
from notices.sealing import InvalidToken

BATCH = 50
LAST = -50  # priority of tasks that wait for all others
# A mail that nobody sent again in this time will not be; its address and text are kept no longer than they serve.
FAILED_KEPT = timedelta(days=30)


@transaction.atomic
def queue_mail(
    *,
    to: str,
    subject: str,
    body: str,
    category: str,
    key: str,
    now: datetime,
    key_id: UUID | None = None,
    headers: Mapping[str, str] | None = None,
) -> OutboxMail | None:
    """Put a mail into the outbox, once for each key; it is sent when the caller's transaction commits.

    Returns None when the key is known already. ``subject`` must hold no personal data: operators see it. ``key_id`` names
    the key of the person with which the mail is erased. Raises KeyGoneError when it is erased already.
    """
    if OutboxMail.objects.filter(key=key).exists():
        return None
    mail, created = OutboxMail.objects.get_or_create(
        key=key,
        defaults={
            "category": category,
            "subject": _one_line(subject),
            "sealed": seal(Letter(to, body, dict(headers or {})), key_id=key_id),
            "created_at": now,
            "next_attempt_at": now,
        },
    )
    if not created:
        return None
    # Robust: the act is committed and the clock sends what is due; a failure here must not look like the act's.
    transaction.on_commit(partial(send_queued_mail.enqueue, mail.pk), robust=True)
    return mail


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One of many mails of an occasion: ``key`` as of ``queue_mail``, ``key_id`` names the person's key."""

    key: str
    letter: Letter
    key_id: UUID


def queue_many(
    *,
    mails: Sequence[Outgoing],
    subject: str,
    category: str,
    now: datetime,
    wanted: Callable[[], set[str]],
) -> int:
    """Put mails of one occasion into the outbox, each once; return how many are new. In the caller's transaction where it has one.

    ``wanted`` is called inside the transaction and returns the keys of those that are still to go out: who left while the
    letters were sealed gets none. They are sent after everything else that waits.
    """
    sealed = seal_each([(mail.letter, mail.key_id) for mail in mails])
    rows = [
        OutboxMail(
            key=mail.key,
            category=category,
            subject=_one_line(subject),
            sealed=content,
            created_at=now,
            next_attempt_at=now,
        )
        for mail, content in zip(mails, sealed, strict=True)
        if content is not None
    ]
    with transaction.atomic():
        kept = wanted()
        known = OutboxMail.objects.filter(key__in=kept).values_list("key", flat=True)
        fresh = kept.difference(known)
        OutboxMail.objects.bulk_create([row for row in rows if row.key in fresh], ignore_conflicts=True)
        queued = sorted(OutboxMail.objects.filter(key__in=fresh).values_list("pk", flat=True))
        if queued:
            send = send_queued_mails.using(priority=LAST)
            transaction.on_commit(partial(send.enqueue, queued), robust=True)
    return len(queued)


def _one_line(subject: str) -> str:
    # A line break in a subject would begin another header.
    return " ".join(subject.split())[:200]


def reseal_mails(*, mails: QuerySet[OutboxMail], key_id: UUID) -> None:
    """Seal mails that are not out yet under another key of the same person; one that nothing opens stays as it is."""
    for pk, sealed in mails.filter(sealed__isnull=False).values_list("pk", "sealed"):
        try:
            letter = unseal(sealed or b"")
        except InvalidToken:
            continue
        # One that is sent meanwhile has lost its text and must not get it back.
        OutboxMail.objects.filter(pk=pk, sealed=sealed).update(sealed=seal(letter, key_id=key_id))


def send_due(*, now: datetime) -> int:
    """Send a batch of what is due; return how many went out.

    One mail's failure stops no other. When the mail server cannot be reached the rest waits for the next run, so that
    the clock is not held by fifty timeouts.
    """
    OutboxMail.objects.filter(state=MailState.FAILED, created_at__lt=now - FAILED_KEPT).update(sealed=None)
    due = OutboxMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now)
    sent = 0
    for mail_id in list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH]):
        error = send_one(mail_id=mail_id, now=now)
        if isinstance(error, UNREACHABLE):
            break
        sent += error is None
    return sent


@transaction.atomic
def send_again(*, mail: OutboxMail, now: datetime) -> bool:
    """Queue a failed mail anew; return False when it did not fail or its text was deleted meanwhile."""
    failed = OutboxMail.objects.filter(pk=mail.pk, state=MailState.FAILED, sealed__isnull=False)
    queued = failed.update(state=MailState.QUEUED, attempts=0, next_attempt_at=now)
    if queued:
        transaction.on_commit(partial(send_queued_mail.enqueue, mail.pk))
    return bool(queued)


def failed_count() -> int:
    """Return how many mails wait for an operator."""
    return OutboxMail.objects.filter(state=MailState.FAILED, sealed__isnull=False).count()
