"""Destroying unlawful content: never by one person alone, never reversible, and never without a trace of the act."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from notices.exports.models import Profile
from notices.ledger.models import Chain, Entry
from notices.ledger.services import lock_chain
from notices.opinions import destruction
from notices.opinions.answering import answer_opinions, redact_opinion
from notices.opinions.destruction import (
    LAPSES_AFTER,
    confirm_destruction,
    finish_destructions,
    lapse_proposals,
    propose_destruction,
    reject_destruction,
)
from notices.opinions.files import erase_files, stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    ContactKind,
    DestructionGround,
    DestructionProposal,
    Opinion,
    OpinionFile,
    Outcome,
    ProposalState,
    Redaction,
)
from notices.opinions.models.opinion import DESTROYED_TEXT
from notices.opinions.page_two import PageTwo
from notices.opinions.publication import decide_disclosure, release_opinions
from notices.opinions.redaction import strike
from tests.factories import an_operator, make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import END, PUBLISHED, exported, looked_at, send
from tests.pdf import make_pdf
from tests.people import make_people
from tests.stored_rows import stored_rows

BOTH = ["default", "keys"]
AFTER = END + timedelta(hours=2)
LATER = AFTER + timedelta(days=1)
TEXT = "藁垡坡背后的洞口朝东开，共有七处，夜里进出的车走北边便道。"
WILLING = PageTwo(contact_kind=ContactKind.MOBILE, contact="13900000001", show_text=True)
WORDS = {
    "ground": DestructionGround.STATE_SECRET,
    "document": "保密行政管理部门 2026 年第 3 号通知",
    "reason": "涉及不宜公开的设施",
}


@pytest.fixture
def page(db):
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page):
    return make_people()


@pytest.fixture
def opinion(page):
    return send(page, TEXT, now=PUBLISHED, page_two=WILLING).opinion


def propose(opinion, user, **words) -> DestructionProposal:
    return propose_destruction(opinion=opinion, user=user, now=AFTER, **{**WORDS, **words})


def client_of(user) -> Client:
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


def refused(response) -> None:
    """Wagtail sends whoever may not do something back to the first page."""
    assert (response.status_code, response["Location"]) == (302, "/admin/")


in_memory = pytest.mark.django_db(databases=BOTH)


@in_memory
def test_one_proposes_another_confirms_and_the_content_is_gone_everywhere(page, people) -> None:
    other = send(page, "请公开监测结果。", now=PUBLISHED).opinion
    receipt = send(page, TEXT, now=PUBLISHED, page_two=WILLING)
    doomed = receipt.opinion
    redact_opinion(
        opinion=doomed,
        text=strike(TEXT, ["藁垡坡"]),
        struck=["藁垡坡"],
        reason="地名",
        user=people.li,
        now=AFTER,
    )
    answer_opinions(
        opinions=[doomed],
        outcome=Outcome.NO_SPECIFIC_OPINION,
        reason="未涉及环境影响。",
        user=people.li,
        now=AFTER,
    )
    decide_disclosure(notice=page, shown=True, user=people.li, now=AFTER)
    release_opinions(notice=page, looked_at=looked_at(doomed), user=people.li, now=AFTER)
    confirm_destruction(proposal=propose(doomed, people.li), user=people.op, now=LATER)

    fresh = Opinion.objects.get(pk=doomed.pk)
    assert (fresh.text, fresh.public_text, fresh.redacted_text) == (DESTROYED_TEXT, DESTROYED_TEXT, "")
    assert (fresh.page_one_salt, fresh.destroyed_at) == (None, LATER)
    redaction = Redaction.objects.get()
    assert (redaction.text, redaction.struck, redaction.salt) == ("", [], None)
    assert fresh.number == doomed.number
    erased = Entry.objects.get(act="erased")
    assert erased.payload == {"numbers": [doomed.number], "part": "page_one", "ground": "state_secret"}
    assert Entry.objects.filter(payload__number=doomed.number, act="opinion_received").exists()
    assert verify_chain(Chain.objects.get(pk=erased.chain_id)) == []

    client = client_of(people.li)
    with time_machine.travel(LATER, tick=False):
        answers = [
            client.get(reverse("opinion_register:index")),
            client.get(reverse("opinion_register:inspect", args=[doomed.pk])),
            Client().post("/receipt/", {"number": doomed.number, "code": receipt.code}),
            Client().get(f"/n/{page.record.code}/opinions/"),
        ]
    seen = [response.content.decode() for response in answers]
    seen += [str(exported(page, profile, now=LATER)) for profile in Profile]
    for piece in (TEXT[5:], "藁垡坡", "地名"):
        assert not [text for text in seen if piece in text], piece
    for text in (*seen[:3], seen[4], seen[5]):
        assert DESTROYED_TEXT in text
    lookup = seen[2]
    assert "保守国家秘密法" in lookup
    assert "12345" in lookup
    assert "<dt>内容依法销毁</dt><dd>1" in seen[3]
    assert Opinion.objects.get(pk=other.pk).text == other.text


@in_memory
def test_nobody_confirms_their_own_proposal(people, opinion) -> None:
    proposal = propose(opinion, people.op)
    for user in (people.op, people.li, people.rival, people.guan, people.outsider, people.stranger):
        with pytest.raises(PermissionDenied):
            confirm_destruction(proposal=proposal, user=user, now=LATER)
        with pytest.raises(PermissionDenied):
            reject_destruction(proposal=proposal, reason="不属于", user=user, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionProposal.objects.update(state=ProposalState.CONFIRMED, decided_by=people.op)
    assert Opinion.objects.get().text == TEXT
    confirm_destruction(proposal=proposal, user=an_operator_besides(people.op), now=LATER)
    assert Opinion.objects.get().text == DESTROYED_TEXT


def an_operator_besides(user):
    groups = list(user.groups.all())
    second = type(user).objects.create_user("op2", password="op2")
    second.groups.add(*groups)
    return second


@in_memory
@pytest.mark.parametrize("who", ["rival", "guan", "outsider", "stranger"])
def test_strangers_to_the_notice_propose_nothing(people, opinion, who) -> None:
    with pytest.raises(PermissionDenied):
        propose(opinion, getattr(people, who))
    client = client_of(getattr(people, who))
    for name in ("opinion_destruction_propose", "opinion_destruction_decide"):
        address = reverse(name, args=[opinion.pk])
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address, WORDS).status_code in (302, 403, 404)
    assert client.get(reverse("opinion_destructions")).status_code in (302, 403)
    assert not DestructionProposal.objects.exists()


@in_memory
def test_a_proposal_needs_ground_document_and_reason_and_quotes_nothing(people, opinion) -> None:
    for name, words in (
        ("document", ""),
        ("reason", ""),
        ("reason", "写了洞口朝东 开，共有 七处"),
        ("document", "藁垡坡背后的洞口朝东开"),
    ):
        with pytest.raises(ValidationError) as refusal:
            propose(opinion, people.li, **{name: words})
        assert name in refusal.value.message_dict
    propose(opinion, people.li)
    with pytest.raises(ValidationError):
        propose(opinion, people.li)


@in_memory
def test_a_proposal_is_turned_down_or_lapses_and_may_come_again(people, opinion) -> None:
    reject_destruction(
        proposal=propose(opinion, people.li), reason="不属于国家秘密", user=people.op, now=LATER
    )
    waiting = propose(opinion, people.li)
    assert lapse_proposals(now=AFTER + LAPSES_AFTER - timedelta(seconds=1)) == 0
    with pytest.raises(ValidationError):
        confirm_destruction(proposal=waiting, user=people.op, now=AFTER + LAPSES_AFTER)
    assert lapse_proposals(now=AFTER + LAPSES_AFTER) == 1
    assert lapse_proposals(now=AFTER + LAPSES_AFTER) == 0
    states = list(DestructionProposal.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ProposalState.REJECTED, ProposalState.LAPSED]
    assert Opinion.objects.get().text == TEXT
    acts = Entry.objects.filter(act__startswith="destruction").order_by("position")
    assert [entry.act for entry in acts] == [
        "destruction_proposed",
        "destruction_rejected",
        "destruction_proposed",
        "destruction_lapsed",
    ]
    assert {entry.payload["ground"] for entry in acts} == {"state_secret"}


@in_memory
def test_the_text_changes_in_no_other_way(opinion) -> None:
    opinion.text = "改过"
    for save in (opinion.save, lambda: opinion.save(update_fields=["text"])):
        with pytest.raises(ProtectedError):
            save()
    with pytest.raises(ProtectedError):
        Opinion.objects.update(text="改过")
    with pytest.raises(ProtectedError):
        Opinion.objects.update(page_one_salt=None)
    assert Opinion.objects.get().text == TEXT


@in_memory
def test_files_are_destroyed_with_the_text_and_turned_down_ones_stay(page, people) -> None:
    token = new_token(page.record.code, now=PUBLISHED)
    upload = SimpleUploadedFile("洞口.pdf", make_pdf([TEXT]), content_type="application/pdf")
    file = stage_file(form_key=token.key, upload=upload, now=PUBLISHED)
    opinion = send(page, TEXT, now=PUBLISHED, token=token, files=[file.sha256]).opinion
    rejected = propose(opinion, people.li)
    reject_destruction(proposal=rejected, reason="不属于国家秘密", user=people.op, now=LATER)
    with pytest.raises(ValidationError):
        confirm_destruction(proposal=rejected, user=people.op, now=LATER)
    assert OpinionFile.objects.get().salt is not None
    confirm_destruction(proposal=propose(opinion, people.li), user=people.op, now=LATER)
    gone = OpinionFile.objects.get()
    assert (gone.salt, gone.sealed_name, bool(gone.file)) == (None, None, False)
    parts = Entry.objects.filter(act="erased").order_by("position").values_list("payload__part", "role")
    assert list(parts) == [("files", "operator"), ("page_one", "operator")]


@in_memory
def test_once_confirmed_nobody_turns_it_down_while_the_files_go(people, opinion, monkeypatch) -> None:
    proposal = propose(opinion, people.li)
    second = an_operator_besides(people.op)

    def meanwhile(**given) -> None:
        with pytest.raises(ValidationError):
            reject_destruction(proposal=proposal, reason="不属于国家秘密", user=second, now=LATER)
        erase_files(**given)

    monkeypatch.setattr(destruction, "erase_files", meanwhile)
    confirm_destruction(proposal=proposal, user=people.op, now=LATER)
    assert DestructionProposal.objects.get().state == ProposalState.CONFIRMED
    assert Opinion.objects.get().text == DESTROYED_TEXT


@in_memory
def test_a_destruction_that_broke_off_is_finished_later(people, opinion, monkeypatch) -> None:
    proposal = propose(opinion, people.li)

    def broken(**given) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(destruction, "erase_files", broken)
        with pytest.raises(OSError, match="disk"):
            confirm_destruction(proposal=proposal, user=people.op, now=LATER)
    with pytest.raises(ValidationError):
        propose(opinion, people.li)
    assert Opinion.objects.get().text == TEXT
    assert finish_destructions(now=LATER) == 1
    assert finish_destructions(now=LATER) == 0
    assert Opinion.objects.get().text == DESTROYED_TEXT
    assert DestructionProposal.objects.get().decided_by == people.op
    assert Entry.objects.get(act="erased").role == "portal"


@in_memory
def test_a_proposal_decided_meanwhile_keeps_no_other_from_lapsing(page, people, opinion, monkeypatch) -> None:
    first = propose(opinion, people.li)
    propose(send(page, "另一条。", now=PUBLISHED).opinion, people.li)

    def decided_meanwhile(key: str) -> Chain:
        waiting = DestructionProposal.objects.filter(pk=first.pk, state=ProposalState.OPEN)
        waiting.update(state=ProposalState.REJECTED, decided_by=people.op, decided_at=LATER)
        return lock_chain(key)

    monkeypatch.setattr(destruction, "lock_chain", decided_meanwhile)
    assert lapse_proposals(now=AFTER + LAPSES_AFTER) == 1
    states = list(DestructionProposal.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ProposalState.REJECTED, ProposalState.LAPSED]


@in_memory
def test_what_was_destroyed_is_neither_redacted_nor_destroyed_again(people, opinion) -> None:
    confirm_destruction(proposal=propose(opinion, people.li), user=people.op, now=LATER)
    gone = Opinion.objects.get()
    with pytest.raises(ValidationError):
        redact_opinion(opinion=gone, text="遮", reason="再遮", user=people.li, now=LATER)
    with pytest.raises(PermissionDenied):
        propose(gone, people.li)
    for name in ("opinion_redact", "opinion_destruction_propose"):
        refused(client_of(people.li).get(reverse(name, args=[gone.pk])))


@in_memory
def test_the_screens_lead_from_proposal_to_decision(people, opinion) -> None:
    proponent, operator = client_of(people.li), client_of(people.op)
    decide = reverse("opinion_destruction_decide", args=[opinion.pk])
    with time_machine.travel(AFTER, tick=False):
        sent = proponent.post(reverse("opinion_destruction_propose", args=[opinion.pk]), WORDS)
        assert sent["Location"] == reverse("opinion_register:inspect", args=[opinion.pk])
        refused(proponent.get(decide))
        refused(proponent.post(decide, {"decision": "confirm", "number": opinion.number}))
        assert "待确认的销毁申请" in operator.get("/admin/").content.decode()
        assert opinion.number in operator.get(reverse("opinion_destructions")).content.decode()
        assert WORDS["reason"] in operator.get(decide).content.decode()
        wrong = operator.post(decide, {"decision": "confirm", "number": "1"})
        assert "编号不一致" in wrong.content.decode()
        assert Opinion.objects.get().text == TEXT
        operator.post(decide, {"decision": "confirm", "number": opinion.number})
        assert operator.get(reverse("opinion_destructions")).status_code == 200
    assert Opinion.objects.get().text == DESTROYED_TEXT


def holders(mark: bytes) -> list[str]:
    """Return the files that hold it; on a server, which keeps dead rows until it vacuums, the tables."""
    if connection.vendor == "postgresql":
        return [table for table, rows in stored_rows("default") if mark.decode() in rows]
    database = Path(connection.settings_dict["NAME"])
    files = [*settings.DATA_DIR.rglob("*"), *database.parent.glob(f"{database.name}*")]
    return sorted({str(path) for path in files if path.is_file() and mark in path.read_bytes()})


@pytest.mark.django_db(databases=BOTH, transaction=True, serialized_rollback=True)
def test_the_raw_files_hold_nothing_of_a_destroyed_text() -> None:
    page = make_notice(now=PUBLISHED)
    people = make_people()
    long_text = "".join(f"第{index}处在龘坳{index * 7919}号桩。" for index in range(900))
    doomed = send(page, long_text, now=PUBLISHED).opinion
    for index in range(20):
        send(page, f"普通的意见{index}", now=PUBLISHED)
    redact_opinion(
        opinion=doomed,
        text=strike(long_text, ["龘坳"]),
        struck=["龘坳"],
        reason="地名",
        user=people.li,
        now=PUBLISHED,
    )
    with connection.cursor() as cursor:
        # A table written anew, as by a migration.
        cursor.execute("CREATE TABLE copy_of_opinions AS SELECT text FROM opinions_opinion")
        cursor.execute("DROP TABLE copy_of_opinions")
    assert holders("龘坳".encode())
    confirm_destruction(proposal=propose(doomed, people.li), user=an_operator(), now=LATER)
    assert holders("龘坳".encode()) == []
    assert holders("号桩".encode()) == []
    assert Opinion.objects.exclude(pk=doomed.pk).count() == 20
