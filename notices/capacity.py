"""As whom a person acts on a notice: platform, the 建设单位's own staff, or a named consultant by authorisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models.parties import Authorisation, Consultant, Delegate
from notices.permissions import OPERATOR_GROUP, is_officer, is_operator, remembered

if TYPE_CHECKING:
    from notices.models import NoticePage, ProponentPage

ROLE_LABELS = {
    "operator": gettext_lazy("平台管理员"),
    "portal": gettext_lazy("平台"),
    "proponent": gettext_lazy("建设单位"),
    "delegate": gettext_lazy("受托编制单位"),
    "public": gettext_lazy("公众"),
    "officer": gettext_lazy("主管部门"),
}


@dataclass(frozen=True, slots=True)
class Capacity:
    """A role in the ledger's words; ``organisation`` is the consultant's name for a delegate, empty otherwise."""

    role: str
    organisation: str = ""


def consultant_of(user: Any) -> Consultant | None:
    """Return the consultant that a person belongs to, None for everybody but delegates."""
    delegates = Delegate.objects.select_related("consultant").filter(user_id=user.pk)
    delegate = remembered(user, "delegate", delegates.first)
    return delegate.consultant if delegate else None


def capacity_of(user: Any) -> Capacity:
    """Return as whom a person who may prepare a notice acts on it."""
    if is_operator(user):
        return Capacity("operator")
    consultant = consultant_of(user)
    return Capacity("delegate", consultant.name) if consultant else Capacity("proponent")


def ledger_role(user: Any) -> str:
    """Return as whom a person reads or exports, in the ledger's words; asked of those who may."""
    if is_operator(user):
        return "operator"
    return "officer" if is_officer(user) else "proponent"


def is_own_staff(user: Any, proponent: ProponentPage) -> bool:
    """Whether the person speaks for the 建设单位 itself: an account of its group, neither delegate nor operator."""
    return bool(
        user.is_active
        and proponent.group_id is not None
        and user.groups.filter(pk=proponent.group_id).exists()
        and not is_operator(user)
        and consultant_of(user) is None
    )


def is_authorised(consultant: Consultant, *, on: date) -> bool:
    """Whether an authorisation of the consultant is on file and valid on the day."""
    return Authorisation.objects.filter(
        consultant=consultant, valid_from__lte=on, valid_until__gte=on
    ).exists()


def mandate_gap(user: Any, notice: NoticePage | ProponentPage, *, on: date) -> str:
    """Return what a delegate must file before acting for this 建设单位, empty when nothing is missing or for others.

    ``notice`` may be the proponent's page, for a notice that has no place in the tree yet.
    """
    if is_operator(user):
        return ""
    consultant = consultant_of(user)
    if consultant is None:
        return ""
    if notice.path.startswith(consultant.proponent.path) and is_authorised(consultant, on=on):
        return ""
    return _(
        "%(name)s没有有效的授权书：未备案，或者已过有效期。可以继续起草，但不能提交和办理；"
        "请建设单位或平台管理员在“建设单位”页备案新的授权书。"
    ) % {"name": consultant.name}


def capacity_labels(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return in words as whom each of these people acts, in two queries for any number."""
    keys = {pk for pk in user_ids if pk is not None}
    operators = get_user_model().objects.filter(
        groups__name=OPERATOR_GROUP
    ) | get_user_model().objects.filter(is_superuser=True)
    labels = dict.fromkeys(keys, str(ROLE_LABELS["proponent"]))
    for user_id, name in Delegate.objects.filter(user__in=keys).values_list("user_id", "consultant__name"):
        labels[user_id] = f"{ROLE_LABELS['delegate']} {name}"
    labels |= dict.fromkeys(
        operators.filter(pk__in=keys).values_list("pk", flat=True), str(ROLE_LABELS["operator"])
    )
    return labels
