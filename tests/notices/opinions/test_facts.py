"""What the rules learn of the opinions: how many there are, and what still has to be done (Arts. 18 and 19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from notices.models import NoticePage
from notices.opinions.answering import answer_opinions, erase_commenter
from notices.opinions.facts import opinion_facts
from notices.opinions.feedback import log_feedback
from notices.opinions.models import FeedbackResult, FeedbackWay, Opinion, Outcome
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
