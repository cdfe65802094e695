"""The named people of permission tests; an outsider is always among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group

from notices.models import Office, OfficeKind, ProponentPage
from notices.permissions import OFFICER_GROUP, OPERATOR_GROUP
from tests.factories import make_proponent, portal_index

COMPANY_A = "安泽清源矿业有限公司"
COMPANY_B = "浮山远山选矿有限公司"


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, with what they belong to."""

    li: Any
    rival: Any
    op: Any
    guan: Any
    outsider: Any
    stranger: AnonymousUser
    company_a: ProponentPage
    company_b: ProponentPage
    office: Office


def make_people() -> People:
    """Return li of company A, rival of company B, op the operator, guan of the Anze office, outsider without groups.

    ``stranger`` is not signed in. Every password is the user's name.
    """
    portal_index()
    company_a, company_b = make_proponent(COMPANY_A), make_proponent(COMPANY_B)
    office = Office.objects.create(
        name="安泽县生态环境分局", kind=OfficeKind.BUREAU, division_codes=["141026"]
    )
    guan = _user("guan", Group.objects.get(name=OFFICER_GROUP))
    office.members.add(guan)
    return People(
        li=_user("li", company_a.group),
        rival=_user("rival", company_b.group),
        op=_user("op", Group.objects.get(name=OPERATOR_GROUP)),
        guan=guan,
        outsider=_user("outsider"),
        stranger=AnonymousUser(),
        company_a=company_a,
        company_b=company_b,
        office=office,
    )


def _user(name: str, *groups: Any) -> Any:
    user = get_user_model().objects.create_user(name, password=name)
    user.groups.add(*groups)
    return user
