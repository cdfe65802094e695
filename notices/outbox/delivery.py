"""Sealing a mail, opening it, and one attempt to send it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from notices.outbox.models import MailState, OutboxMail
from notices.sealing import InvalidToken, master_cipher
from notices.sealing.rotation import Holder

logger = logging.getLogger(__name__)

# Between the first attempt and the second, the second and the third …; after the last one the mail has failed.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


MAILS = Holder(_("待发邮件"), lambda: OutboxMail.objects.exclude(sealed=None), "sealed")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sealed: the address and the text."""

    to: str
    body: str


def seal(letter: Letter) -> bytes:
    """Return a letter sealed under the current master key."""
    return master_cipher().encrypt(json.dumps(asdict(letter), ensure_ascii=False).encode())


def unseal(sealed: bytes | memoryview) -> Letter:
    """Return the opened letter. Raises InvalidToken when no master key opens it."""
    return Letter(**json.loads(master_cipher().decrypt(bytes(sealed))))


def masked_address(mail: OutboxMail) -> str:
    """Return the address as a screen shows it: first character and domain; empty when it is not there any more."""
    if mail.sealed is None:
        return ""
    try:
        name, _at, domain = unseal(mail.sealed).to.rpartition("@")
    except InvalidToken:
        return ""
    return f"{name[:1]}***@{domain}"


def send_one(*, mail_id: int, now: datetime) -> Exception | None:
    """Try a mail that is due; return the error, whose class is written to the row. Does nothing when it is not due."""
    row = OutboxMail.objects.filter(pk=mail_id)
    mail = row.filter(state=MailState.QUEUED, next_attempt_at__lte=now, sealed__isnull=False).first()
    if mail is None or mail.sealed is None:
        return None
    # Whoever moves the next attempt has the mail, so that worker and clock never send it both; whoever dies while
    # sending leaves a mail that is tried again.
    wait = WAITS[min(mail.attempts, len(WAITS) - 1)]
    attempts = mail.attempts + 1
    if not row.filter(state=MailState.QUEUED, next_attempt_at=mail.next_attempt_at).update(
        attempts=attempts, next_attempt_at=now + wait
    ):
        return None
    try:
        letter = unseal(mail.sealed)
        EmailMessage(mail.subject, letter.body, to=[letter.to]).send()
    except Exception as error:
        # The class alone: the text of a refusal names the address.
        reason = type(error).__name__
        state = MailState.FAILED if attempts > len(WAITS) else MailState.QUEUED
        row.update(last_error=reason, state=state)
        logger.warning("outbox mail %s was not sent: %s", mail.pk, reason)
        return error
    row.update(state=MailState.SENT, sent_at=now, sealed=None, last_error="")
    return None
