"""The dates of a project: who records them, what is refused, what the ledger says, and the yearly reminder."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from notices.calendars import current_calendar
from notices.duty_lists import duties_for, open_duties
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.outbox.models import OutboxMail
from notices.project_dates import record_project_dates
from notices.reminders import send_reminders
from notices.statutory.periods import add_months
from tests.factories import make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
LATER = datetime(2026, 6, 1, 9, 0, tzinfo=ZONE)
SUBMITTED, DECIDED = date(2026, 4, 1), date(2026, 5, 6)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def last_day(page: NoticePage) -> date:
    found = NoticeRecord.objects.get(page=page).last_day
    assert found is not None
    return found


def record(page: NoticePage, user: Any, reason: str = "", **dates: date | None) -> list[ProjectDateChange]:
    assert page.project is not None
    named = {ProjectDate(f"{name}_on"): day for name, day in dates.items()}
    return record_project_dates(project=page.project, dates=named, user=user, now=LATER, reason=reason)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 5, 6), 6, date(2026, 11, 6)),
        (date(2026, 2, 28), -6, date(2025, 8, 28)),
        (date(2026, 11, 30), 15, date(2028, 2, 29)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize("who", ["rival", "guan", "outsider", "stranger"])
def test_nobody_else_records_dates(people: People, page: NoticePage, who: str) -> None:
    with pytest.raises(PermissionDenied):
        record(page, getattr(people, who), submitted=SUBMITTED)
    assert not ProjectDateChange.objects.exists()


@pytest.mark.parametrize(("who", "role"), [("li", "proponent"), ("zhao", "delegate"), ("op", "operator")])
def test_the_ledger_says_in_which_capacity_a_date_was_recorded(
    people: People, page: NoticePage, who: str, role: str
) -> None:
    record(page, getattr(people, who), submitted=SUBMITTED)
    entry = Entry.objects.order_by("-pk").first()
    assert (entry.act, entry.role) == ("project_dated", role)
    assert entry.payload["date"] == "submitted"
    assert (entry.payload["on"], entry.payload["was"]) == ("2026-04-01", None)
    assert Project.objects.get(pk=page.project_id).submitted_on == SUBMITTED


def test_a_recorded_date_is_corrected_only_with_a_reason(people: People, page: NoticePage) -> None:
    record(page, people.li, submitted=SUBMITTED)
    for day in (date(2026, 4, 2), None):
        with pytest.raises(ValidationError, match="请写明原因"):
            record(page, people.li, submitted=day)
    (change,) = record(page, people.li, "误填，以收件回执为准", submitted=date(2026, 4, 2))
    assert (change.old, change.new) == (SUBMITTED, date(2026, 4, 2))
    assert Entry.objects.order_by("-pk").first().payload["was"] == "2026-04-01"


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"submitted": LATER.date() + timedelta(days=1)}, "submitted_on"),
        ({"submitted": date(2026, 3, 1)}, "submitted_on"),
        ({"decided": DECIDED}, "submitted_on"),
        ({"submitted": DECIDED, "decided": SUBMITTED}, "decided_on"),
        ({"submitted": SUBMITTED, "decided": DECIDED, "abandoned": DECIDED}, "abandoned_on"),
    ],
)
def test_impossible_dates_are_refused_at_their_field(
    people: People, page: NoticePage, dates: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        record(page, people.li, **dates)
    assert list(refusal.value.message_dict) == [field]
    assert Project.objects.get(pk=page.project_id).submitted_on is None


def test_nothing_is_written_when_nothing_changes(people: People, page: NoticePage) -> None:
    record(page, people.li, submitted=SUBMITTED)
    before = Entry.objects.count()
    assert record(page, people.li, submitted=SUBMITTED) == []
    assert Entry.objects.count() == before


class TestThePage:
    def test_it_opens_for_those_who_record(self, client: Any, people: People, page: NoticePage) -> None:
        url = reverse("project_dates", args=[page.project_id])
        statuses = {}
        for name in ("li", "zhao", "op", "rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            statuses[name] = client.get(url).status_code
        assert statuses.pop("outsider") == 302
        assert statuses == {"li": 200, "zhao": 200, "op": 200, "rival": 302, "guan": 302}

    def test_dates_are_saved_and_every_correction_is_listed(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        url = reverse("project_dates", args=[page.project_id])
        client.post(url, {"submitted_on": "2026-04-01", "decided_on": "2026-05-06"})
        refused = client.post(url, {"submitted_on": "2026-04-01", "decided_on": ""}).content.decode()
        assert "请写明原因" in refused
        client.post(url, {"submitted_on": "2026-04-01", "decided_on": "", "reason": "决定已撤销"})
        html = client.get(url).content.decode()
        assert html.count("2026-05-06") >= 2
        assert "决定已撤销" in html
        assert Project.objects.get(pk=page.project_id).decided_on is None

    def test_the_register_entry_leads_to_it(self, client: Any, people: People, page: NoticePage) -> None:
        url = reverse("project_dates", args=[page.project_id])
        entry = reverse("notice_register:inspect", args=[page.record.pk])
        shown = {}
        for name in ("li", "op", "guan"):
            client.force_login(getattr(people, name))
            shown[name] = url in client.get(entry).content.decode()
        assert shown == {"li": True, "op": True, "guan": False}

    def test_the_project_form_no_longer_moves_them_unseen(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.op)
        html = client.get(reverse("project:edit", args=[page.project_id])).content.decode()
        assert 'name="decided_on"' not in html
        assert reverse("project_dates", args=[page.project_id]) in html


class TestTheReminder:
    def keys(self, user: Any, today: date) -> set[str]:
        return {row.duty.key for row in duties_for(user, today=today, calendar=current_calendar())}

    def test_it_comes_each_year_while_the_end_is_missing(self, people: People, page: NoticePage) -> None:
        last = last_day(page)
        due = add_months(last, 12)
        assert "project-end" not in self.keys(people.li, due - timedelta(days=31))
        assert "project-end" in self.keys(people.li, due - timedelta(days=30))
        rows = open_duties(
            NoticeRecord.objects.all(),
            today=add_months(last, 24) - timedelta(days=30),
            calendar=current_calendar(),
        )
        (row,) = [row for row in rows if row.duty.key == "project-end"]
        assert row.duty.due_on == add_months(last, 24)

    def test_it_goes_on_after_submission_and_ends_with_the_decision(
        self, people: People, page: NoticePage
    ) -> None:
        day = add_months(last_day(page), 12)
        record(page, people.li, submitted=SUBMITTED)
        assert self.keys(people.li, day) == {"project-end"}
        record(page, people.li, submitted=SUBMITTED, decided=DECIDED)
        assert self.keys(people.li, day) == set()

    def test_a_mail_goes_to_the_proponent_and_not_to_outsiders(
        self, people: People, page: NoticePage
    ) -> None:
        for user in (people.li, people.rival, people.guan, people.outsider):
            user.email = f"{user.username}@example.com"
            user.save()
        record(page, people.li, submitted=SUBMITTED)
        day = add_months(last_day(page), 12)
        while not current_calendar().counts(day):
            day -= timedelta(days=1)
        sent = send_reminders(now=datetime(day.year, day.month, day.day, 9, 0, tzinfo=ZONE))
        assert sent == OutboxMail.objects.count() == 1
