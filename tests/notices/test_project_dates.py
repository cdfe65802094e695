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
from notices.ledger_words import summary_of
from notices.models import NoticePage, NoticeRecord, Project, ProjectDate, ProjectDateChange
from notices.outbox.models import OutboxMail
from notices.project_dates import confirm_end, record_project_dates, unconfirmed_ends
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


def test_the_public_ledger_says_which_date_was_recorded_corrected_or_taken_back(
    people: People, page: NoticePage
) -> None:
    record(page, people.li, submitted=SUBMITTED)
    record(page, people.li, "误填，以收件回执为准", submitted=date(2026, 4, 2))
    record(page, people.li, "没有报批，误填", submitted=None)
    said = [summary_of(entry.payload) for entry in Entry.objects.filter(act="project_dated").order_by("pk")]
    assert said == [
        "报批日期，2026年4月1日（星期三）",
        "报批日期，2026年4月2日（星期四），原登记2026年4月1日（星期三）",
        "报批日期，取消登记，原登记2026年4月2日（星期四）",
    ]


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


class TestTheEnd:
    """That a project was given up is confirmed by an operator: what is kept of persons hangs on it."""

    @pytest.fixture
    def change(self, people: People, page: NoticePage) -> ProjectDateChange:
        (row,) = record(page, people.li, abandoned=DECIDED)
        return row

    @pytest.mark.parametrize("who", ["li", "zhao", "rival", "guan", "outsider", "stranger"])
    def test_nobody_but_an_operator_confirms_it(
        self, client: Any, people: People, change: ProjectDateChange, who: str
    ) -> None:
        user = getattr(people, who)
        with pytest.raises(PermissionDenied):
            confirm_end(change=change, user=user, now=LATER)
        if user.is_authenticated:
            client.force_login(user)
        url = reverse("project_end", args=[change.pk])
        assert client.post(url).status_code == 302
        change.refresh_from_db()
        assert change.confirmed_at is None

    def test_an_operator_confirms_it_once_and_the_ledger_says_so(
        self, people: People, change: ProjectDateChange
    ) -> None:
        confirm_end(change=change, user=people.op, now=LATER)
        entry = Entry.objects.order_by("-pk").first()
        assert (entry.act, entry.role) == ("project_end_confirmed", "operator")
        assert (entry.payload["date"], entry.payload["on"]) == ("abandoned", "2026-05-06")
        with pytest.raises(ValidationError, match="已经确认过"):
            confirm_end(change=change, user=people.op, now=LATER)

    def test_an_operators_own_recording_needs_no_other(self, people: People, page: NoticePage) -> None:
        (row,) = record(page, people.op, abandoned=DECIDED)
        assert row.confirmed_by == people.op
        assert not unconfirmed_ends().exists()

    def test_what_was_corrected_since_it_was_shown_is_not_confirmed(
        self, people: People, page: NoticePage, change: ProjectDateChange
    ) -> None:
        (later,) = record(page, people.li, "笔误更正", abandoned=DECIDED + timedelta(days=1))
        assert list(unconfirmed_ends()) == [later]
        with pytest.raises(ValidationError, match="刚刚有改动"):
            confirm_end(change=change, user=people.op, now=LATER)
        record(page, people.li, "项目恢复", abandoned=None)
        assert not unconfirmed_ends().exists()
        with pytest.raises(ValidationError, match="刚刚有改动"):
            confirm_end(change=later, user=people.op, now=LATER)

    def test_it_waits_for_the_end_of_the_window(
        self, people: People, page: NoticePage, change: ProjectDateChange
    ) -> None:
        NoticeRecord.objects.filter(page=page).update(last_day=LATER.date())
        with pytest.raises(ValidationError, match=f"{page.record.code} 还在征求意见"):
            confirm_end(change=change, user=people.op, now=LATER)
        confirm_end(change=change, user=people.op, now=LATER + timedelta(days=1))

    def test_the_operator_is_led_to_it_from_the_first_page_and_from_the_dates(
        self, client: Any, people: People, page: NoticePage, change: ProjectDateChange
    ) -> None:
        url, dates = (
            reverse("project_end", args=[change.pk]),
            reverse("project_dates", args=[page.project_id]),
        )
        home = reverse("wagtailadmin_home")
        client.force_login(people.li)
        assert url not in client.get(home).content.decode()
        assert url not in client.get(dates).content.decode()
        client.force_login(people.op)
        assert url in client.get(home).content.decode()
        assert url in client.get(dates).content.decode()
        assert "2026-05-06" in client.get(url).content.decode()
        client.post(url)
        change.refresh_from_db()
        assert change.confirmed_by == people.op
        assert url not in client.get(home).content.decode()
        assert url not in client.get(dates).content.decode()


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
