"""Sealing a mail, opening it, and one attempt to send it.

A mail of a person whose data must be erasable lies under that person's key inside the seal of the master keys: once the key
is destroyed, no copy of the outbox opens it. Which keys there are, a higher app says.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPServerDisconnected
from socket import gaierror
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from notices.outbox.models import MailState, OutboxMail
from notices.sealing import Fernet, InvalidToken, MultiFernet, master_cipher
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
# The mail server is not there: whoever sends many mails stops and leaves the rest for later.
UNREACHABLE = (ConnectionError, TimeoutError, gaierror, SMTPConnectError, SMTPServerDisconnected)

MAILS = Holder(_("待发邮件"), lambda: OutboxMail.objects.exclude(sealed=None), "sealed")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sealed: the address, the text and, where there are any, further header lines."""

    to: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class KeyGoneError(Exception):
    """The key under which a mail was to be sealed is not there any more."""


Keys = Callable[[Iterable[UUID]], Mapping[UUID, Fernet | None]]
_keys: list[Keys] = []


def register_keys(keys: Keys) -> None:
    """Add a place where keys of persons are opened, many at once, None for a destroyed one; apps do so in ``ready()``."""
    if keys not in _keys:
        _keys.append(keys)


def _opened(key_ids: Iterable[UUID]) -> Mapping[UUID, Fernet | None]:
    wanted = set(key_ids)
    found: dict[UUID, Fernet | None] = {}
    for keys in _keys:
        if missing := wanted.difference(found):
            found.update(keys(missing))
    return found


def seal(letter: Letter, *, key_id: UUID | None = None) -> bytes:
    """Return a letter sealed under the current master key, inside that under a person's key where one is named.

    Raises KeyGoneError when that key was destroyed.
    """
    if key_id is None:
        return master_cipher().encrypt(_content(letter))
    (sealed,) = seal_each([(letter, key_id)])
    if sealed is None:
        raise KeyGoneError(str(key_id))
    return sealed


def seal_each(letters: Sequence[tuple[Letter, UUID]]) -> list[bytes | None]:
    """Return letters sealed each under the key of its person; keys are asked for once, None stands for a destroyed one."""
    outer, keys = master_cipher(), _opened(key_id for _letter, key_id in letters)
    sealed: list[bytes | None] = []
    for letter, key_id in letters:
        cipher = keys.get(key_id)
        if cipher is None:
            sealed.append(None)
            continue
        inner = cipher.encrypt(_content(letter)).decode()
        sealed.append(outer.encrypt(json.dumps({"key_id": str(key_id), "sealed": inner}).encode()))
    return sealed


def _content(letter: Letter) -> bytes:
    return json.dumps(asdict(letter), ensure_ascii=False).encode()


def unseal(sealed: bytes | memoryview) -> Letter:
    """Return the opened letter. Raises InvalidToken when no key opens it."""
    (letter,) = _unsealed([sealed])
    if letter is None:
        raise InvalidToken
    return letter


def _unsealed(sealed: Iterable[bytes | memoryview]) -> list[Letter | None]:
    """Return the opened letters, None for one that no key opens; persons' keys are asked for once."""
    outer = master_cipher()
    contents = [_decrypted(outer, bytes(each)) for each in sealed]
    keys = _opened(UUID(content["key_id"]) for content in contents if content and "key_id" in content)
    letters: list[Letter | None] = []
    for content in contents:
        inner = content
        if content and "key_id" in content:
            inner = _decrypted(keys.get(UUID(content["key_id"])), content["sealed"].encode())
        letters.append(Letter(**inner) if inner else None)
    return letters


def _decrypted(cipher: Fernet | MultiFernet | None, token: bytes) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] | None = json.loads(cipher.decrypt(token)) if cipher else None
    except InvalidToken:
        return None
    return content


def masked_addresses(mails: Iterable[OutboxMail]) -> dict[int, str]:
    """Return the addresses as a screen shows them, first character and domain; empty where they are not there any more."""
    there = [mail for mail in mails if mail.sealed is not None]
    letters = _unsealed(mail.sealed for mail in there if mail.sealed is not None)
    return {mail.pk: _masked(letter) for mail, letter in zip(there, letters, strict=True)}


def masked_address(mail: OutboxMail) -> str:
    """Return the address of one mail as a screen shows it."""
    return masked_addresses([mail]).get(mail.pk, "")


def _masked(letter: Letter | None) -> str:
    if letter is None:
        return ""
    name, _at, domain = letter.to.rpartition("@")
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
        EmailMessage(mail.subject, letter.body, to=[letter.to], headers=letter.headers).send()
    except Exception as error:
        # The class alone: the text of a refusal names the address.
        reason = type(error).__name__
        state = MailState.FAILED if attempts > len(WAITS) else MailState.QUEUED
        row.update(last_error=reason, state=state)
        logger.warning("outbox mail %s was not sent: %s", mail.pk, reason)
        return error
    row.update(state=MailState.SENT, sent_at=now, sealed=None, last_error="")
    return None
