"""What the rules learn of the opinions: how many there are, and what still has to be done (Arts. 18 and 19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from notices.calendars import current_calendar
from notices.duties import duties_of
from notices.exports.covers import cover_of
from notices.exports.models import Profile
from notices.models import NoticePage, NoticeRecord
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.facts import opinion_facts
from notices.opinions.feedback import FeedbackState, feedback_of, log_feedback
from notices.opinions.models import FeedbackResult, FeedbackWay, Opinion, Outcome
from notices.opinions.selectors import answering_progress
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
INSIDE = PUBLISHED + timedelta(days=2)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED, accepts_late=True)


def counts(page: NoticePage) -> tuple[int, int, int]:
    facts = opinion_facts([page])
    return facts["register_count"], facts["opinions_unanswered"], facts["opinions_untold"]


def desk_labels(page: NoticePage) -> list[str]:
    record = NoticeRecord.objects.get(page=page)
    found = duties_of(record, today=timezone.localdate(), calendar=current_calendar())
    return [row.label for row in found if row.key.startswith("opinions-") and not row.done]


def opinion(page: NoticePage, *, now: datetime = INSIDE, **fields: Any) -> Opinion:
    return send(page, now=now, **fields).opinion


def answer(people: People, found: Opinion, outcome: Outcome) -> None:
    answer_opinions(
        opinions=[found],
        outcome=outcome,
        reason="监测井已按导则布设。",
        report_reference="第5章",
        user=people.li,
        now=END + timedelta(days=1),
    )


def test_late_opinions_are_registered_and_only_those_in_time_wait_for_an_answer(page: NoticePage) -> None:
    opinion(page)
    opinion(page, now=END + timedelta(days=1))
    assert counts(page) == (2, 1, 0)


def test_destroyed_content_needs_no_answer_and_holds_up_nothing(people: People, client: Any) -> None:
    """What nobody can read any more nobody can answer: the statement would wait for ever."""
    page = make_notice(proponent=people.company_a, now=PUBLISHED)
    receipt = send(page, now=INSIDE)
    gone, kept = receipt.opinion, opinion(page)
    Opinion.objects.filter(pk=gone.pk).update(destroyed_at=END)
    assert counts(page) == (2, 1, 0)
    assert feedback_of(gone) == FeedbackState.NOT_NEEDED
    assert answering_progress(page) == {"total": 2, "unanswered": 1, "not_needed": 1}
    with time_machine.travel(END + timedelta(days=1), tick=False):
        assert desk_labels(page) == ["答复公众意见：尚有 1 条未答复"]
    Opinion.objects.filter(pk=kept.pk).update(destroyed_at=END)
    assert counts(page) == (2, 0, 0)
    cover = cover_of(page, profile=Profile.PROPONENT, purpose="案卷", user=people.li, now=END)
    assert "未完成：还有意见没有答复" not in dict(cover).values()
    with time_machine.travel(END + timedelta(days=1), tick=False):
        assert desk_labels(page) == []
        shown = client.get(f"/n/{page.record.code}/").content.decode()
        numbers = client.get(f"/n/{page.record.code}/opinions/").content.decode()
        key = {"number": gone.number, "code": receipt.code}
        looked_up = client.post("/receipt/", key).content.decode()
    assert "除 2 条内容依法销毁外，已全部答复" in shown
    assert "内容依法销毁、无须答复 2" in numbers
    assert "内容已依法销毁，无须答复" in looked_up
    assert "有结果后显示在这里" not in looked_up


@pytest.mark.parametrize(
    ("outcome", "contact", "untold"),
    [(Outcome.ADOPTED, True, 0), (Outcome.NOT_ADOPTED, True, 1), (Outcome.NOT_ADOPTED, False, 0)],
)
def test_who_left_a_contact_is_told_why_the_opinion_was_not_adopted(
    people: People, page: NoticePage, outcome: Outcome, contact: bool, untold: int
) -> None:
    found = opinion(page)
    answer(people, found, outcome)
    if not contact:
        erase_commenter(opinion=found, now=END + timedelta(days=1))
    assert counts(page) == (1, 0, untold)


@pytest.mark.parametrize(
    ("results", "untold"),
    [
        ([FeedbackResult.REACHED], 0),
        ([FeedbackResult.REFUSED], 0),
        ([FeedbackResult.NO_RESPONSE], 1),
        ([FeedbackResult.NO_RESPONSE, FeedbackResult.NO_RESPONSE], 0),
    ],
)
def test_one_call_without_answer_is_not_enough(
    people: People, page: NoticePage, results: list[FeedbackResult], untold: int
) -> None:
    found = opinion(page)
    answer(people, found, Outcome.NOT_ADOPTED)
    for day, result in enumerate(results):
        log_feedback(
            opinions=[found],
            way=FeedbackWay.PHONE,
            result=result,
            user=people.li,
            now=END + timedelta(days=2 + day),
        )
    assert counts(page) == (1, 0, untold)
