"""What the list and the entry of 建设单位 show, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import ROLE_LABELS
from notices.invitations import is_open
from notices.models import Authorisation, Consultant, Invitation, ProponentPage
from notices.permissions import editable_page_paths, is_operator
from notices.querysets import division_query


def visible_proponents(user: Any) -> Any:
    """Return the 建设单位 whose entry a person may open: an operator all, its accounts their own, others none."""
    pages = ProponentPage.objects.all()
    if not user.is_active or user.is_anonymous:
        return pages.none()
    return pages if is_operator(user) else pages.filter(division_query(editable_page_paths(user), "path"))


def listed_proponents(user: Any) -> Any:
    """Return them for the list, with counts of accounts in use and the day of the latest agreement."""
    return (
        visible_proponents(user)
        .annotate(
            accounts=Count("group__user", filter=Q(group__user__is_active=True), distinct=True),
            agreed_on=Max("agreements__signed_on"),
        )
        .order_by("title", "pk")
    )


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account: who it speaks for, in words, and how far it is set up. ``invited`` says that its link is alive."""

    account: Any
    capacity: str
    state: str
    invited: bool


@dataclass(frozen=True, slots=True)
class ConsultantRow:
    """A consultant with its authorisations, the latest first; ``valid`` is judged today."""

    consultant: Consultant
    authorisations: tuple[Authorisation, ...]
    valid: bool


def account_rows(proponent: ProponentPage, *, now: datetime) -> list[AccountRow]:
    """Return the accounts of a 建设单位 in a fixed number of queries."""
    if proponent.group_id is None:
        return []
    accounts = (
        get_user_model()
        .objects.filter(groups=proponent.group_id)
        .select_related("delegate__consultant", "invitation")
        .order_by("-is_active", "pk")
    )
    return [_account_row(account, now) for account in accounts]


def _account_row(account: Any, now: datetime) -> AccountRow:
    delegate = getattr(account, "delegate", None)
    capacity = f"{ROLE_LABELS['delegate']} {delegate.consultant}" if delegate else _("本单位人员")
    invitation: Invitation | None = getattr(account, "invitation", None)
    invited = invitation is not None and is_open(invitation, now=now)
    if not account.is_active:
        state = _("已停用")
    elif invitation is not None and invited:
        state = _("等待设定密码，邀请 %(day)s 前有效") % {
            "day": f"{timezone.localtime(invitation.expires_at):%Y-%m-%d %H:%M}"
        }
    elif account.has_usable_password():
        state = _("可以登录")
    else:
        state = _("邀请已过期，请重新邀请")
    return AccountRow(account, capacity, state, invited)


def consultant_rows(proponent: ProponentPage, *, today: date) -> list[ConsultantRow]:
    """Return the consultants of a 建设单位 in a fixed number of queries."""
    rows = []
    for consultant in proponent.consultants.prefetch_related("authorisations"):
        filed = tuple(consultant.authorisations.all())
        valid = any(paper.valid_from <= today <= paper.valid_until for paper in filed)
        rows.append(ConsultantRow(consultant, filed, valid))
    return rows
