"""How fast a ledger of 20,000 entries is verified against its rows, and that every kind of tampering is found at that size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from notices.ledger.models import Chain
from notices.ledger.roots import record_root_of_yesterday
from notices.ledger.services import append
from notices.models import NoticePage
from notices.opinions.form_tokens import new_token
from notices.opinions.models import ContactKind
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne, submit_opinion
from notices.opinions.verification import verify_ledger
from notices.services import chain_key
from portal.figures import Figure
from tests.factories import make_notice
from tests.notices.ledger import tampering

NEEDS_INSTALLATION = True
OPINIONS, ENTRIES = 5_000, 20_000
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
KINDS = {
    tampering.change: "content",
    tampering.delete: "order",
    tampering.reorder: "link",
    tampering.cut: "end",
    tampering.cut_with_head: "root_head",
    tampering.recompute: "root_head",
    tampering.recompute_roots: "root_differs",
}


def run() -> Iterator[Figure]:
    """Yield entries per second, how the time grows with the length, the cost of the page, and the kinds found."""
    page = make_notice(now=AT)
    key = chain_key(page.record)
    _grow(page, opinions=OPINIONS // 4, entries=ENTRIES // 4)
    quarter = _spent()
    _grow(page, opinions=OPINIONS, entries=ENTRIES - 2)
    append(chain_key=key, act="answered", role="proponent", at=AT)
    append(chain_key=key, act="closed", role="portal", at=AT)
    record_root_of_yesterday(now=AT + timedelta(days=1))
    whole = _spent()
    size = f"{Chain.objects.get(key=key).length} entries, {OPINIONS} opinions"
    yield Figure("verified with rows", ENTRIES / whole, "entries/s", size=size)
    yield Figure(
        "time for four times the entries", whole / quarter, "times", "linear", whole / quarter / 4, size
    )
    client = Client(SERVER_NAME="127.0.0.1")
    for name in ("ledger page, first reading", "ledger page, afterwards"):
        if name.endswith("first reading"):
            cache.clear()
        began = time.perf_counter()
        assert client.get(f"/ledger/{page.record.code}/").status_code == 200
        yield Figure(name, (time.perf_counter() - began) * 1000, "ms", size=size)
    found = sum(_is_found(tamper, key, kind) for tamper, kind in KINDS.items())
    yield Figure("kinds of tampering found", found, "kinds", "tried", found / len(KINDS), size)


def _grow(page: NoticePage, *, opinions: int, entries: int) -> None:
    """Bring the notice to so many opinions and its chain to so many entries."""
    key = chain_key(page.record)
    with transaction.atomic():
        for number in range(page.opinions.count(), opinions):
            submit_opinion(
                record=page.record,
                token=new_token(page.record.code, now=AT),
                page_one=PageOne(text=f"第 {number} 条意见：请加密监测井。"),
                page_two=PageTwo(contact_kind=ContactKind.MOBILE, contact=f"139{number:08d}", name="测试人"),
                clock=lambda: AT,
            )
        for number in range(Chain.objects.get(key=key).length, entries):
            append(chain_key=key, act="exported", role="operator", at=AT, payload={"rows": number})


def _spent() -> float:
    began = time.perf_counter()
    kinds = {fault.kind for report in verify_ledger() for fault in report.faults}
    # The answer on purpose has no row: deleting its entry harms no other.
    assert kinds <= {"answer_missing"}, kinds
    return time.perf_counter() - began


def _is_found(tamper: object, key: str, kind: str) -> bool:
    with transaction.atomic():
        assert callable(tamper)
        tamper(key)
        found = kind in {fault.kind for report in verify_ledger() for fault in report.faults}
        transaction.set_rollback(True)
    return found
