"""Taking opinions: the window, numbers, repetition, ledger, immutability."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db.models import ProtectedError

from notices.ledger.models import Chain
from notices.ledger.services import canonical_bytes, commitment
from notices.opinions import key_store, signals
from notices.opinions.answering import answer_opinions, erase_commenter, redact_opinion
from notices.opinions.commitments import page_one_fields
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    Channel,
    Commenter,
    DataKey,
    Opinion,
    OpinionFile,
    OpinionTimeliness,
    Outcome,
)
from notices.opinions.numbering import normalise_number, opinion_number
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.selectors import look_up
from notices.opinions.services import (
    OpinionRefusedError,
    PageOne,
    record_on_behalf,
    submit_opinion,
)
from notices.sealing import master_cipher
from notices.services import extend_window
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.mark.parametrize(
    ("now", "issued", "expected"),
    [
        (PUBLISHED, PUBLISHED, "inside"),
        (END - SECOND, PUBLISHED, "inside"),
        (END - timedelta(microseconds=1), PUBLISHED, "inside"),
        (END, END - SECOND, "late"),
        (END + 29 * MINUTE, END - MINUTE, "late"),
        (END + 30 * MINUTE, END - MINUTE, "late"),
    ],
)
def test_the_moment_of_the_commit_decides_inside_or_late(page, now, issued, expected) -> None:
    assert send(page, now=now, issued=issued).opinion.timeliness == expected


@pytest.mark.parametrize(
    ("now", "issued"),
    [
        (END, END),
        (END + MINUTE, END + SECOND),
        (END + 30 * MINUTE + SECOND, END - SECOND),
        (END + timedelta(days=9), PUBLISHED),
        (PUBLISHED - SECOND, PUBLISHED - MINUTE),
    ],
)
def test_outside_window_and_grace_nothing_is_written(page, now, issued) -> None:
    with pytest.raises(OpinionRefusedError):
        send(page, now=now, issued=issued)
    assert not Opinion.objects.exists()
    assert not DataKey.objects.filter(purpose="commenter").exists()


def test_the_clock_is_read_after_the_lock(page) -> None:
    seen = []

    def clock() -> datetime:
        seen.append(Chain.objects.filter(key=f"notice:{page.record.code}").exists())
        return END - SECOND if len(seen) == 1 else END + timedelta(hours=1)

    token = new_token(page.record.code, now=PUBLISHED)
    with pytest.raises(OpinionRefusedError):
        submit_opinion(
            record=page.record, token=token, page_one=PageOne(text="意见"), page_two=PERSON, clock=clock
        )


def test_an_extended_window_takes_opinions_again_even_with_a_record_loaded_before(page) -> None:
    people = make_people()
    extend_window(
        record=page.record, last_day=date(2026, 3, 20), reason="补充张贴", user=people.op, now=END - MINUTE
    )
    assert page.record.last_day == date(2026, 3, 16)
    assert send(page, now=END + timedelta(hours=5)).opinion.timeliness == "inside"


@pytest.mark.parametrize("stage", ["approved", "withdrawn", "historical", "draft"])
def test_a_notice_that_is_not_open_takes_nothing(stage) -> None:
    page = make_notice(stage=stage, now=PUBLISHED)
    with pytest.raises(OpinionRefusedError):
        send(page, now=PUBLISHED + MINUTE)


def test_a_repeated_form_gets_its_first_receipt_even_after_closing(page) -> None:
    token = new_token(page.record.code, now=PUBLISHED)
    first = send(page, now=PUBLISHED, token=token)
    second = send(page, "别的文字", now=END + timedelta(days=3), token=token)
    assert (second.opinion.pk, second.code, second.repeated) == (first.opinion.pk, first.code, True)
    assert Opinion.objects.count() == 1
    assert DataKey.objects.filter(purpose="commenter").count() == 1


def test_numbers_count_per_notice_and_carry_a_check_digit(page) -> None:
    other = make_notice(now=PUBLISHED, project_name="另一个项目")
    numbers = [send(page, now=PUBLISHED).opinion.number for _ in range(3)]
    assert numbers == [opinion_number(page.record.code, sequence) for sequence in (1, 2, 3)]
    assert send(other, now=PUBLISHED).opinion.sequence == 1
    typed = numbers[0].replace("-", " ")
    assert normalise_number(typed) == numbers[0]
    wrong = numbers[0][:-1] + str((int(numbers[0][-1]) + 1) % 10)
    assert normalise_number(wrong) is None


def test_an_opinion_names_the_version_that_was_seen(page) -> None:
    opinion = send(page, now=PUBLISHED).opinion
    assert (opinion.notice_version, opinion.notice_revision_id) == (1, page.record.revision_id)


def test_the_ledger_entry_holds_commitments_and_nothing_personal(page) -> None:
    opinion = send(page, "水井离得太近", now=PUBLISHED, village="清水沟村").opinion
    entry = opinion.ledger_entry
    assert (entry.act, entry.role) == ("opinion_received", "public")
    assert set(entry.payload) == {"number", "timeliness", "page_one", "page_two", "files"}
    again = commitment(bytes(opinion.page_one_salt or b""), canonical_bytes(page_one_fields(opinion)))
    assert entry.payload["page_one"] == again == opinion.page_one_commitment
    assert verify_chain(entry.chain) == []


def test_page_two_opens_only_with_its_key(page) -> None:
    person = PageTwo(contact_kind=PERSON.contact_kind, contact="13900000002", name="甲", address="乙村")
    opinion = send(page, now=PUBLISHED, page_two=person).opinion
    assert unseal(opinion.commenter) == person
    erase_commenter(opinion=opinion, now=PUBLISHED + MINUTE)
    fresh = Commenter.objects.get(opinion=opinion)
    assert fresh.sealed is None
    assert fresh.key_id is not None
    assert DataKey.objects.get(pk=fresh.key_id).wrapped is None
    with pytest.raises(key_store.KeyMissingError):
        unseal(fresh)
    chain = Chain.objects.get(pk=opinion.ledger_entry.chain_id)
    assert chain.entries.order_by("-position").first().act == "erased"
    assert verify_chain(chain) == []


def test_a_destroyed_key_makes_a_kept_copy_of_the_sealed_bytes_worthless(page) -> None:
    commenter = send(page, now=PUBLISHED).opinion.commenter
    assert commenter.key_id is not None
    key_store.destroy_data_key(commenter.key_id, now=PUBLISHED)
    with pytest.raises(key_store.KeyMissingError):
        unseal(commenter)


def test_missing_master_keys_stop_production_with_a_sentence(settings, tmp_path) -> None:
    settings.MASTER_KEYS_FILE = tmp_path / "none"
    settings.DEMO_ALLOWED = False
    with pytest.raises(ImproperlyConfigured, match="is missing"):
        master_cipher()
    assert not settings.MASTER_KEYS_FILE.exists()


def test_new_master_keys_are_for_the_owner_only(settings, tmp_path) -> None:
    settings.MASTER_KEYS_FILE = tmp_path / "keys" / "master.keys"
    master_cipher()
    assert settings.MASTER_KEYS_FILE.stat().st_mode & 0o777 == 0o600


def test_what_a_citizen_wrote_never_changes(page) -> None:
    opinion = send(page, now=PUBLISHED).opinion
    opinion.text = "改过"
    for attempt in (
        opinion.save,
        lambda: opinion.save(update_fields=["text"]),
        lambda: Opinion.objects.filter(pk=opinion.pk).update(text="改过"),
        opinion.delete,
        Opinion.objects.all().delete,
        opinion.commenter.delete,
        opinion.ledger_entry.delete,
        page.delete,
    ):
        with pytest.raises(ProtectedError):
            attempt()
    assert Opinion.objects.get().text == "请加密监测井。"


def test_a_committed_file_never_changes(page) -> None:
    opinion = send(page, now=PUBLISHED).opinion
    fields = {"form_key_hash": "0" * 64, "file": "aa/aa", "sha256": "a" * 64, "size": 1}
    staged = OpinionFile.objects.create(**fields, content_type="image/jpeg", staged_at=PUBLISHED)
    staged.opinion, staged.state = opinion, "committed"
    staged.save()
    staged.sha256 = "b" * 64
    with pytest.raises(ProtectedError):
        staged.save()
    with pytest.raises(ProtectedError):
        staged.delete()


def test_look_up_needs_number_and_code_of_the_same_receipt(page) -> None:
    one, two = send(page, now=PUBLISHED), send(page, now=PUBLISHED)
    assert len(one.code) == 12
    assert one.code.isdigit()
    assert look_up(number=one.opinion.number, code=one.code) == one.opinion
    assert (
        look_up(number=one.opinion.number, code=f"{one.code[:4]} {one.code[4:8]}-{one.code[8:]}")
        == one.opinion
    )
    assert look_up(number=one.opinion.number, code=two.code) is None
    assert look_up(number=one.opinion.number, code="") is None
    assert look_up(number="102345-0001-0", code=one.code) is None


def test_the_signal_comes_after_the_commit(page, django_capture_on_commit_callbacks) -> None:
    heard = []
    signals.opinion_received.connect(
        lambda **kwargs: heard.append(kwargs["opinion"]), weak=False, dispatch_uid="t"
    )
    try:
        with django_capture_on_commit_callbacks(execute=True):
            opinion = send(page, now=PUBLISHED).opinion
            assert heard == []
        assert heard == [opinion]
    finally:
        signals.opinion_received.disconnect(dispatch_uid="t")


def test_text_is_cleaned_and_limited(page) -> None:
    opinion = send(page, " 第一行\r\n第二\x00行\u202e 😀 𠮷 \x07", now=PUBLISHED).opinion
    assert opinion.text == "第一行\n第二行 😀 𠮷"
    assert send(page, "字" * 40_000, now=PUBLISHED).opinion
    with pytest.raises(ValidationError):
        send(page, "字" * 40_001, now=PUBLISHED)
    with pytest.raises(ValidationError):
        send(page, " \x00\n ", now=PUBLISHED)


def on_behalf(page, user, **fields):
    values = {
        "received_at": PUBLISHED + timedelta(days=1),
        "now": PUBLISHED + timedelta(days=2),
        "page_two": PERSON,
        "page_one": PageOne(text="来信：担心扬尘。", channel=Channel.LETTER),
        **fields,
    }
    return record_on_behalf(record=page.record, user=user, **values)


def test_staff_record_a_letter_with_their_name(page) -> None:
    people = make_people()
    opinion = on_behalf(page, people.li).opinion
    assert (opinion.channel, opinion.transcriber) == ("letter", people.li)
    assert opinion.ledger_entry.role == "proponent"
    assert opinion.ledger_entry.payload["channel"] == "letter"


def test_a_paper_opinion_without_contact_is_taken(page) -> None:
    opinion = on_behalf(page, make_people().li, page_two=None).opinion
    assert not Commenter.objects.filter(opinion=opinion).exists()


@pytest.mark.parametrize("who", ["rival", "outsider", "guan", "op", "stranger"])
def test_nobody_else_records_or_answers_for_the_proponent(page, who) -> None:
    user = getattr(make_people(), who)
    with pytest.raises(PermissionDenied):
        on_behalf(page, user)
    opinion = send(page, now=PUBLISHED).opinion
    with pytest.raises(PermissionDenied):
        answer_opinions(
            opinions=[opinion], outcome=Outcome.NOT_ADOPTED, reason="理由", user=user, now=PUBLISHED + MINUTE
        )


@pytest.mark.parametrize(
    ("received", "postmark", "expected"),
    [
        (END - MINUTE, None, OpinionTimeliness.INSIDE),
        (END + MINUTE, None, OpinionTimeliness.LATE),
        (END + timedelta(days=3), date(2026, 3, 16), OpinionTimeliness.INSIDE),
        (END + timedelta(days=3), date(2026, 3, 17), OpinionTimeliness.LATE),
    ],
)
def test_paper_counts_by_postmark_or_arrival_and_is_never_refused(page, received, postmark, expected) -> None:
    page_one = PageOne(text="来信", channel=Channel.LETTER, postmarked_on=postmark)
    now = received + timedelta(days=1)
    opinion = on_behalf(page, make_people().li, received_at=received, now=now, page_one=page_one).opinion
    assert opinion.timeliness == expected


def test_paper_dates_are_checked(page) -> None:
    people = make_people()
    for received in (PUBLISHED - timedelta(days=1), PUBLISHED + timedelta(days=3)):
        with pytest.raises(ValidationError):
            on_behalf(page, people.li, received_at=received)
    with pytest.raises(ValidationError):
        on_behalf(page, people.li, page_one=PageOne(text="网上", channel=Channel.WEB))


def test_one_answer_serves_many_and_a_better_one_replaces_it(page) -> None:
    people = make_people()
    opinions = [send(page, now=PUBLISHED).opinion for _ in range(3)]
    now = END + timedelta(days=1)
    first = answer_opinions(
        opinions=opinions, outcome=Outcome.NOT_ADOPTED, reason="距离符合要求。", user=people.li, now=now
    )
    assert first.opinions.count() == 3
    second = answer_opinions(
        opinions=opinions[:1], outcome=Outcome.ADOPTED, report_reference="5.2.3", user=people.li, now=now
    )
    assert second.replaces == first
    assert first.opinions.count() == 2
    chain = opinions[0].ledger_entry.chain
    last = Chain.objects.get(pk=chain.pk).entries.order_by("-position").first()
    assert (last.act, last.payload["numbers"]) == ("answered", [opinions[0].number])
    assert verify_chain(Chain.objects.get(pk=chain.pk)) == []


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        (Outcome.ADOPTED, "report_reference"),
        (Outcome.PARTLY_ADOPTED, "report_reference"),
        (Outcome.PARTLY_ADOPTED, "reason"),
        (Outcome.NOT_ADOPTED, "reason"),
        (Outcome.OUT_OF_SCOPE, "reason"),
        (Outcome.NO_SPECIFIC_OPINION, "reason"),
    ],
)
def test_an_answer_says_what_the_law_asks(page, outcome, field) -> None:
    people = make_people()
    opinion = send(page, now=PUBLISHED).opinion
    with pytest.raises(ValidationError) as caught:
        answer_opinions(opinions=[opinion], outcome=outcome, user=people.li, now=PUBLISHED)
    assert field in caught.value.message_dict


def test_opinions_of_two_notices_are_not_answered_together(page) -> None:
    people = make_people()
    other = make_notice(now=PUBLISHED, project_name="另一个项目")
    opinions = [send(page, now=PUBLISHED).opinion, send(other, now=PUBLISHED).opinion]
    with pytest.raises(ValidationError, match="同一份公示"):
        answer_opinions(
            opinions=opinions, outcome=Outcome.NOT_ADOPTED, reason="理由", user=people.li, now=PUBLISHED
        )


def test_a_redaction_stands_beside_the_original(page) -> None:
    people = make_people()
    opinion = send(page, "邻居老高家的井浑了", now=PUBLISHED).opinion
    redact_opinion(opinion=opinion, text="邻居家的井浑了", reason="他人姓名", user=people.li, now=PUBLISHED)
    fresh = Opinion.objects.get(pk=opinion.pk)
    assert (fresh.text, fresh.public_text) == ("邻居老高家的井浑了", "邻居家的井浑了")
