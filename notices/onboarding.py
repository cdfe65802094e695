"""Bringing a 建设单位 and its people onto the platform, and filing the papers that bind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from notices.capacity import is_own_staff
from notices.evidence_services import prepare_file
from notices.filing import scan_fields
from notices.invitations import issue_invitation
from notices.models import (
    Authorisation,
    Consultant,
    Delegate,
    EntrustmentAgreement,
    Invitation,
    NoticeIndexPage,
    ProponentPage,
)
from notices.permissions import is_operator
from notices.proponent_services import ensure_proponent_group
from notices.services import create_proponent
from notices.statutory.identifiers import normalise_uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made; ``consultant`` is empty for the 建设单位's own staff."""

    username: str
    name: str
    email: str = ""
    consultant: str = ""
    consultant_uscc: str = ""


def may_file(user: Any, proponent: ProponentPage) -> bool:
    """Whether the person files agreements and authorisations: an operator, or the 建设单位's own staff."""
    return is_operator(user) or is_own_staff(user, proponent)


def same_proponent(name: str, uscc: str = "") -> ProponentPage | None:
    """Return the 建设单位 that has this name or this code already."""
    pages = ProponentPage.objects.order_by("pk")
    found = pages.filter(title=name.strip()).first()
    code = normalise_uscc(uscc)
    return found or (pages.filter(uscc=code).first() if code else None)


@transaction.atomic
def onboard_proponent(
    *, name: str, uscc: str, address: str, responsible: str, account: NewAccount, user: Any, now: datetime
) -> ProponentPage:
    """Create a 建设单位 with its page, its group and its first account, whose holder is invited to set a password.

    Raises PermissionDenied for anybody but operators, ValidationError when the 建设单位 or the user name exists.
    """
    _require_operator(user)
    if same_proponent(name, uscc) is not None:
        raise ValidationError(_("已有同名或同代码的建设单位。"))
    page = create_proponent(
        index_page=NoticeIndexPage.objects.get(),
        name=name.strip(),
        uscc=normalise_uscc(uscc),
        address=address,
        responsible=responsible,
    )
    add_account(proponent=page, account=account, user=user, now=now)
    return page


@transaction.atomic
def add_account(*, proponent: ProponentPage, account: NewAccount, user: Any, now: datetime) -> Any:
    """Add an account to a 建设单位's group, without a usable password, and invite its holder; return the account.

    Raises PermissionDenied for anybody but operators, ValidationError when the user name is taken.
    """
    _require_operator(user)
    users = get_user_model().objects
    if users.filter(username__iexact=account.username).exists():
        raise ValidationError({"username": _("这个用户名已有人使用，请换一个。")})
    made = users.create_user(account.username, email=account.email, last_name=account.name)
    made.groups.add(ensure_proponent_group(page=proponent))
    if account.consultant:
        consultant = ensure_consultant(
            proponent=proponent, name=account.consultant, uscc=account.consultant_uscc
        )
        Delegate.objects.create(user=made, consultant=consultant)
    log(instance=made, action="wagtail.create", user=user)
    issue_invitation(account=made, user=user, now=now)
    return made


def ensure_consultant(*, proponent: ProponentPage, name: str, uscc: str = "") -> Consultant:
    """Return the consultant of that name, made when it is missing; a code that was unknown is filled in."""
    consultant, _new = Consultant.objects.get_or_create(proponent=proponent, name=name.strip())
    code = normalise_uscc(uscc)
    if code and not consultant.uscc:
        consultant.uscc = code
        consultant.save(update_fields=["uscc"])
    return consultant


@transaction.atomic
def set_account_active(*, proponent: ProponentPage, account: Any, active: bool, user: Any) -> None:
    """Close or reopen an account of a 建设单位. Raises PermissionDenied for others, and for accounts with more rights."""
    _require_account_of(proponent, account, user)
    account.is_active = active
    account.save(update_fields=["is_active"])
    log(instance=account, action="wagtail.edit", user=user)


def file_agreement(
    *, proponent: ProponentPage, signed_on: date, upload: Any, user: Any, now: datetime
) -> EntrustmentAgreement:
    """File the signed agreement of 个人信息保护法 Art. 21; it is never replaced, a further one is added.

    Raises PermissionDenied, and ValidationError for a bad file or a day to come.
    """
    if not may_file(user, proponent):
        raise PermissionDenied
    if signed_on > timezone.localdate(now):
        raise ValidationError({"signed_on": _("签订日期不能晚于今天。")})
    scan = prepare_file(upload)
    return EntrustmentAgreement.objects.create(
        proponent=proponent, signed_on=signed_on, filed_by=user, filed_at=now, **scan_fields(scan)
    )


def file_authorisation(
    *,
    consultant: Consultant,
    valid_from: date,
    valid_until: date,
    scope: str,
    upload: Any,
    user: Any,
    now: datetime,
) -> Authorisation:
    """File a 建设单位's authorisation of its consultant; a later one prolongs it, none is replaced.

    Raises PermissionDenied, and ValidationError for a bad file or an end before its beginning.
    """
    if not may_file(user, consultant.proponent):
        raise PermissionDenied
    if valid_until < valid_from:
        raise ValidationError({"valid_until": _("有效期的终止日不能早于起始日。")})
    scan = prepare_file(upload)
    return Authorisation.objects.create(
        consultant=consultant,
        valid_from=valid_from,
        valid_until=valid_until,
        scope=scope,
        filed_by=user,
        filed_at=now,
        **scan_fields(scan),
    )


@transaction.atomic
def invite_again(*, proponent: ProponentPage, account: Any, user: Any, now: datetime) -> Invitation:
    """Issue a new invitation to an account of a 建设单位; the old link dies. Raises PermissionDenied as above."""
    _require_account_of(proponent, account, user)
    return issue_invitation(account=account, user=user, now=now)


def _require_account_of(proponent: ProponentPage, account: Any, user: Any) -> None:
    """Let operators at the accounts of a 建设单位, and at none that has an operator's rights as well."""
    _require_operator(user)
    if is_operator(account) or not account.groups.filter(pk=proponent.group_id).exists():
        raise PermissionDenied


def _require_operator(user: Any) -> None:
    if not is_operator(user):
        raise PermissionDenied
