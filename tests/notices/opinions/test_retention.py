"""How long personal data is kept, what is erased when, and that the chain stays whole."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.opinions import expiry
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.expiry import Expired, expire_personal_data
from notices.opinions.feedback import log_feedback
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import (
    Commenter,
    DataKey,
    FeedbackResult,
    FeedbackWay,
    Opinion,
    OpinionFile,
    Outcome,
)
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.retention import kept_until, remedies_end, retention_words
from notices.project_dates import confirm_end, record_project_dates
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, ZONE, send
from tests.people import People, make_people
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)
ANSWERED = END + DAY
DECIDED = date(2026, 5, 6)
LAST = date(2026, 11, 6)  # six months later; the sixty days are over long before


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def opinion(page: NoticePage, **fields: Any) -> Opinion:
    return send(page, now=PUBLISHED + DAY, **fields).opinion


def answer(found: Opinion, user: Any, outcome: Outcome = Outcome.NOT_ADOPTED) -> None:
    answer_opinions(
        opinions=[found],
        outcome=outcome,
        reason="已按导则布点。",
        report_reference="第5章",
        user=user,
        now=ANSWERED,
    )


def tell(found: Opinion, user: Any, result: FeedbackResult, *, days_later: int = 0) -> None:
    now = ANSWERED + days_later * DAY
    log_feedback(opinions=[found], way=FeedbackWay.PHONE, result=result, user=user, now=now)


def set_dates(page: NoticePage, *, user: Any = None, on: date | None = None, **dates: date | None) -> None:
    """Record dates of the project on the last of them, or on a day; by the operator, whose word needs no confirmation."""
    record_project_dates(
        project=Project.objects.get(pk=page.project_id),
        dates={ProjectDate(name): day for name, day in dates.items()},
        user=user or get_user_model().objects.get(username="op"),
        now=noon(on or max((day for day in dates.values() if day), default=DECIDED)),
        reason="以审批机关公告为准",
    )


def is_readable(found: Opinion) -> bool:
    try:
        return unseal(Commenter.objects.get(opinion=found)) == PERSON
    except KeyMissingError:
        return False


def test_a_decided_project_is_erased_the_day_after_the_last_remedy(people: People, page: NoticePage) -> None:
    found = opinion(page)
    answer(found, people.li)
    tell(found, people.li, FeedbackResult.REACHED)
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    assert expire_personal_data(now=noon(LAST)) == Expired(0, 0)
    assert is_readable(found)
    last_second = datetime(2026, 11, 6, 23, 59, 59, tzinfo=ZONE)
    assert expire_personal_data(now=last_second) == Expired(0, 0)
    assert expire_personal_data(now=last_second + timedelta(seconds=1)) == Expired(1, 0)
    assert not is_readable(found)
    commenter = Commenter.objects.get(opinion=found)
    assert commenter.sealed is None
    assert commenter.key_id is not None
    assert DataKey.objects.get(pk=commenter.key_id).wrapped is None


def test_number_text_and_chain_stay_and_the_ledger_says_what_was_erased(
    people: People, page: NoticePage
) -> None:
    found = opinion(page)
    set_dates(page, abandoned_on=DECIDED)
    expire_personal_data(now=noon(LAST))
    chain = Chain.objects.get(pk=found.ledger_entry.chain_id)
    entry = chain.entries.order_by("-position").first()
    assert (entry.act, entry.role) == ("erased", "portal")
    assert entry.payload == {"numbers": [found.number], "part": "page_two"}
    assert verify_chain(chain) == []
    assert Opinion.objects.get().text == found.text


@pytest.mark.parametrize("dates", [{}, {"submitted_on": DECIDED}])
def test_nothing_is_erased_while_the_end_is_unknown(
    people: People, page: NoticePage, dates: dict[str, date]
) -> None:
    found = opinion(page)
    answer(found, people.li, Outcome.ADOPTED)
    set_dates(page, **dates)
    assert expire_personal_data(now=noon(date(2036, 1, 1))) == Expired(0, 0)
    assert is_readable(found)


@pytest.mark.parametrize(
    ("attempts", "due"),
    [
        ([], False),
        ([(FeedbackResult.REACHED, 0)], True),
        ([(FeedbackResult.REFUSED, 0)], True),
        ([(FeedbackResult.NO_RESPONSE, 0), (FeedbackResult.NO_RESPONSE, 0)], False),
        ([(FeedbackResult.NO_RESPONSE, 0), (FeedbackResult.NO_RESPONSE, 1)], True),
    ],
)
def test_who_was_not_told_why_is_still_to_be_told(
    people: People, page: NoticePage, attempts: list[tuple[FeedbackResult, int]], due: bool
) -> None:
    found = opinion(page)
    answer(found, people.li)
    for result, days in attempts:
        tell(found, people.li, result, days_later=days)
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    assert expire_personal_data(now=noon(LAST + DAY)).erased == due


def test_an_unanswered_opinion_keeps_its_contact_unless_the_project_was_given_up(
    people: People, page: NoticePage
) -> None:
    found = opinion(page)
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    assert expire_personal_data(now=noon(LAST + DAY)).erased == 0
    set_dates(page, decided_on=None, abandoned_on=DECIDED)
    assert expire_personal_data(now=noon(DECIDED + 60 * DAY)).erased == 0
    assert expire_personal_data(now=noon(DECIDED + 61 * DAY)).erased == 1
    assert not is_readable(found)


def test_destroyed_content_keeps_nobodys_contact_waiting_for_an_answer(page: NoticePage) -> None:
    found = opinion(page)
    Opinion.objects.filter(pk=found.pk).update(destroyed_at=noon(DECIDED))
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    Commenter.objects.update(restricted_at=ANSWERED)
    assert expire_personal_data(now=noon(LAST)).erased == 0
    assert expire_personal_data(now=noon(LAST + DAY)).erased == 1
    assert not is_readable(found)
    restricted = opinion(page)
    Commenter.objects.filter(opinion=restricted).update(restricted_at=ANSWERED)
    Opinion.objects.filter(pk=restricted.pk).update(destroyed_at=noon(DECIDED))
    Project.objects.update(submitted_on=None, decided_on=None)
    assert expire_personal_data(now=noon(LAST)).erased == 0
    assert expire_personal_data(now=noon(LAST + DAY)).erased == 1


def test_a_restricted_contact_does_not_wait_for_dates_that_nobody_records(
    people: People, page: NoticePage
) -> None:
    """Without contact nobody can be told; the answer is read with number and code."""
    found, other = opinion(page), opinion(page)
    for one in (found, other):
        answer(one, people.li)
    Commenter.objects.filter(opinion=found).update(restricted_at=ANSWERED)
    assert expire_personal_data(now=noon(date(2026, 9, 18))).erased == 0
    assert expire_personal_data(now=noon(date(2026, 9, 19))).erased == 1
    assert not is_readable(found)
    assert is_readable(other)


def test_a_restricted_contact_waits_for_its_answer_and_for_the_remedies_of_a_known_decision(
    people: People, page: NoticePage
) -> None:
    found = opinion(page)
    Commenter.objects.filter(opinion=found).update(restricted_at=ANSWERED)
    assert expire_personal_data(now=noon(date(2036, 1, 1))).erased == 0
    answer(found, people.li)
    set_dates(page, submitted_on=DECIDED, decided_on=date(2026, 9, 1))
    assert expire_personal_data(now=noon(date(2026, 10, 1))).erased == 0
    assert expire_personal_data(now=noon(date(2027, 3, 2))).erased == 1


class TestADateBehindWhichNobodyCouldLook:
    """One entry by the proponent must not destroy at once who wrote to it."""

    def test_an_end_said_by_the_proponent_erases_nothing_until_an_operator_confirms_it(
        self, people: People, page: NoticePage
    ) -> None:
        found = opinion(page)
        recorded = DECIDED + 61 * DAY
        set_dates(page, user=people.li, on=recorded, abandoned_on=DECIDED)
        assert kept_until(Project.objects.get()) is None
        assert expire_personal_data(now=noon(date(2036, 1, 1))) == Expired(0, 0)
        confirmed = recorded + 10 * DAY
        confirm_end(change=ProjectDateChange.objects.get(), user=people.op, now=noon(confirmed))
        assert expire_personal_data(now=noon(confirmed + 60 * DAY)) == Expired(0, 0)
        assert is_readable(found)
        assert expire_personal_data(now=noon(confirmed + 61 * DAY)) == Expired(1, 0)

    def test_a_decision_recorded_late_counts_from_the_day_of_its_recording(
        self, people: People, page: NoticePage
    ) -> None:
        found = opinion(page)
        answer(found, people.li, Outcome.ADOPTED)
        recorded = date(2027, 3, 1)
        set_dates(page, user=people.li, on=recorded, submitted_on=DECIDED, decided_on=DECIDED)
        assert expire_personal_data(now=noon(date(2027, 9, 1))) == Expired(0, 0)
        assert expire_personal_data(now=noon(date(2027, 9, 2))) == Expired(1, 0)

    def test_a_corrected_date_counts_from_its_correction(self, people: People, page: NoticePage) -> None:
        set_dates(page, user=people.li, submitted_on=DECIDED, decided_on=DECIDED)
        set_dates(
            page, user=people.li, on=date(2026, 12, 1), decided_on=DECIDED - DAY, submitted_on=DECIDED - DAY
        )
        assert kept_until(Project.objects.get()) == date(2027, 6, 1)

    def test_nothing_is_erased_while_a_notice_of_the_project_takes_opinions(
        self, people: People, page: NoticePage
    ) -> None:
        opinion(page)
        set_dates(page, abandoned_on=DECIDED)
        NoticeRecord.objects.filter(page=page).update(last_day=date(2026, 12, 31), closed_at=None)
        assert expire_personal_data(now=noon(date(2026, 12, 31))) == Expired(0, 0)
        # Within the half hour after midnight somebody may still be sending.
        early = datetime(2027, 1, 1, 0, 10, tzinfo=ZONE)
        assert expire_personal_data(now=early) == Expired(0, 0)
        assert expire_personal_data(now=noon(date(2027, 1, 2))) == Expired(1, 0)

    def test_what_is_corrected_while_a_run_is_under_way_is_spared(
        self, page: NoticePage, monkeypatch: Any
    ) -> None:
        rows = [opinion(page) for _number in range(2)]
        set_dates(page, abandoned_on=DECIDED)
        really = erase_commenter

        def corrected_meanwhile(*, opinion: Opinion, now: datetime) -> None:
            really(opinion=opinion, now=now)
            set_dates(page, on=LAST, abandoned_on=None)

        monkeypatch.setattr(expiry, "erase_commenter", corrected_meanwhile)
        assert expire_personal_data(now=noon(LAST)) == Expired(1, 0)
        assert [is_readable(row) for row in rows] == [False, True]


def test_files_go_with_page_two_and_also_where_nobody_left_a_name(people: People, page: NoticePage) -> None:
    token = new_token(page.record.code, now=PUBLISHED + DAY)
    staged = stage_file(
        form_key=token.key, upload=SimpleUploadedFile("信.jpg", photo_bytes()), now=PUBLISHED + DAY
    )
    signed = opinion(page, token=token, files=[staged.sha256])
    erase_commenter(opinion=signed, now=ANSWERED)
    set_dates(page, abandoned_on=DECIDED)
    assert OpinionFile.objects.get().erased_at is None
    assert expire_personal_data(now=noon(LAST)) == Expired(1, 0)
    assert OpinionFile.objects.get().erased_at is not None
    acts = Chain.objects.get(pk=signed.ledger_entry.chain_id).entries.filter(act="erased")
    assert [entry.payload["part"] for entry in acts.order_by("position")] == ["page_two", "files"]
    assert expire_personal_data(now=noon(LAST)) == Expired(0, 0)


def test_notes_on_feedback_go_with_page_two_and_also_where_they_came_later(
    people: People, page: NoticePage
) -> None:
    found, silent = opinion(page), opinion(page)
    for one in (found, silent):
        answer(one, people.li)
    note = {"way": FeedbackWay.PHONE, "result": FeedbackResult.REACHED, "user": people.li, "now": ANSWERED}
    log_feedback(opinions=[found], note="接电话的是王五", **note)
    log_feedback(opinions=[silent], **note)
    erase_commenter(opinion=found, now=ANSWERED)
    assert notes(found) == ["（已删除）"]
    log_feedback(opinions=[found], note="王五来过", **{**note, "now": ANSWERED + DAY})
    set_dates(page, abandoned_on=DECIDED)
    assert expire_personal_data(now=noon(LAST)) == Expired(2, 0)
    assert (notes(found), notes(silent)) == (["（已删除）", "（已删除）"], [""])
    assert expire_personal_data(now=noon(LAST)) == Expired(0, 0)


def notes(found: Opinion) -> list[str]:
    return list(found.feedback_attempts.values_list("note", flat=True))


def test_a_second_run_erases_nothing_more(people: People, page: NoticePage) -> None:
    found = opinion(page)
    set_dates(page, abandoned_on=DECIDED)
    assert expire_personal_data(now=noon(LAST)).erased == 1
    length = Chain.objects.get(pk=found.ledger_entry.chain_id).length
    assert expire_personal_data(now=noon(LAST + DAY)) == Expired(0, 0)
    assert Chain.objects.get(pk=found.ledger_entry.chain_id).length == length


def test_a_run_that_was_broken_off_is_made_up_for(page: NoticePage, monkeypatch: Any) -> None:
    """The key is destroyed first; until the entry is written as well, the opinion stays due."""
    rows = [opinion(page) for _number in range(3)]
    set_dates(page, abandoned_on=DECIDED)

    def cut(**kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("notices.opinions.answering.write_entry", cut)
        with pytest.raises(KeyboardInterrupt):
            expire_personal_data(now=noon(LAST))
    assert not is_readable(rows[0])
    assert Commenter.objects.filter(erased_at=None).count() == 3
    assert expire_personal_data(now=noon(LAST)).erased == 3
    chain = Chain.objects.get(pk=rows[0].ledger_entry.chain_id)
    assert chain.entries.filter(act="erased").count() == 3
    assert verify_chain(chain) == []


def test_one_that_fails_stops_nobody_else_and_names_nobody(
    page: NoticePage, monkeypatch: Any, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [opinion(page) for _number in range(3)]
    set_dates(page, abandoned_on=DECIDED)
    really = erase_commenter

    def failing(*, opinion: Opinion, now: datetime) -> None:
        if opinion.pk == rows[1].pk:
            raise OSError(f"disk full near {PERSON.contact}")
        really(opinion=opinion, now=now)

    monkeypatch.setattr(expiry, "erase_commenter", failing)
    with time_machine.travel(noon(LAST), tick=False), pytest.raises(CommandError, match="1 条"):
        call_command("expire_personal_data", stdout=StringIO())
    assert [is_readable(row) for row in rows] == [False, True, False]
    assert rows[1].number in caplog.text
    assert PERSON.contact not in caplog.text


def test_a_run_takes_a_batch_and_the_next_one_the_rest(page: NoticePage) -> None:
    for _number in range(3):
        opinion(page)
    set_dates(page, abandoned_on=DECIDED)
    assert expire_personal_data(now=noon(LAST), most=2) == Expired(2, 0)
    assert expire_personal_data(now=noon(LAST), most=2) == Expired(1, 0)


def test_a_dry_run_lists_what_is_due_and_why_and_erases_nothing(people: People, page: NoticePage) -> None:
    due, waiting = opinion(page), opinion(page)
    answer(due, people.li, Outcome.ADOPTED)
    answer(waiting, people.li)
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    told: dict[date, str] = {}
    for day in (LAST, LAST + DAY):
        printed = StringIO()
        with time_machine.travel(noon(day), tick=False):
            call_command("expire_personal_data", "--dry-run", stdout=printed)
        told[day] = printed.getvalue()
    assert "保存到 2026-11-06" in told[LAST]
    assert "到期 0 条" in told[LAST]
    assert f"到期  {due.number}  审批决定公告后的救济期限已满，已反馈" in told[LAST + DAY]
    assert f"保留  {page.record.code}  1 条  期限已满，但尚未答复或者反馈" in told[LAST + DAY]
    assert is_readable(due)
    assert PERSON.contact not in "".join(told.values())


def test_a_longer_period_of_the_installation_counts(page: NoticePage, settings: Any) -> None:
    assert remedies_end(DECIDED) == LAST
    settings.RETENTION_REVIEW_DAYS = 365
    assert remedies_end(DECIDED) == DECIDED + 365 * DAY
    settings.RETENTION_LITIGATION_MONTHS = 24
    set_dates(page, submitted_on=DECIDED, decided_on=DECIDED)
    assert kept_until(Project.objects.get()) == date(2028, 5, 6)
    assert kept_until(None) is None


def test_the_words_of_the_notice_follow_the_settings(settings: Any) -> None:
    settings.RETENTION_LITIGATION_MONTHS = 9
    settings.RETENTION_OPINION_YEARS = 12
    words = retention_words()
    assert "9 个月" in words.identity
    assert "12 年" in words.opinion


def test_the_number_of_queries_does_not_grow_with_the_opinions(
    page: NoticePage, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        opinion(page, page_two=PageTwo(contact_kind=PERSON.contact_kind, contact="13900000002"))
    set_dates(page, abandoned_on=DECIDED)
    with (
        time_machine.travel(noon(LAST), tick=False),
        django_assert_max_num_queries(12),
    ):
        call_command("expire_personal_data", "--dry-run", stdout=StringIO())
