"""What a person signs in with beside the password, and who failed to sign in."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from notices.sealing import master_cipher
from notices.sealing.rotation import Holder

# A phone's clock may be this many steps of 30 seconds off (RFC 6238, 5.2).
TOLERANCE = 1
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def plain_code(text: str) -> str:
    """Return a code as people type it, full-width, spaced, hyphened or in small letters, in its one form."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text).upper()
        if letter.isascii() and letter.isalnum()
    )


def accepted_step(secret: bytes, code: str, *, after: int = -1) -> int | None:
    """Return the time step to which a six-digit code belongs, None when it is wrong or not later than ``after``."""
    if not _SIX_DIGITS.fullmatch(code):
        return None
    totp = TOTP(secret)
    return int(totp.t()) if totp.verify(int(code), tolerance=TOLERANCE, min_t=after + 1) else None


def digest_of(code: str) -> str:
    """Return what is kept of a recovery code; its 80 random bits need no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()


class Authenticator(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """A person's authenticator app (RFC 6238: SHA-1, 30 seconds, 6 digits); its secret lies under the master keys."""

    sealed = models.BinaryField()
    # A code is accepted once: the next one must belong to a later step.
    last_step = models.BigIntegerField(default=-1)

    class Meta:
        verbose_name = _("验证器")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user"], name="signin_one_authenticator")
        ]

    def get_throttle_factor(self) -> int:
        """Return the seconds to wait after the first failure; each further one doubles them."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether a code of the app or a recovery code is right; it is used up with that.

        Called with the row locked. Raises InvalidToken when no master key opens the secret.
        """
        if not self.verify_is_allowed()[0]:
            return False
        right = self._use(plain_code(token))
        if right:
            self.set_last_used_timestamp(commit=False)
            self.throttle_reset()
        else:
            self.throttle_increment()
        return right

    def _use(self, code: str) -> bool:
        if not _SIX_DIGITS.fullmatch(code):
            spent, _rows = RecoveryCode.objects.filter(user_id=self.user_id, digest=digest_of(code)).delete()
            return bool(spent)
        secret = master_cipher().decrypt(bytes(self.sealed))
        step = accepted_step(secret, code, after=self.last_step)
        if step is not None:
            self.last_step = step
        return step is not None


SECRETS = Holder(_("验证器密钥"), lambda: Authenticator.objects.all(), "sealed")


class RecoveryCode(models.Model):
    """A code on paper for who has lost the phone; the row goes when it is used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("恢复码")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="signin_recovery_code")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class FailedSignIns(models.Model):
    """How often signing in failed lately, with one user name or from one address.

    What was typed as a user name may be a password: it is kept as a keyed hash, and by the account where there is one.
    """

    key = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    address = models.GenericIPAddressField(_("地址"), null=True)
    count = models.PositiveIntegerField(_("失败次数"), default=0)
    last_at = models.DateTimeField(_("最近一次"))
    locked_until = models.DateTimeField(_("锁定至"), null=True)

    class Meta:
        verbose_name = _("登录失败")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
