"""Redaction: what is struck out stands nowhere in public, the original stays, and each step is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from notices.ledger.models import Entry
from notices.ledger_words import summary_of
from notices.opinions.answering import redact_opinion, withdraw_redaction
from notices.opinions.models import Opinion, Redaction
from notices.opinions.redaction import (
    MARK,
    PassageMissingError,
    PassageTooShortError,
    count_in,
    quotes,
    strike,
)
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, hidden, send
from tests.people import make_people

needs_database = pytest.mark.django_db(databases=["default", "keys"])

TEXT = "我家住南滩路17号，电话13900000077，\n隔壁老李头的井水发浑。请公开井水的监测结果。"


@pytest.mark.parametrize(
    ("text", "passages", "expected"),
    [
        ("隔壁老李头的井", ["老李头"], f"隔壁{MARK}的井"),
        ("电话139 0000 0077。", ["13900000077"], f"电话{MARK}。"),
        ("电话１３９００００００７７。", ["13900000077"], f"电话{MARK}。"),
        ("车牌晋lA1234开走了", ["晋LA1234"], f"车牌{MARK}开走了"),
        ("老李\n头说", ["老李头"], f"{MARK}说"),
        ("甲乙丙丁甲乙", ["甲乙"], f"{MARK}丙丁{MARK}"),
        ("甲乙丙丁", ["甲乙", "丙丁"], MARK),
        ("甲乙丙丁", ["甲乙丙", "乙丙丁"], MARK),
        ("哈哈哈哈哈", ["哈哈"], MARK),
        ("老\u200b李头", ["老李"], f"{MARK}头"),
    ],
)
def test_every_occurrence_is_struck_out_however_it_is_written(text, passages, expected) -> None:
    redacted = strike(text, passages)
    assert redacted == expected
    assert count_in(redacted, passages) == 0


def test_the_mark_does_not_tell_how_long_the_passage_was() -> None:
    assert strike("住甲村西巷二十七号。", ["甲村西巷二十七号"]) == strike("住甲村。", ["甲村"])


def test_what_does_not_stand_in_the_text_or_is_too_short_is_named() -> None:
    with pytest.raises(PassageMissingError) as missing:
        strike("井水发浑", ["井水", "王五家"])
    assert missing.value.passage == "王五家"
    with pytest.raises(PassageTooShortError):
        strike("井水发浑", ["井"])


def test_a_quotation_is_found_and_a_common_word_is_not() -> None:
    text = "某处的工事在山后三公里，共有五个洞口。"
    assert quotes("文中写了“工事在山后三公里”", text)
    assert quotes("泄露 秘 密", "泄露秘密")
    assert not quotes("涉及不宜公开的设施", text)
    assert not quotes("", text)


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page):
    return make_people()


@pytest.fixture
def opinion(page):
    return send(page, TEXT, now=PUBLISHED).opinion


@needs_database
def test_a_redaction_keeps_the_original_and_is_replaced_and_taken_back_on_record(people, opinion) -> None:
    redact_opinion(
        opinion=opinion,
        text=strike(TEXT, ["老李头"]),
        struck=["老李头"],
        reason="他人称呼",
        user=people.li,
        now=PUBLISHED,
    )
    both = ["老李头", "13900000077"]
    redact_opinion(
        opinion=opinion,
        text=strike(TEXT, both),
        struck=both,
        reason="他人称呼、电话",
        user=people.zhao,
        now=PUBLISHED,
    )
    fresh = Opinion.objects.get()
    assert fresh.text == TEXT
    assert count_in(fresh.public_text, both) == 0
    withdraw_redaction(opinion=opinion, reason="本人要求全文公开", user=people.li, now=PUBLISHED)
    assert Opinion.objects.get().public_text == TEXT
    assert [row.struck for row in Redaction.objects.order_by("pk")] == [["老李头"], both, []]
    entries = list(Entry.objects.filter(act="redacted").order_by("position"))
    assert [entry.payload["redaction"] for entry in entries] == [
        row.commitment for row in Redaction.objects.order_by("pk")
    ]
    assert [entry.payload.get("withdrawn", False) for entry in entries] == [False, False, True]
    assert "老李头" not in str([entry.payload for entry in entries])
    assert ["取消遮盖" in summary_of(entry.payload) for entry in entries] == [False, False, True]
    with pytest.raises(ValidationError):
        withdraw_redaction(opinion=opinion, reason="再来一次", user=people.li, now=PUBLISHED)


@needs_database
@pytest.mark.parametrize("who", ["rival", "op", "guan", "outsider", "stranger"])
def test_nobody_but_the_proponent_redacts(people, opinion, who) -> None:
    user = getattr(people, who)
    with pytest.raises(PermissionDenied):
        redact_opinion(opinion=opinion, text="遮", reason="试试", user=user, now=PUBLISHED)
    with pytest.raises(PermissionDenied):
        withdraw_redaction(opinion=opinion, reason="试试", user=user, now=PUBLISHED)
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False):
        for name in ("opinion_redact", "opinion_redaction_withdraw"):
            address = reverse(name, args=[opinion.pk])
            for response in (client.get(address), client.post(address, {"reason": "试试"})):
                assert response.status_code in (302, 403, 404)
                assert "老李头" not in response.content.decode()
    assert not Redaction.objects.exists()


@needs_database
def test_nothing_is_saved_while_the_text_or_the_reason_still_holds_what_was_struck_out(
    people, opinion
) -> None:
    given = {"opinion": opinion, "struck": ["老李头"], "user": people.li, "now": PUBLISHED}
    with pytest.raises(ValidationError):
        redact_opinion(text="隔壁老 李 头的井", reason="他人称呼", **given)
    with pytest.raises(ValidationError) as refusal:
        redact_opinion(text=strike(TEXT, ["老李头"]), reason="遮盖老李头", **given)
    assert "reason" in refusal.value.message_dict
    assert not Redaction.objects.exists()
    assert Opinion.objects.get().redacted_text == ""


@needs_database
def test_the_screen_offers_what_it_found_shows_the_result_and_saves_only_what_was_seen(
    people, opinion
) -> None:
    client = Client()
    client.force_login(people.li)
    address = reverse("opinion_redact", args=[opinion.pk])
    typed = {"hinted": ["13900000077"], "passages": "老李头\n南滩路17号", "reason": "他人称呼、住址、电话"}
    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False):
        assert 'value="13900000077" id="id_hinted_0" checked' in client.get(address).content.decode()
        missing = client.post(address, {**typed, "passages": "老张头"}).content.decode()
        assert "原文中没有“老张头”" in missing
        preview = client.post(address, typed).content.decode()
        assert f"我家住{MARK}，电话{MARK}，\n隔壁{MARK}的井水发浑。" in preview
        assert not Redaction.objects.exists()
        seen = hidden(preview, "previewed")
        changed = client.post(address, {**typed, "passages": "老李头", "previewed": seen})
        assert changed.status_code == 200
        assert not Redaction.objects.exists()
        assert client.post(address, {**typed, "previewed": seen}).status_code == 302
        again = client.get(address).content.decode()
        entry = client.get(reverse("opinion_register:inspect", args=[opinion.pk])).content.decode()
    assert Redaction.objects.get().struck == ["13900000077", "老李头", "南滩路17号"]
    assert "老李头\n南滩路17号" in again
    assert "重新遮盖" in entry
    assert "他人称呼、住址、电话" in entry
