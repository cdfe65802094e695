"""Many at once on the database file: numbers without gaps, a double click taken once, the chain whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from notices.ledger.models import Chain
from notices.opinions.form_tokens import new_token
from notices.opinions.models import DataKey, Opinion
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import PUBLISHED, send

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)

SENDERS = 8
EACH = 3


def in_threads(work, count: int):
    def closing(index: int):
        try:
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(closing, range(count)))


def test_numbers_have_no_gap_and_no_double_under_concurrency() -> None:
    page = make_notice(now=PUBLISHED)
    receipts = in_threads(lambda index: send(page, f"意见 {index}", now=PUBLISHED), SENDERS * EACH)
    assert sorted(receipt.opinion.sequence for receipt in receipts) == list(range(1, SENDERS * EACH + 1))
    assert len({receipt.opinion.number for receipt in receipts}) == SENDERS * EACH
    chain = Chain.objects.get(key=f"notice:{page.record.code}")
    assert verify_chain(chain) == []
    received = [entry.payload["number"] for entry in chain.entries.filter(act="opinion_received")]
    assert received == list(Opinion.objects.order_by("sequence").values_list("number", flat=True))


def test_the_same_form_sent_at_once_is_taken_once() -> None:
    page = make_notice(now=PUBLISHED)
    token = new_token(page.record.code, now=PUBLISHED)
    receipts = in_threads(lambda index: send(page, now=PUBLISHED, token=token), SENDERS)
    assert len({(receipt.opinion.pk, receipt.code) for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert Opinion.objects.count() == 1
    assert DataKey.objects.filter(purpose="commenter").count() == 1
