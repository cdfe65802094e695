"""What is due when, the list of it, and the mails that remind of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices import duties
from notices.calendars import current_calendar
from notices.duties import Duty, DutyOf, duties_of
from notices.duty_lists import active_records, duties_for
from notices.models import (
    EvidenceFile,
    NewspaperInsertion,
    NoticePage,
    NoticeRecord,
    NoticeStage,
    PaperViewing,
    Project,
    ReminderChoice,
    SitePosting,
)
from notices.outbox.models import OutboxMail
from notices.outbox.services import send_due
from notices.reminders import is_to_be_reminded, send_reminders
from notices.services import approve_notice
from tests.factories import an_operator, confirm, make_draft, make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
# Friday; ten working days end on Friday 4 December.
PUBLISHED = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
FIRST, LAST = date(2026, 11, 20), date(2026, 12, 4)


@pytest.fixture
def people() -> People:
    found = make_people()
    for name in ("li", "rival", "op", "guan", "outsider"):
        user = getattr(found, name)
        user.email = f"{name}@example.com"
        user.save()
    return found


@pytest.fixture
def notice(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def due(notice: NoticePage, today: date = FIRST) -> dict[str, Duty]:
    record = active_records(NoticeRecord.objects.all()).get(page=notice)
    return {duty.key: duty for duty in duties_of(record, today=today, calendar=current_calendar())}


def open_keys(notice: NoticePage, today: date = FIRST) -> set[str]:
    return {key for key, duty in due(notice, today).items() if not duty.done}


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


class TestWhatIsDue:
    def test_a_fresh_notice(self, notice: NoticePage) -> None:
        found = {key: duty.due_on for key, duty in due(notice).items()}
        assert found == {
            "insertion-1": date(2026, 11, 23),
            "insertion-2": LAST,
            "postings": date(2026, 11, 23),
            "window-end": LAST,
            "viewing-log": date(2026, 12, 9),
        }
        assert due(notice)["postings"].detail == "清水沟村、柳坪村"

    def test_insertions_count_inside_the_window_on_different_days(self, notice: NoticePage) -> None:
        one = timedelta(days=1)
        cases: list[tuple[tuple[date, ...], set[str]]] = [
            ((), {"insertion-1", "insertion-2"}),
            ((FIRST,), {"insertion-2"}),
            ((FIRST, FIRST), {"insertion-2"}),
            ((FIRST, LAST), set()),
            ((FIRST - one, LAST + one), {"insertion-1", "insertion-2"}),
        ]
        for days, left in cases:
            NewspaperInsertion.objects.all().delete()
            for day in days:
                NewspaperInsertion.objects.create(notice=notice, newspaper="晋南日报", published_on=day)
            assert open_keys(notice) & {"insertion-1", "insertion-2"} == left, days

    def test_a_planned_insertion_is_due_on_its_day_and_a_printed_one_asks_for_its_page(
        self, notice: NoticePage
    ) -> None:
        NewspaperInsertion.objects.create(notice=notice, newspaper="晋南日报", planned_on=date(2026, 11, 26))
        row = NewspaperInsertion.objects.create(notice=notice, newspaper="晋南日报", published_on=FIRST)
        found = due(notice)
        assert found["insertion-1"].done
        assert found["insertion-2"].due_on == date(2026, 11, 26)
        assert not found[f"insertion-image:{row.pk}"].done

    def test_a_posting_from_its_beginning_to_its_removal(self, notice: NoticePage) -> None:
        row = SitePosting.objects.create(notice=notice, village="清水沟村", spot="村口")
        key = f"posting:{row.pk}"
        assert {f"{key}:start"} == {found for found in open_keys(notice) if found.startswith(key)}
        SitePosting.objects.update(posted_on=FIRST)
        assert f"{key}:photo" in open_keys(notice)
        assert f"{key}:removal" not in open_keys(notice, LAST - timedelta(days=1))
        assert due(notice, LAST)[f"{key}:removal"].due_on == date(2026, 12, 9)
        EvidenceFile.objects.create(posting=row, file_name="a.jpg", file="a", sha256="a", size=1)
        SitePosting.objects.update(removed_on=LAST)
        assert not {found for found in open_keys(notice, LAST) if found.startswith(key)}
        assert due(notice)["postings"].detail == "柳坪村"

    def test_the_end_of_the_window_is_over_the_day_after_and_the_viewing_log_with_its_first_row(
        self, notice: NoticePage
    ) -> None:
        assert "window-end" in open_keys(notice, LAST)
        assert "window-end" not in open_keys(notice, LAST + timedelta(days=1))
        PaperViewing.objects.create(notice=notice, place="203室", viewed_on=LAST, visitors=0)
        assert "viewing-log" not in open_keys(notice, LAST)

    def test_an_approved_notice_has_its_days_from_the_planned_date(self, people: People) -> None:
        page = make_notice(proponent=people.company_a, stage=NoticeStage.APPROVED, now=PUBLISHED)
        assert due(page)["insertion-2"].due_on == date(2026, 12, 11)

    def test_a_first_round_is_due_seven_working_days_after_the_contract(self, people: People) -> None:
        page = make_draft(proponent=people.company_a, kind="first_round", now=PUBLISHED)
        project = Project.objects.create(
            name=page.project_name, proponent=people.company_a, contracted_on=FIRST
        )
        NoticePage.objects.filter(pk=page.pk).update(project=project)
        assert due(page)["first-round"].due_on == date(2026, 12, 1)
        assert not due(page)["first-round"].done
        page = NoticePage.objects.get(pk=page.pk)
        revision = page.save_revision()
        confirm(page)
        approve_notice(page=page, revision=revision, user=an_operator(), now=PUBLISHED)
        assert due(page)["first-round"].done

    def test_what_was_waived_at_approval_is_asked_for_before_opening(self, people: People) -> None:
        page = make_notice(proponent=people.company_a, stage=NoticeStage.APPROVED, now=PUBLISHED)
        assert not {"signature", "report"} & open_keys(page)
        revision = page.record.approved_revision
        revision.content["signature_date"] = None
        revision.save()
        page.attachments.update(kind="other")
        assert {"signature", "report"} <= open_keys(page)

    def test_nothing_is_due_on_history_drafts_and_submitted_projects(
        self, people: People, notice: NoticePage
    ) -> None:
        make_notice(proponent=people.company_a, stage="historical", now=PUBLISHED)
        make_draft(proponent=people.company_a, now=PUBLISHED)
        records = NoticeRecord.objects.all()
        assert [record.page_id for record in active_records(records)] == [notice.pk]
        Project.objects.update(submitted_on=LAST)
        assert not active_records(records).exists()


class TestTheList:
    def test_each_sees_the_duties_of_the_notices_he_prepares(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        seen = {}
        for name in ("li", "rival", "op", "guan", "outsider"):
            client.force_login(getattr(people, name))
            response = client.get(reverse("notice_duties"))
            seen[name] = response.status_code == 200 and notice.project_name in response.content.decode()
        assert seen == {"li": True, "rival": False, "op": True, "guan": False, "outsider": False}
        client.logout()
        assert client.get(reverse("notice_duties")).status_code == 302

    def test_overdue_comes_first_and_is_counted(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.li)
        with time_machine.travel(at(date(2026, 11, 24)), tick=False):
            response = client.get(reverse("notice_duties"))
            keys = [row.duty.key for row in response.context["rows"]]
            assert keys[:2] == ["insertion-1", "postings"]
            assert "逾期 2 项" in response.content.decode()
            home = client.get(reverse("wagtailadmin_home")).content.decode()
            assert "逾期，应于11月23日办理" in home

    def test_it_is_filtered_by_notice_and_side(self, client: Any, people: People, notice: NoticePage) -> None:
        other = make_notice(proponent=people.company_a, now=PUBLISHED, project_name="柳坪项目")
        client.force_login(people.op)

        def rows(**query: Any) -> set[int]:
            return {row.record.pk for row in client.get(reverse("notice_duties"), query).context["rows"]}

        assert rows() == {notice.record.pk, other.record.pk}
        assert rows(notice=other.record.pk) == {other.record.pk}
        assert rows(who="operator") == set()
        assert rows(notice="x", who="x") == {notice.record.pk, other.record.pk}

    def test_queries_do_not_grow_with_notices(self, people: People) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert duties_for(people.li, today=FIRST, calendar=current_calendar())
            return len(captured)

        def add(number: int) -> None:
            page = make_notice(proponent=people.company_a, now=PUBLISHED, project_name=f"{number}号项目")
            row = SitePosting.objects.create(notice=page, village="清水沟村", spot="村口", posted_on=FIRST)
            EvidenceFile.objects.create(posting=row, file_name="a.jpg", file="a", sha256="a", size=1)

        for number in range(2):
            add(number)
        few = cost()
        for number in range(2, 5):
            add(number)
        assert cost() == few

    def test_the_register_entry_lists_what_is_open(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.guan)
        html = client.get(reverse("notice_register:inspect", args=[notice.record.pk])).content.decode()
        assert "报纸第 1 次刊登" in html


# Due on Wednesday 25 November; the days around it.
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-11-20", False),
        ("2026-11-23", True),
        ("2026-11-24", True),
        ("2026-11-25", True),
        ("2026-11-26", True),
        ("2026-11-27", False),
        ("2026-11-30", True),
        ("2026-12-03", False),
        ("2026-12-04", True),
        ("2026-12-07", False),
    ],
)
def test_days_on_which_a_duty_is_reminded_of(today: str, expected: bool) -> None:
    found = is_to_be_reminded(
        date(2026, 11, 25), today=date.fromisoformat(today), calendar=current_calendar()
    )
    assert found == expected


class TestReminders:
    def recipients(self, now: datetime) -> set[str]:
        mail.outbox.clear()
        send_due(now=now)
        return {address for sent in mail.outbox for address in sent.to}

    def test_one_mail_a_day_for_notice_and_person_with_everything_in_it(
        self, people: People, notice: NoticePage
    ) -> None:
        now = at(date(2026, 11, 23))
        assert send_reminders(now=now) == 1
        assert send_reminders(now=now + timedelta(hours=1)) == 0
        assert self.recipients(now) == {"li@example.com"}
        text = mail.outbox[0].body
        for shown in ("报纸第 1 次刊登", "登记张贴点", "2026年11月23日 前", reverse("notice_duties")):
            assert shown in text
        assert send_reminders(now=now + timedelta(days=1)) == 1

    @pytest.mark.parametrize(
        "moment",
        [at(date(2026, 11, 23), 7, 59), at(date(2026, 11, 21)), at(date(2026, 11, 22), 23)],
        ids=["before eight", "Saturday", "Sunday"],
    )
    def test_none_before_eight_or_on_a_day_off(self, notice: NoticePage, moment: datetime) -> None:
        assert send_reminders(now=moment) == 0

    def test_active_staff_with_an_address_who_did_not_switch_them_off(
        self, people: People, notice: NoticePage
    ) -> None:
        now = at(date(2026, 11, 23))
        ReminderChoice.objects.create(user=people.li, wanted=False)
        assert send_reminders(now=now) == 0
        ReminderChoice.objects.update(wanted=True)
        people.li.is_active = False
        people.li.save()
        assert send_reminders(now=now) == 0
        people.li.is_active, people.li.email = True, ""
        people.li.save()
        assert send_reminders(now=now) == 0
        people.rival.groups.add(people.company_a.group)
        assert send_reminders(now=now) == 1
        assert self.recipients(now) == {"rival@example.com"}

    def test_operators_are_reminded_of_theirs(
        self, people: People, notice: NoticePage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def provider(record: Any, today: date, calendar: Any) -> list[Duty]:
            return [Duty("confirm", "确认延长期限", today, "/admin/", who=DutyOf.OPERATOR)]

        monkeypatch.setattr(duties, "_providers", [provider])
        now = at(date(2026, 11, 23))
        send_reminders(now=now)
        assert self.recipients(now) == {"op@example.com"}

    def test_a_person_switches_them_off_on_the_account_page(self, client: Any, people: People) -> None:
        shown = {}
        for name in ("li", "op", "guan"):
            client.force_login(getattr(people, name))
            shown[name] = "reminders-wanted" in client.get(reverse("wagtailadmin_account")).content.decode()
        assert shown == {"li": True, "op": True, "guan": False}
        client.force_login(people.li)
        account = client.get(reverse("wagtailadmin_account"))
        fields: dict[str, Any] = {}
        for panels in account.context["panels_by_tab"].values():
            for panel in panels:
                form = panel.get_form()
                fields |= {form.add_prefix(name): form[name].initial or "" for name in form.fields}
        assert fields.pop("reminders-wanted") is True
        fields |= {"name_email-first_name": "工", "name_email-last_name": "李"}
        client.post(reverse("wagtailadmin_account"), fields)
        assert not ReminderChoice.objects.get(user=people.li).wanted

    def test_no_address_is_in_the_log_or_in_plain_in_the_outbox(
        self, people: People, notice: NoticePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        send_reminders(now=at(date(2026, 11, 23)))
        assert OutboxMail.objects.count() == 1
        stored = str(OutboxMail.objects.values_list("key", "subject", "sealed").get())
        assert "li@example.com" not in stored + caplog.text
