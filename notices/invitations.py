"""Invitations: a signed link by which the holder of a new account sets the password, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from notices.models import Invitation
from notices.outbox.services import queue_mail
from notices.record_language import in_chinese

VALID_FOR = timedelta(days=7)
_SALT = "notices.invitations"


@in_chinese
@transaction.atomic
def issue_invitation(*, account: Any, user: Any, now: datetime) -> Invitation:
    """Invite the holder of an account to set a password, by mail too where there is an address.

    An earlier link of the account dies.
    """
    values = {"issued_at": now, "expires_at": now + VALID_FOR, "accepted_at": None, "issued_by": user}
    invitation, _new = Invitation.objects.update_or_create(user=account, defaults=values)
    if account.email:
        queue_mail(
            to=account.email,
            subject=_("设定登录密码：%(site)s") % {"site": settings.WAGTAIL_SITE_NAME},
            body=render_to_string(
                "emails/invitation.txt",
                {
                    "account": account,
                    "link": invitation_link(invitation),
                    "expires_at": invitation.expires_at,
                    "site_name": settings.WAGTAIL_SITE_NAME,
                },
            ),
            category="invitation",
            key=f"invitation:{account.pk}:{now.isoformat()}",
            now=now,
        )
    return invitation


@transaction.atomic
def accept_invitation(*, account: Any, now: datetime) -> None:
    """Note that the password was set; the link has died with the old one."""
    Invitation.objects.filter(user=account).update(accepted_at=now)


def invitation_link(invitation: Invitation) -> str:
    """Return the absolute link; it is shown to operators, printed and mailed, never logged."""
    uid = urlsafe_base64_encode(force_bytes(invitation.user_id))
    path = reverse("invitation", args=[uid, _token(invitation)])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    """Whether the link still leads to a password."""
    return invitation.accepted_at is None and now < invitation.expires_at and invitation.user.is_active


class InvitationTokens:
    """The token generator that Django's view for setting a password asks."""

    def check_token(self, user: Any, token: str | None) -> bool:
        """Whether the token belongs to the account's present invitation and may still be used."""
        invitation = Invitation.objects.filter(user=user).first() if user is not None else None
        if invitation is None or not token:
            return False
        return is_open(invitation, now=timezone.now()) and constant_time_compare(_token(invitation), token)


def _token(invitation: Invitation) -> str:
    """Return a hash over account, password and time of issue: a new password or invitation makes another one."""
    user = invitation.user
    value = f"{user.pk}:{user.password}:{invitation.issued_at.isoformat()}"
    return salted_hmac(_SALT, value, algorithm="sha256").hexdigest()[:40]
