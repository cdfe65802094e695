"""A statement that goes out of date after its notice was handed in is told at once, not on the day of publication."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from notices.calendars import current_calendar
from notices.duty_lists import duties_for
from notices.models import NoticePage, NoticeRecord, NoticeStage
from tests.notices.archive import test_statement as statements
from tests.people import People

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
people, page, _print_seldom = statements.people, statements.page, statements._print_seldom
MOMENT = statements.LATER + 2 * statements.HOUR
PLANNED = statements.LATER.date() + timedelta(days=10)


def told(user: object) -> list[str]:
    """Return what a person is told of the statement of the pre-approval notice."""
    rows = duties_for(user, today=MOMENT.date(), calendar=current_calendar())
    return [row.duty.label for row in rows if row.duty.key.startswith("statement-")]


def today_of(user: object) -> str:
    with time_machine.travel(MOMENT, tick=False):
        return statements.signed_in(user).get("/admin/").content.decode()


def approved_with_statement(page: NoticePage, people: People) -> NoticePage:
    """Attach the final statement to the pre-approval draft and let it be approved for a later day."""
    statements.answer_all(page, people)
    statements.build(page, people)
    li = statements.signed_in(people.li)
    with time_machine.travel(statements.LATER + statements.HOUR, tick=False):
        li.post(statements.url(page, "final/"), {"upload": statements.paper("定稿.pdf", "盖章")})
        li.post(statements.url(page, "publish/"), {"planned_on": PLANNED.isoformat()})
    draft = NoticePage.objects.get(kind="pre_approval")
    NoticeRecord.objects.filter(page=draft).update(stage=NoticeStage.APPROVED, planned_on=PLANNED)
    return draft


def test_proponent_and_operator_are_told_as_soon_as_an_opinion_changes_what_it_says(
    page: NoticePage, people: People
) -> None:
    draft = approved_with_statement(page, people)
    assert told(people.li) == told(people.op) == []
    assert "说明已过时" not in today_of(people.op)

    statements._redact(page, people)
    both = {"公众参与说明已过时：重新生成并附上", "撤销核对：附上的公众参与说明已过时"}
    assert set(told(people.li)) == set(told(people.op)) == both
    assert told(people.rival) == []
    for person in (people.li, people.op):
        assert "公众参与说明已过时：重新生成并附上" in today_of(person)

    NoticeRecord.objects.filter(page=draft).update(stage=NoticeStage.PUBLISHED)
    assert told(people.op) == []
