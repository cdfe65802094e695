"""Who may erase page two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from notices.opinions.answering import erase_commenter
from notices.opinions.models import Commenter
from notices.opinions.page_two import unseal
from tests.factories import make_notice
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

MINUTE = timedelta(minutes=1)


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.mark.parametrize("who", ["rival", "outsider", "guan", "op", "stranger"])
def test_nobody_else_erases_page_two(page, who) -> None:
    user = getattr(make_people(), who)
    opinion = send(page, now=PUBLISHED).opinion
    for role in ("proponent", "portal"):
        with pytest.raises(PermissionDenied):
            erase_commenter(opinion=opinion, now=PUBLISHED + MINUTE, role=role, user=user)
    assert unseal(opinion.commenter) == PERSON


def test_the_proponent_erases_page_two_in_its_own_name_only(page) -> None:
    people = make_people()
    opinion = send(page, now=PUBLISHED).opinion
    for fields in ({"role": "portal", "user": people.li}, {"role": "proponent", "user": None}):
        with pytest.raises(PermissionDenied):
            erase_commenter(opinion=opinion, now=PUBLISHED + MINUTE, **fields)
    erase_commenter(opinion=opinion, now=PUBLISHED + MINUTE, role="proponent", user=people.li)
    entry = opinion.ledger_entry.chain.entries.order_by("-position").first()
    assert (entry.act, entry.role) == ("erased", "proponent")
    assert Commenter.objects.get(opinion=opinion).sealed is None
