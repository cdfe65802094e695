"""After a statutory change every posting is renewed and the newspaper prints twice; evidence ends the duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notices.calendars import current_calendar
from notices.duties import Duty, DutyOf, duties_of
from notices.evidence_services import file_evidence
from notices.models import NewspaperInsertion, NoticePage, SitePosting
from tests.factories import make_notice
from tests.notices.correcting import OPENED, correct, fresh
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    page = make_notice(proponent=people.company_a, now=OPENED)
    post(page, people, "清水沟村", OPENED.date())
    post(page, people, "柳坪村", OPENED.date())
    print_in_newspaper(page, people, OPENED.date())
    return page


def post(page: NoticePage, people: People, village: str, day: date) -> None:
    posting = SitePosting(notice=page, village=village, spot="村委会公告栏", posted_on=day)
    file_evidence(evidence=posting, uploads=[], user=people.li)


def print_in_newspaper(page: NoticePage, people: People, day: date) -> None:
    insertion = NewspaperInsertion(notice=page, newspaper="晋南日报", published_on=day)
    file_evidence(evidence=insertion, uploads=[], user=people.li)


def duties(page: NoticePage, *, done: bool = False) -> list[Duty]:
    found = duties_of(fresh(page).record, today=FRIDAY.date(), calendar=current_calendar())
    return [duty for duty in found if duty.key.startswith("correction-") and duty.done == done]


def labels(page: NoticePage) -> list[str]:
    return sorted(duty.label for duty in duties(page))


def test_a_slip_asks_for_nothing(people: People, page: NoticePage) -> None:
    correct(page, people, "slip", FRIDAY, content="分层填埋。")
    assert duties(page) == []


def test_a_statutory_change_asks_for_each_posting_and_two_insertions(
    people: People, page: NoticePage
) -> None:
    assert duties(page) == []
    correct(page, people, now=FRIDAY, contact_phone="0357-7000009")
    assert labels(page) == [
        "在柳坪村重新张贴更正后的公示",
        "在清水沟村重新张贴更正后的公示",
        "更正后第1次登报",
        "更正后第2次登报",
    ]
    days = {duty.label[:2]: duty.due_on for duty in duties(page)}
    assert days["在柳"] == date(2026, 3, 9)  # the next working day
    assert days["更正"] == fresh(page).record.last_day


def test_each_ends_with_its_evidence_of_that_day_or_later(people: People, page: NoticePage) -> None:
    correct(page, people, now=FRIDAY, contact_phone="0357-7000009")
    post(page, people, "柳坪村", FRIDAY.date() - timedelta(days=1))
    print_in_newspaper(page, people, FRIDAY.date() - timedelta(days=1))
    assert len(duties(page)) == 5
    post(page, people, "柳坪村", FRIDAY.date())
    print_in_newspaper(page, people, FRIDAY.date())
    assert labels(page) == ["在清水沟村重新张贴更正后的公示", "更正后第2次登报"]
    post(page, people, "清水沟村", FRIDAY.date())
    print_in_newspaper(page, people, FRIDAY.date() + timedelta(days=3))
    assert labels(page) == []


def test_a_late_posting_proposes_a_longer_window_to_the_operator(people: People, page: NoticePage) -> None:
    correct(page, people, now=FRIDAY, contact_phone="0357-7000009")
    assert fresh(page).record.last_day == date(2026, 3, 20)
    post(page, people, "清水沟村", date(2026, 3, 10))
    (proposed,) = [duty for duty in duties(page) if duty.who is DutyOf.OPERATOR]
    assert "2026年3月24日" in proposed.label


def test_keys_stay_and_differ(people: People, page: NoticePage) -> None:
    correct(page, people, now=FRIDAY, contact_phone="0357-7000009")
    before = {duty.key for duty in duties(page)}
    post(page, people, "清水沟村", FRIDAY.date())
    assert before == {duty.key for duty in [*duties(page), *duties(page, done=True)]}
    assert len(before) == 4


def test_a_later_change_takes_the_place_of_an_earlier_one(people: People, page: NoticePage) -> None:
    first = correct(page, people, now=FRIDAY, contact_phone="0357-7000009")
    second = correct(page, people, now=FRIDAY + timedelta(days=3), contact_phone="0357-7000008")
    keys = {duty.key.split("-")[1] for duty in duties(page)}
    assert keys == {str(second.pk)}
    assert str(first.pk) not in keys
