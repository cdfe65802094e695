"""Telling the answers: what ends the feedback, what is logged, and that the statement waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from notices.calendars import current_calendar
from notices.duties import duties_of
from notices.judgement import judgement_of
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeRecord
from notices.opinions.answer_texts import ONE_MESSAGE, short_text, spoken_answer
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.consents import restrict_contact
from notices.opinions.feedback import FeedbackState, feedback_of, log_feedback
from notices.opinions.models import (
    ContactAccess,
    FeedbackAttempt,
    FeedbackResult,
    FeedbackWay,
    Opinion,
    Outcome,
)
from notices.opinions.selectors import state_of
from notices.statutory.rules import Level
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, hidden, send
from tests.notices.opinions.test_staff import client_of
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = timedelta(days=1)
ANSWERED = END + DAY
REASON = "监测井已按导则布设，见第五章。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


@pytest.fixture
def opinion(page: NoticePage) -> Opinion:
    return send(page, now=PUBLISHED).opinion


def answer(people: People, *opinions: Opinion, outcome: Outcome = Outcome.NOT_ADOPTED, now: Any = ANSWERED):
    return answer_opinions(
        opinions=opinions, outcome=outcome, reason=REASON, report_reference="5.2.3", user=people.li, now=now
    )


def tell(people: People, *opinions: Opinion, **fields: Any) -> list[FeedbackAttempt]:
    values = {"way": FeedbackWay.PHONE, "result": FeedbackResult.REACHED, "now": ANSWERED + 3 * DAY}
    return log_feedback(opinions=opinions, user=fields.pop("user", people.li), **{**values, **fields})


class TestState:
    def test_it_begins_with_the_answer_and_is_due_where_the_law_wants_it(self, people, page, opinion) -> None:
        assert feedback_of(opinion) == FeedbackState.UNANSWERED
        answer(people, opinion)
        assert feedback_of(opinion) == FeedbackState.DUE
        adopted = send(page, "采纳这一条。", now=PUBLISHED).opinion
        answer(people, adopted, outcome=Outcome.ADOPTED)
        assert feedback_of(adopted) == FeedbackState.OPEN

    @pytest.mark.parametrize(
        ("tries", "state"),
        [
            ([("phone", "reached", 0)], FeedbackState.REACHED),
            ([("phone", "refused", 0)], FeedbackState.REFUSED),
            ([("phone", "no_response", 0)], FeedbackState.DUE),
            ([("phone", "no_response", 0), ("sms", "no_response", 0)], FeedbackState.DUE),
            ([("phone", "no_response", 0), ("phone", "no_response", 1)], FeedbackState.UNREACHABLE),
            ([("board", "reached", 0)], FeedbackState.DUE),
            ([("board", "no_response", 0), ("phone", "no_response", 1)], FeedbackState.DUE),
            ([("phone", "no_response", 0), ("phone", "reached", 1)], FeedbackState.REACHED),
        ],
    )
    def test_what_attempts_come_to(self, people, opinion, tries, state) -> None:
        answer(people, opinion)
        for way, result, later in tries:
            day = (ANSWERED + later * DAY).date()
            tell(people, opinion, way=way, result=result, tried_on=day)
        assert feedback_of(opinion) == state
        opinion.refresh_from_db()
        assert state_of(opinion).feedback == state.label

    def test_who_left_no_contact_or_whose_contact_was_erased_is_told_by_the_receipt(self, people, opinion):
        answer(people, opinion)
        erase_commenter(opinion=opinion, now=ANSWERED)
        assert feedback_of(opinion) == FeedbackState.NO_CONTACT

    def test_a_better_answer_has_to_be_told_anew(self, people, opinion) -> None:
        answer(people, opinion)
        tell(people, opinion)
        answer(people, opinion, outcome=Outcome.PARTLY_ADOPTED, now=ANSWERED + 5 * DAY)
        assert feedback_of(opinion) == FeedbackState.DUE


class TestLogging:
    def test_a_batch_is_one_ledger_entry_without_notes_and_names(self, people, page, opinion) -> None:
        second = send(page, "另一条。", now=PUBLISHED).opinion
        answer(people, opinion, second)
        tell(people, opinion, second, note="接电话的是王五")
        entry = Entry.objects.get(act="feedback")
        assert entry.payload == {
            "numbers": [opinion.number, second.number],
            "way": "phone",
            "result": "reached",
        }
        assert FeedbackAttempt.objects.filter(note="接电话的是王五").count() == 2

    def test_a_form_sent_twice_is_logged_once(self, people, page, opinion) -> None:
        second = send(page, "另一条。", now=PUBLISHED).opinion
        answer(people, opinion, second)
        tell(people, opinion, result=FeedbackResult.NO_RESPONSE)
        assert tell(people, opinion, result=FeedbackResult.NO_RESPONSE) == []
        assert FeedbackAttempt.objects.count() == Entry.objects.filter(act="feedback").count() == 1
        both = tell(people, opinion, second, result=FeedbackResult.NO_RESPONSE)
        assert [attempt.opinion for attempt in both] == [second]
        assert Entry.objects.filter(act="feedback").last().payload["numbers"] == [second.number]
        tell(people, opinion, result=FeedbackResult.NO_RESPONSE, note="下午再打")
        tell(people, opinion)
        answer(people, opinion, outcome=Outcome.PARTLY_ADOPTED, now=ANSWERED + 3 * DAY)
        tell(people, opinion)
        assert FeedbackAttempt.objects.filter(opinion=opinion).count() == 4

    @pytest.mark.parametrize("who", ["rival", "guan", "op", "outsider"])
    def test_nobody_else_logs(self, people, opinion, who) -> None:
        answer(people, opinion)
        with pytest.raises(PermissionDenied):
            tell(people, opinion, user=getattr(people, who))
        assert not FeedbackAttempt.objects.exists()

    @pytest.mark.parametrize("days", [-1, 4])
    def test_a_day_before_the_answer_or_after_today_is_refused(self, people, opinion, days) -> None:
        answer(people, opinion)
        with pytest.raises(ValidationError) as refused:
            tell(people, opinion, tried_on=(ANSWERED + days * DAY).date())
        assert "tried_on" in refused.value.message_dict

    def test_what_was_not_answered_cannot_be_told(self, people, page, opinion) -> None:
        second = send(page, "另一条。", now=PUBLISHED).opinion
        answer(people, opinion)
        with pytest.raises(ValidationError, match=second.number):
            tell(people, opinion, second)
        assert not FeedbackAttempt.objects.exists()


class TestStatement:
    def findings(self, page: NoticePage) -> list[Level]:
        page = NoticePage.objects.get(pk=page.pk)
        found = [row.finding for row in judgement_of(page).findings]
        return [row.level for row in found if row.rule_id == "L20"]

    def test_it_waits_until_who_was_not_adopted_has_been_told(self, people, page, opinion) -> None:
        with time_machine.travel(ANSWERED + DAY, tick=False):
            assert self.findings(page) == [Level.BLOCK]
            answer(people, opinion)
            assert self.findings(page) == [Level.BLOCK]
            tell(people, opinion, now=ANSWERED + DAY)
            assert self.findings(page) == []

    def test_while_the_window_runs_it_only_warns(self, people, page, opinion) -> None:
        with time_machine.travel(PUBLISHED + 2 * DAY, tick=False):
            assert self.findings(page) == [Level.WARN]


class TestDuties:
    def open(self, page: NoticePage, today: Any) -> dict[str, str]:
        record = NoticeRecord.objects.get(page=page)
        found = duties_of(record, today=today.date(), calendar=current_calendar())
        return {row.key: row.label for row in found if row.key.startswith("opinions-") and not row.done}

    def test_what_waits_is_counted_once_the_window_is_over(self, people, page, opinion) -> None:
        assert self.open(page, PUBLISHED + DAY) == {}
        assert self.open(page, ANSWERED) == {"opinions-answer": "答复公众意见：尚有 1 条未答复"}
        answer(people, opinion)
        assert self.open(page, ANSWERED) == {"opinions-feedback": "反馈未采纳的意见：尚有 1 条未反馈"}
        tell(people, opinion)
        assert self.open(page, ANSWERED) == {}


class TestScreens:
    def post(
        self, user: Any, name: str, page: NoticePage, data: dict[str, Any], now: Any = ANSWERED + 2 * DAY
    ):
        with time_machine.travel(now, tick=False):
            return client_of(user).post(reverse(name, args=[page.pk]), data)

    def test_a_batch_is_logged_from_the_screen(self, people, page, opinion) -> None:
        second = send(page, "另一条。", now=PUBLISHED).opinion
        answer(people, opinion, second)
        picked = {"opinions": [f"{opinion.pk},{second.pk}"]}
        opened = self.post(people.li, "opinions_feedback", page, {**picked, "pick": "1"})
        assert "2 条意见" in opened.content.decode()
        assert not FeedbackAttempt.objects.exists()
        data = {**picked, "way": "phone", "result": "no_response", "tried_on": "2026-03-30", "note": "没人接"}
        refused = self.post(people.li, "opinions_feedback", page, data).content.decode()
        assert "反馈日期不能晚于今天" in refused
        assert "没人接" in refused
        self.post(people.li, "opinions_feedback", page, {**data, "tried_on": "2026-03-19"})
        again = self.post(people.li, "opinions_feedback", page, {**data, "tried_on": "2026-03-19"})
        assert again.status_code == 302
        assert FeedbackAttempt.objects.filter(tried_on="2026-03-19").count() == 2

    def test_personal_data_in_a_note_is_pointed_out_before_it_is_kept(self, people, page, opinion) -> None:
        answer(people, opinion)
        data = {
            "opinions": [opinion.pk],
            "way": "phone",
            "result": "reached",
            "tried_on": "2026-03-19",
            "note": "回电 13900000002",
        }
        shown = self.post(people.li, "opinions_feedback", page, data).content.decode()
        assert "备注里有手机号码 13900000002，请删去" in shown
        assert not FeedbackAttempt.objects.exists()
        seen = {"note_seen": hidden(shown, "note_seen")}
        other = {**data, **seen, "note": "回电 13900000003"}
        assert (
            "13900000003，请删去" in self.post(people.li, "opinions_feedback", page, other).content.decode()
        )
        self.post(people.li, "opinions_feedback", page, {**data, **seen})
        assert FeedbackAttempt.objects.get().note == "回电 13900000002"

    def test_an_erased_note_is_shown_as_such(self, people, page, opinion) -> None:
        answer(people, opinion)
        tell(people, opinion, note="接电话的是王五")
        erase_commenter(opinion=opinion, now=ANSWERED + 4 * DAY)
        entry = client_of(people.li).get(reverse("opinion_register:inspect", args=[opinion.pk]))
        assert "（已删除）" in entry.content.decode()
        assert "王五" not in entry.content.decode()

    def test_the_call_list_is_opened_with_a_reason_and_recorded(self, people, page, opinion) -> None:
        answer(people, opinion)
        picked = {"opinions": [opinion.pk]}
        form = self.post(people.li, "opinions_calls", page, {**picked, "pick": "1"}).content.decode()
        assert PERSON.contact not in form
        assert not ContactAccess.objects.exists()
        shown = self.post(people.li, "opinions_calls", page, {**picked, "reason": "电话反馈处理情况"})
        html = shown.content.decode()
        assert PERSON.contact in html
        assert "未采纳。监测井已按导则布设" in html
        assert "no-store" in shown["Cache-Control"]
        access = ContactAccess.objects.get()
        assert (access.reason, list(access.opinions.all())) == ("电话反馈处理情况", [opinion])

    def test_the_call_list_says_why_a_contact_is_not_there(self, people, page, opinion) -> None:
        restricted = send(page, now=PUBLISHED + DAY).opinion
        restrict_contact(opinion=restricted, now=ANSWERED)
        for one in (opinion, restricted):
            answer(people, one)
        picked = {"opinions": [opinion.pk, restricted.pk], "reason": "电话反馈处理情况"}
        html = self.post(people.li, "opinions_calls", page, picked).content.decode()
        assert html.count("本人要求限制使用") == 1

    def test_no_contact_is_opened_for_feedback_before_the_window_is_over(self, people, page, opinion) -> None:
        answer(people, opinion, now=PUBLISHED + DAY)
        data = {"opinions": [opinion.pk], "reason": "电话反馈处理情况"}
        answered = self.post(people.li, "opinions_calls", page, data, now=PUBLISHED + 2 * DAY)
        assert answered.status_code in (302, 403)
        assert not ContactAccess.objects.exists()

    def test_short_texts_name_receipt_and_look_up_but_no_contact(self, people, page, opinion) -> None:
        answer(people, opinion)
        html = self.post(people.li, "opinions_texts", page, {"opinions": [opinion.pk], "pick": "1"})
        text = html.context["texts"][0][1]
        assert opinion.number in text
        assert "/receipt" in text
        assert PERSON.contact not in html.content.decode()


def test_a_short_text_fits_one_message_and_carries_a_short_reason(people, opinion) -> None:
    short = answer_opinions(
        opinions=[opinion], outcome=Outcome.NOT_ADOPTED, reason="不在范围内。", user=people.li, now=ANSWERED
    )
    assert "不在范围内" in short_text(opinion, short)
    long = answer_opinions(
        opinions=[opinion],
        outcome=Outcome.NOT_ADOPTED,
        reason="很长的理由" * 30,
        user=people.li,
        now=ANSWERED,
    )
    assert len(short_text(opinion, long)) <= ONE_MESSAGE
    assert "很长的理由" not in short_text(opinion, long)
    assert spoken_answer(long).startswith("未采纳。很长的理由")
