"""The public ledger: readable, the same in JSON as it is hashed, without personal data, at the same cost for any length."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notices.ledger.models import Chain, DailyRoot, Entry, LedgerCheck
from notices.ledger.roots import record_root_of_yesterday
from notices.ledger.selectors import verdict_on
from notices.ledger.services import append, canonical_bytes
from notices.models import NoticePage
from notices.opinions.access import read_contacts
from notices.opinions.models import AccessBasis
from notices.services import chain_key
from tests.factories import make_notice
from tests.notices.ledger import tampering
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Any) -> None:
    cache.clear()
    settings.LEDGER_ROOTS_DIR = tmp_path / "roots"


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read(page: NoticePage, more: str = "") -> str:
    answer = Client().get(f"/ledger/{page.record.code}/{more}")
    assert answer.status_code == 200
    return content_of(answer).decode()


def lengthen(page: NoticePage, count: int) -> None:
    for number in range(count):
        payload = {"profile": "bureau", "rows": number}
        append(
            chain_key=chain_key(page.record), act="exported", role="operator", at=PUBLISHED, payload=payload
        )


def test_the_page_says_in_words_what_happened_and_that_nothing_was_changed(page) -> None:
    number = send(page, now=PUBLISHED + DAY).opinion.number
    html = read(page)
    for words in ("收到意见", number, "期限内", "公众", "环环相扣", "2026年3月3日", "截止日2026年3月16日"):
        assert words in html, words
    assert Chain.objects.get(key=chain_key(page.record)).head in html
    for private in ("13900000001", "测试人", "请加密", "factory-operator", "09:00"):
        assert private not in html
    assert f"/ledger/{page.record.code}/" in Client().get(f"/n/{page.record.code}/").content.decode()


def test_the_json_carries_every_entry_as_it_is_hashed_and_nothing_else(page) -> None:
    send(page, now=PUBLISHED + DAY)
    data = json.loads(read(page, "ledger.json"))
    assert data == json.loads(read(page, "?format=json"))
    chain = Chain.objects.get(key=chain_key(page.record))
    assert (data["head"], data["length"], data["chain"]) == (chain.head, chain.length, chain.key)
    assert [row["hash"] for row in data["entries"]] == list(chain.entries.values_list("hash", flat=True))
    assert set(data["entries"][0]["entry"]) == {
        "chain",
        "position",
        "day",
        "act",
        "role",
        "payload",
        "previous",
    }
    assert "canonicalisation" in data
    text = canonical_bytes(data).decode()
    for private in ("13900000001", "测试人", "请加密", "+08:00", "T09:"):
        assert private not in text
    again = Client().get(
        f"/ledger/{page.record.code}/ledger.json", headers={"If-None-Match": f'"{chain.head}"'}
    )
    assert again.status_code == 304


def test_a_draft_and_an_unknown_code_have_no_public_ledger(page) -> None:
    for stage in ("draft", "approved"):
        code = make_notice(stage=stage, now=PUBLISHED).record.code
        assert Client().get(f"/ledger/{code}/").status_code == 404
        assert Client().get(f"/ledger/{code}/ledger.json").status_code == 404
    assert Client().get("/ledger/999999/").status_code == 404
    assert Client().post(f"/ledger/{page.record.code}/").status_code == 405


def test_a_long_ledger_costs_no_more_queries_and_only_what_is_new_is_read(page) -> None:
    lengthen(page, 3)
    with CaptureQueriesContext(connection) as few:
        read(page)
    lengthen(page, 150)
    with CaptureQueriesContext(connection) as many:
        read(page)
    assert len(many) <= len(few)
    last = Chain.objects.get(key=chain_key(page.record)).length
    read(page)
    with CaptureQueriesContext(connection) as again:
        verdict_on(Chain.objects.get(key=chain_key(page.record)))
    assert len(again) == 1
    assert verdict_on(Chain.objects.get(key=chain_key(page.record))).position == last
    assert "第 1 条" in read(page, "?page=4")


@pytest.mark.parametrize("tamper", [tampering.cut, tampering.cut_with_head, tampering.recompute])
def test_the_page_tells_of_tampering_with_what_it_had_read_before(page, tamper) -> None:
    lengthen(page, 3)
    append(chain_key=chain_key(page.record), act="closed", role="portal", at=PUBLISHED)
    lengthen(page, 1)
    read(page)
    tamper(chain_key(page.record))
    if tamper is tampering.cut:
        cache.clear()
    assert "台账对不上" in read(page)


def test_roots_are_shown_and_downloaded_for_everybody_to_keep(page) -> None:
    assert "还没有每日根" in Client().get("/ledger/").content.decode()
    record_root_of_yesterday(now=PUBLISHED + DAY)
    record_root_of_yesterday(now=PUBLISHED + 2 * DAY)
    html = Client().get("/ledger/").content.decode()
    roots = list(DailyRoot.objects.order_by("day"))
    assert roots[0].root in html
    assert roots[1].root in html
    lines = content_of(Client().get("/ledger/roots.jsonl")).splitlines()
    assert [json.loads(line)["root"] for line in lines] == [root.root for root in roots]
    assert json.loads(lines[1])["changed"] == {}
    assert Client().get("/ledger/roots/2026-03-02.tsr").status_code == 404
    assert Client().get("/ledger/roots/2026-02-31.tsr").status_code == 404
    script = content_of(Client().get("/ledger/verify.py"))
    assert script.startswith(b"#!/usr/bin/env python3")


def test_reading_contacts_is_entered_without_names(page) -> None:
    people = make_people()
    opinion = send(page, now=PUBLISHED + DAY).opinion
    read_contacts(
        opinions=[opinion],
        user=people.li,
        basis=AccessBasis.FEEDBACK,
        reason="电话告知处理结果",
        now=END + DAY,
    )
    entry = Entry.objects.get(act="contacts_read")
    assert (entry.role, entry.payload) == ("proponent", {"basis": "feedback", "count": 1})
    html = read(page)
    assert "查阅联系方式" in html
    assert "1 人次，反馈意见处理情况" in html


def signed_in(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=name)
    return client


def test_operators_alone_see_what_the_nightly_check_found() -> None:
    people: People = make_people()
    fault = {"chain": "notice:102345", "position": 3, "kind": "content", "text": "第 3 条的内容被改动"}
    LedgerCheck.objects.create(
        day=END.date(), finished_at=END, chains=1, entries=9, fault_count=1, faults=[fault]
    )
    answer = signed_in("op").get("/admin/notices/ledger-checks/")
    assert "第 3 条的内容被改动" in answer.content.decode()
    assert "发现 1 处问题" in signed_in("op").get("/admin/").content.decode()
    for person in (people.li, people.zhao, people.rival, people.guan):
        client = signed_in(person.username)
        assert client.get("/admin/notices/ledger-checks/").status_code in (302, 403)
        assert "处问题，请查明原因" not in client.get("/admin/").content.decode()
    for client in (signed_in("outsider"), Client()):
        assert client.get("/admin/notices/ledger-checks/").status_code in (302, 403)
