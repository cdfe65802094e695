"""How long others wait while staff act on many opinions: what is read and written under the lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import NoticePage
from notices.opinions.answering import answer_opinions, redact_opinion
from notices.opinions.feedback import log_feedback
from notices.opinions.models import FeedbackResult, FeedbackWay, Opinion, Outcome
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AFTER = END + timedelta(days=1)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def under_lock(act: Callable[[], object]) -> list[str]:
    """Return the statements of the act's own transaction, which a test's transaction turns into a savepoint."""
    with CaptureQueriesContext(connection) as seen:
        act()
    statements = [query["sql"] for query in seen.captured_queries]
    return statements[next(i for i, sql in enumerate(statements) if sql.startswith("SAVEPOINT")) :]


def test_under_the_lock_no_text_is_read_and_no_query_is_asked_for_each(
    people: People, page: NoticePage
) -> None:
    opinions = [send(page, f"第{index}条意见。", now=PUBLISHED).opinion for index in range(8)]

    def answer(chosen: list[Opinion]) -> list[str]:
        return under_lock(
            lambda: answer_opinions(
                opinions=chosen, outcome=Outcome.NOT_ADOPTED, reason="不在范围内。", user=people.li, now=AFTER
            )
        )

    def tell(chosen: list[Opinion]) -> list[str]:
        return under_lock(
            lambda: log_feedback(
                opinions=chosen,
                way=FeedbackWay.PHONE,
                result=FeedbackResult.REACHED,
                user=people.li,
                now=AFTER,
            )
        )

    for act in (answer, tell):
        few, many = act(opinions[:2]), act(opinions[2:])
        assert len(few) == len(many)
        for sql in many:
            assert '"opinions_opinion"."text"' not in sql
            assert '"notices_noticepage"' not in sql


def test_a_redaction_reads_no_text_under_the_lock(people: People, page: NoticePage) -> None:
    opinion = send(page, "隔壁老李头的井水发浑。", now=PUBLISHED).opinion
    statements = under_lock(
        lambda: redact_opinion(
            opinion=opinion,
            text="隔壁■■的井水发浑。",
            struck=["老李头"],
            reason="他人信息",
            user=people.li,
            now=AFTER,
        )
    )
    assert not [sql for sql in statements if '"opinions_opinion"."text"' in sql]
    assert Opinion.objects.get().public_text == "隔壁■■的井水发浑。"


@pytest.mark.parametrize("who", ["rival", "op", "guan", "outsider", "stranger"])
def test_nobody_but_the_proponents_staff_answers(people: People, page: NoticePage, who: str) -> None:
    opinion = send(page, now=PUBLISHED).opinion
    with pytest.raises(PermissionDenied):
        answer_opinions(
            opinions=[opinion],
            outcome=Outcome.NOT_ADOPTED,
            reason="不在范围内。",
            user=getattr(people, who),
            now=AFTER,
        )
    assert Opinion.objects.get().answer is None


def test_an_answer_goes_to_opinions_of_one_notice_only(people: People, page: NoticePage) -> None:
    other = make_notice(proponent=people.company_a, now=PUBLISHED)
    both = [send(page, now=PUBLISHED).opinion, send(other, now=PUBLISHED).opinion]
    for chosen in (both, []):
        with pytest.raises(ValidationError):
            answer_opinions(
                opinions=chosen, outcome=Outcome.NOT_ADOPTED, reason="不在范围内。", user=people.li, now=AFTER
            )
    assert not Opinion.objects.exclude(answer=None).exists()
