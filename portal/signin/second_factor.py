"""The second factor: enrolling an authenticator app, checking codes, recovery codes, and the reset by somebody else."""

from __future__ import annotations

import math
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from notices.outbox.services import queue_mail
from notices.permissions import is_operator
from notices.reasons import is_reason
from notices.record_language import in_chinese
from notices.sealing import InvalidToken, master_cipher
from portal.signin.lockout import lift
from portal.signin.models import (
    Authenticator,
    FailedSignIns,
    RecoveryCode,
    accepted_step,
    digest_of,
    plain_code,
)

RECOVERY_CODES = 10
_SECRET_BYTES = 20  # RFC 4226, requirement 6
# Crockford's 32 signs without those that look alike; 16 of them are 80 bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16

ENROLLED, RENEWED, RESET, LIFTED = "signin.enrolled", "signin.renewed", "signin.reset", "signin.lifted"


class Verdict(StrEnum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_SOON = "too_soon"
    UNREADABLE = "unreadable"  # no master key opens the secret


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a code, and the seconds to wait where it was given too soon after wrong ones."""

    verdict: Verdict
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new authenticator and its recovery codes, which nobody can show again."""

    authenticator: Authenticator
    codes: list[str]


def authenticator_of(user: Any) -> Authenticator | None:
    """Return the person's authenticator."""
    return Authenticator.objects.filter(user=user).first()


def new_secret() -> str:
    """Return a fresh secret, sealed, to be kept in the session of the person who enrols and nowhere else."""
    return master_cipher().encrypt(secrets.token_bytes(_SECRET_BYTES)).decode()


def open_secret(sealed: str) -> bytes | None:
    """Return a sealed secret opened, None when no key opens it."""
    try:
        return master_cipher().decrypt(sealed.encode())
    except InvalidToken:
        return None


def secret_in_words(secret: bytes) -> str:
    """Return the secret as it is typed into an app that cannot see the picture: base 32 in groups of four."""
    letters = b32encode(secret).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def otpauth_address(secret: bytes, username: str) -> str:
    """Return what the QR code holds (Google's key URI format)."""
    # The issuer once, not in the label too: a coarser picture is easier to scan.
    query = urlencode(
        {"secret": b32encode(secret).decode(), "issuer": settings.WAGTAIL_SITE_NAME}, quote_via=quote
    )
    return f"otpauth://totp/{quote(username)}?{query}"


def enrol(*, user: Any, secret: bytes, code: str) -> Enrolled | None:
    """Make the app that shows this code the person's authenticator; None when the code is wrong.

    Raises PermissionDenied when the person has one: nobody replaces it with the password alone.
    """
    step = accepted_step(secret, plain_code(code))
    if step is None:
        return None
    sealed = master_cipher().encrypt(secret)
    with transaction.atomic():
        authenticator, new = Authenticator.objects.get_or_create(
            user=user, defaults={"name": "app", "sealed": sealed, "last_step": step}
        )
        if not new:
            raise PermissionDenied
        codes = _replace_codes(user)
        log(instance=user, action=ENROLLED, user=user)
    return Enrolled(authenticator, codes)


@transaction.atomic
def check_code(*, user: Any, code: str) -> Checked:
    """Check a code of the app or a recovery code; a right one is used up, wrong ones make the next wait."""
    authenticator = Authenticator.objects.select_for_update().filter(user=user).first()
    if authenticator is None:
        return Checked(Verdict.WRONG)
    allowed, why = authenticator.verify_is_allowed()
    if not allowed:
        return Checked(
            Verdict.TOO_SOON, math.ceil((why["locked_until"] - timezone.now()).total_seconds()) or 1
        )
    try:
        right = authenticator.verify_token(code)
    except InvalidToken:
        return Checked(Verdict.UNREADABLE)
    return Checked(Verdict.RIGHT if right else Verdict.WRONG)


@transaction.atomic
def renew_codes(*, user: Any) -> list[str]:
    """Give ten new recovery codes; the old ones are worth nothing any more."""
    log(instance=user, action=RENEWED, user=user)
    return _replace_codes(user)


@transaction.atomic
def give_up(*, user: Any) -> None:
    """Take the person's own authenticator away, so that another one can be enrolled at once."""
    _forget(user)
    log(instance=user, action=RESET, user=user, data={"reason": _("本人更换验证器")})


def may_reset(user: Any, account: Any) -> bool:
    """Whether the person may take this account's second factor away: an operator, not one's own, not a superuser's."""
    others = user.pk != account.pk and (user.is_superuser or not account.is_superuser)
    return others and is_operator(user)


@transaction.atomic
def reset_second_factor(*, account: Any, reason: str, user: Any, now: datetime) -> None:
    """Take an account's authenticator and codes away after its holder lost them; its sessions need a new one at once.

    Recorded with the reason and told to the holder by mail. ``user`` is None where it is done on the machine itself.
    Raises PermissionDenied for one's own account, for a superuser's and for anybody but operators; ValidationError
    without a reason.
    """
    if user is not None and not may_reset(user, account):
        raise PermissionDenied
    if not is_reason(reason):
        raise ValidationError({"reason": _("请写明原因，例如：本人持单位证明到场，手机已丢失。")})
    _forget(account)
    log(instance=account, action=RESET, user=user, data={"reason": reason.strip()})
    if account.email:
        _tell_reset(account, now)


@in_chinese
def _tell_reset(account: Any, now: datetime) -> None:
    context = {"account": account, "at": now, "site_name": settings.WAGTAIL_SITE_NAME}
    queue_mail(
        to=account.email,
        subject=_("您的两步验证已重置：%(site)s") % {"site": settings.WAGTAIL_SITE_NAME},
        body=render_to_string("emails/second_factor_reset.txt", context),
        category="second_factor",
        key=f"second_factor_reset:{account.pk}:{now.isoformat()}",
        now=now,
    )


@transaction.atomic
def lift_lock(*, account: Any, user: Any) -> None:
    """Let an account sign in again at once. Raises PermissionDenied for anybody but operators."""
    if not is_operator(user):
        raise PermissionDenied
    lift(failures=FailedSignIns.objects.filter(account=account))
    Authenticator.objects.filter(user=account).update(
        throttling_failure_count=0, throttling_failure_timestamp=None
    )
    log(instance=account, action=LIFTED, user=user)


def _replace_codes(user: Any) -> list[str]:
    codes = [
        "".join(secrets.choice(_SIGNS) for _sign in range(_CODE_LENGTH)) for _code in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=digest_of(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4)) for code in codes]


def _forget(account: Any) -> None:
    Authenticator.objects.filter(user=account).delete()
    RecoveryCode.objects.filter(user=account).delete()
