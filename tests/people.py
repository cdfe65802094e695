"""The named people of permission tests; an outsider is always among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from notices.models import Delegate, Office, OfficeKind, ProponentPage
from notices.onboarding import ensure_consultant, file_authorisation
from notices.permissions import OFFICER_GROUP, OPERATOR_GROUP
from tests.factories import a_scan, make_proponent, portal_index
from tests.remembered import remembered

COMPANY_A = "安泽清源矿业有限公司"
COMPANY_B = "浮山远山选矿有限公司"
CONSULTANT = "山西绿衡环境咨询有限公司"


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, with what they belong to."""

    li: Any
    zhao: Any
    rival: Any
    op: Any
    guan: Any
    outsider: Any
    stranger: AnonymousUser
    company_a: ProponentPage
    company_b: ProponentPage
    office: Office


def make_people() -> People:
    """Return li of company A, zhao its authorised delegate of a consultant, rival of company B, op the operator,

    guan of the Anze office, outsider without groups. ``stranger`` is not signed in. Every password is the user's name.
    """
    return remembered(_make_people, "people")


def _make_people() -> People:
    portal_index()
    company_a, company_b = make_proponent(COMPANY_A), make_proponent(COMPANY_B)
    office = Office.objects.create(
        name="安泽县生态环境分局", kind=OfficeKind.BUREAU, division_codes=["141026"]
    )
    guan = _user("guan", Group.objects.get(name=OFFICER_GROUP))
    office.members.add(guan)
    op = _user("op", Group.objects.get(name=OPERATOR_GROUP))
    return People(
        li=_user("li", company_a.group),
        zhao=_delegate("zhao", company_a, op),
        rival=_user("rival", company_b.group),
        op=op,
        guan=guan,
        outsider=_user("outsider"),
        stranger=AnonymousUser(),
        company_a=company_a,
        company_b=company_b,
        office=office,
    )


def _delegate(name: str, company: ProponentPage, op: Any) -> Any:
    user = _user(name, company.group)
    consultant = ensure_consultant(proponent=company, name=CONSULTANT)
    Delegate.objects.create(user=user, consultant=consultant)
    today = timezone.localdate()
    file_authorisation(
        consultant=consultant,
        valid_from=today - timedelta(days=400),
        valid_until=today + timedelta(days=400),
        scope="起草并提交公示、登记公众意见、拟写答复",
        upload=a_scan("授权书.pdf"),
        user=op,
        now=timezone.now(),
    )
    return user


def _user(name: str, *groups: Any) -> Any:
    user = get_user_model().objects.create_user(name, password=name)
    user.groups.add(*groups)
    return user
