"""Who may erase page two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from notices.opinions.answering import erase_commenter
from notices.opinions.consents import Consent, withdraw_consents
from notices.opinions.models import Commenter, DataKey, KeyPurpose, Opinion
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


def test_page_two_sealed_anew_meanwhile_loses_its_present_key(page) -> None:
    """Whoever erases may have read the row before a consent was withdrawn."""
    person = replace(PERSON, id_number="110101199003077774", id_number_consent=True)
    send(page, now=PUBLISHED, page_two=person)
    stale = Opinion.objects.select_related("commenter", "notice__record").get()
    withdraw_consents(opinion=stale, consents=[Consent.ID_NUMBER], now=PUBLISHED + MINUTE)
    erase_commenter(opinion=stale, now=PUBLISHED + 2 * MINUTE)
    keys = DataKey.objects.filter(purpose=KeyPurpose.COMMENTER)
    assert [key.wrapped for key in keys] == [None, None]


def test_two_erasures_at_once_write_one_entry(page) -> None:
    send(page, now=PUBLISHED)
    first, second = (Opinion.objects.select_related("commenter", "notice__record").get() for _run in range(2))
    for opinion in (first, second):
        erase_commenter(opinion=opinion, now=PUBLISHED + MINUTE)
    assert first.ledger_entry.chain.entries.filter(act="erased").count() == 1
