"""Holiday schedules: entered by file or form, and the windows that they move later, never earlier."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from notices import calendar_services, services
from notices.archive.editions import editions_of
from notices.calendar_files import read_schedule
from notices.calendar_services import recompute_windows
from notices.calendars import current_calendar, library_years, missing_year
from notices.home_panel import task_lists
from notices.ledger.models import Entry
from notices.models import CalendarRecord, ChangeClass, NoticeRecord, NoticeStage
from notices.services import approve_notice, extend_window, publish_due_notices, revoke_approval
from portal.checks import check_calendar
from tests.factories import an_operator, confirm, make_draft, make_notice
from tests.notices.schedules import (
    AMENDMENT,
    MAKEUP_2027,
    OFF_2027,
    SOURCE,
    amend_2026,
    at,
    enter_2027,
)
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
DECEMBER = at(2026, 12, 18)
MARCH = at(2026, 3, 2)  # ten working days end on 16 March
OURS: dict[str, Any] = {
    "year": 2027,
    "off_days": [day.isoformat() for day in OFF_2027],
    "makeup_days": [day.isoformat() for day in MAKEUP_2027],
    "source": SOURCE,
    "issued_on": "2026-12-20",
}
PUBLIC = {
    "year": 2027,
    "papers": ["https://www.gov.cn/content_1.htm", "https://www.gov.cn/content_2.htm"],
    "days": [
        *({"name": "节日", "date": day.isoformat(), "isOffDay": True} for day in OFF_2027),
        *({"name": "调休", "date": day.isoformat(), "isOffDay": False} for day in MAKEUP_2027),
    ],
}


def record_of(page: Any) -> NoticeRecord:
    return NoticeRecord.objects.get(page=page)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the time that views, tasks and commands read."""

    def turn(now: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now)

    return turn


@pytest.fixture
def people() -> People:
    return make_people()


def write(folder: Path, data: Any) -> str:
    path = folder / "2027.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return str(path)


def importing(*args: str) -> str:
    out = StringIO()
    call_command("import_calendar", *args, stdout=out)
    return out.getvalue()


class TestFiles:
    def test_our_layout_is_read_whole(self) -> None:
        file = read_schedule(json.dumps(OURS).encode())
        assert (file.year, file.off_days, file.makeup_days) == (2027, tuple(OFF_2027), tuple(MAKEUP_2027))
        assert (file.source, file.issued_on) == (SOURCE, date(2026, 12, 20))

    def test_the_public_layout_is_read_without_a_date_of_issue(self) -> None:
        file = read_schedule(json.dumps(PUBLIC).encode())
        assert (file.off_days, file.makeup_days) == (tuple(OFF_2027), tuple(MAKEUP_2027))
        assert (file.source, file.issued_on) == ("https://www.gov.cn/content_2.htm", None)

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ("{", "不是 JSON"),
            ("[]", "JSON 对象"),
            ({"year": "2027"}, "year 应当是年份"),
            ({"year": True}, "year 应当是年份"),
            ({"year": 2027}, "没有 off_days"),
            ({"year": 2027, "off_days": "2027-01-01"}, "off_days 应当是日期的列表"),
            ({"year": 2027, "off_days": ["1.1.2027"]}, "“1.1.2027”不是日期"),
            ({"year": 2027, "off_days": [20270101]}, "“20270101”不是日期"),
            ({"year": 2027, "off_days": [], "issued_on": "x"}, "issued_on 中的“x”不是日期"),
            ({"year": 2027, "days": {}}, "days 应当是列表"),
            ({"year": 2027, "days": [{"date": "2027-01-01"}]}, "isOffDay"),
            ({"year": 2027, "off_days": [" " * 200_001]}, "200 KB"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_what_to_mend(self, data: Any, said: str) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        with pytest.raises(ValidationError) as caught:
            read_schedule(text.encode())
        assert said in "".join(caught.value.messages)


class TestEntering:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"year": 1900}, "year"),
            ({"off_days": []}, "off_days"),
            ({"source": "  "}, "source"),
            ({"source": "通" * 201}, "source"),
            ({"makeup_days": [OFF_2027[0]]}, "off_days"),
            ({"off_days": [date(2028, 1, 1)]}, "off_days"),
            ({"off_days": [date(2026, 11, 30)]}, "off_days"),
            ({"issued_on": date(2027, 3, 1)}, "issued_on"),
        ],
    )
    def test_what_no_schedule_can_say_is_refused_at_its_field(
        self, changes: dict[str, Any], field: str
    ) -> None:
        values: dict[str, Any] = {"year": 2027, "off_days": OFF_2027, "makeup_days": [], "source": SOURCE}
        values |= {"issued_on": date(2026, 12, 18), "user": None, "now": DECEMBER}
        with pytest.raises(ValidationError) as caught:
            calendar_services.add_calendar(**(values | changes))
        assert list(caught.value.message_dict) == [field]
        assert not CalendarRecord.objects.exists()

    def test_a_schedule_may_rule_over_the_december_before(self) -> None:
        enter_2027(now=DECEMBER, off=[date(2026, 12, 31), *OFF_2027], makeup_days=[date(2026, 12, 26)])
        calendar = current_calendar()
        assert calendar.is_working_day(date(2026, 12, 31)) is False
        assert calendar.is_working_day(date(2026, 12, 26)) is True

    def test_the_same_schedule_entered_again_is_one_row(self) -> None:
        first, second = enter_2027(now=DECEMBER), enter_2027(now=DECEMBER)
        assert (first.created, second.created) == (True, False)
        assert first.record == second.record

    def test_a_later_schedule_of_the_year_wins_whatever_the_order_of_entry(self) -> None:
        day = date(2027, 3, 10)
        enter_2027(now=DECEMBER, off=[*OFF_2027, day])
        enter_2027(now=DECEMBER, issued_on=date(2026, 11, 4))
        assert current_calendar().is_working_day(day) is False


class TestRecomputing:
    def test_the_awaited_schedule_settles_a_provisional_end_in_public(self) -> None:
        page = make_notice(now=DECEMBER)
        record = record_of(page)
        assert (record.provisional, record.last_day) == (True, date(2027, 1, 5))
        later = DECEMBER + timedelta(days=3)
        enter_2027(now=later)
        assert recompute_windows(now=later).changed == (record.code,)
        record.refresh_from_db()
        # By the schedule 4 January would do: what was promised stays.
        assert (record.provisional, record.last_day) == (False, date(2027, 1, 5))
        assert record.calendar_version == current_calendar().version
        [change] = record.changes.all()
        assert change.change_class == ChangeClass.CONFIRMED
        assert SOURCE in change.reason
        assert Entry.objects.get(act="window_confirmed").payload["last_day"] == "2027-01-05"

    def test_an_amendment_moves_an_open_window_later_and_says_why(self) -> None:
        page = make_notice(now=MARCH)
        record = record_of(page)
        later = at(2026, 3, 5)
        amend_2026(date(2026, 3, 13), now=later)
        assert recompute_windows(now=later).changed == (record.code,)
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 17)
        [change] = record.changes.all()
        assert (change.change_class, change.old_last_day) == (ChangeClass.WINDOW, date(2026, 3, 16))
        assert change.by_calendar
        assert AMENDMENT in change.reason
        assert "2026年3月17日" in change.reason
        entry = Entry.objects.get(act="window_extended")
        assert (entry.role, entry.payload["calendar"]) == ("portal", record.calendar_version)

    def test_a_second_run_changes_nothing(self) -> None:
        record = record_of(make_notice(now=MARCH))
        amend_2026(date(2026, 3, 13), now=MARCH)
        recompute_windows(now=MARCH)
        assert recompute_windows(now=MARCH).changed == ()
        assert record.changes.count() == 1

    def test_days_given_back_shorten_nothing_but_are_told(self) -> None:
        record = record_of(make_notice(now=MARCH))
        amend_2026(now=MARCH, makeup=[date(2026, 3, 7)])
        recompute_windows(now=MARCH)
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 16)
        assert record.changes.get().change_class == ChangeClass.CONFIRMED

    def test_an_amendment_of_other_days_leaves_no_trace(self) -> None:
        record = record_of(make_notice(now=MARCH))
        before = record.calendar_version
        amend_2026(date(2026, 11, 13), now=MARCH)
        assert recompute_windows(now=MARCH).changed == ()
        record.refresh_from_db()
        assert record.calendar_version == before

    def test_a_longer_end_of_the_proponent_stays(self) -> None:
        record = record_of(make_notice(now=MARCH, requested_last_day=date(2026, 3, 31)))
        amend_2026(date(2026, 3, 13), now=MARCH)
        recompute_windows(now=MARCH)
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 31)

    def test_closed_withdrawn_and_historical_windows_are_left_alone(self) -> None:
        closed = make_notice(now=MARCH, project_name="一号沟项目")
        withdrawn = make_notice(now=MARCH, stage=NoticeStage.WITHDRAWN, project_name="二号沟项目")
        history = make_notice(now=MARCH, stage="historical", project_name="三号沟项目")
        amend_2026(date(2026, 3, 12), date(2026, 3, 13), now=MARCH)
        assert recompute_windows(now=at(2026, 3, 17)).changed == ()
        for page in (closed, withdrawn, history):
            assert not record_of(page).changes.exclude(change_class=ChangeClass.WITHDRAWAL).exists()

    def test_a_window_counted_from_a_late_channel_follows_the_calendar_from_there(self) -> None:
        record = record_of(make_notice(now=MARCH))
        extend_window(
            record=record,
            last_day=date(2026, 3, 19),
            reason="清水沟村三月五日才张贴",
            user=an_operator(),
            now=at(2026, 3, 6),
            counted_from=date(2026, 3, 5),
        )
        amend_2026(date(2026, 3, 18), now=at(2026, 3, 9))
        recompute_windows(now=at(2026, 3, 9))
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 20)

    def test_one_notice_that_fails_stops_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = (
            record_of(make_notice(now=MARCH, project_name=name)) for name in ("一号沟项目", "二号沟项目")
        )
        amend_2026(date(2026, 3, 13), now=MARCH)

        def broken(**fields: Any) -> None:
            if fields["record"].pk == first.pk:
                raise RuntimeError("broken on purpose")
            services.write_entry(**fields)

        monkeypatch.setattr(calendar_services, "write_entry", broken)
        result = recompute_windows(now=MARCH)
        assert (result.changed, result.failed) == ((second.code,), (first.code,))
        first.refresh_from_db()
        assert first.last_day == date(2026, 3, 16)
        assert not first.changes.exists()
        monkeypatch.undo()
        assert recompute_windows(now=MARCH).changed == (first.code,)

    def test_it_happens_by_itself_after_the_commit(
        self, clock: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        record = record_of(make_notice(now=MARCH))
        clock(MARCH)
        with django_capture_on_commit_callbacks(execute=True):
            amend_2026(date(2026, 3, 13), now=MARCH)
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 17)

    def test_a_newer_library_settles_what_the_older_left_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record = record_of(make_notice(now=DECEMBER))
        NoticeRecord.objects.filter(pk=record.pk).update(calendar_version="chinesecalendar-0.1")
        from_library = enter_2027(now=DECEMBER).record
        years = {**library_years(), 2027: current_calendar().years[2027]}
        from_library.delete()
        monkeypatch.setattr("notices.calendars.library_years", lambda: years)
        assert recompute_windows(now=DECEMBER).changed == (record.code,)
        record.refresh_from_db()
        assert not record.provisional
        assert "chinesecalendar" in record.changes.get().reason

    def test_the_queries_of_looking_do_not_grow_with_the_notices(
        self, django_assert_num_queries: Any
    ) -> None:
        for number in range(4):
            make_notice(now=MARCH, project_name=f"{number}号沟项目")
        amend_2026(date(2026, 3, 13), now=MARCH)
        with django_assert_num_queries(2):
            assert len(calendar_services.window_effects(today=date(2026, 3, 2))) == 4

    def test_archives_show_each_edition_with_its_own_calendar(self) -> None:
        page = make_notice(now=DECEMBER)
        old = record_of(page).calendar_version
        enter_2027(now=at(2026, 12, 21))
        recompute_windows(now=at(2026, 12, 21))
        first, second = editions_of(record_of(page))
        assert first.calendar == (True, old)
        assert second.calendar == (False, current_calendar().version)
        assert "2027年放假安排尚未公布，截止日暂定为2027年1月5日" in first.context()["calendar_words"]
        assert "2026年和2027年放假安排" in second.context()["calendar_words"]


class TestApprovedPlans:
    def approved(self, **fields: Any) -> NoticeRecord:
        page = make_draft(now=at(2026, 2, 25), planned_on=date(2026, 3, 2), **fields)
        confirm(page)
        return approve_notice(
            page=page, revision=page.get_latest_revision(), user=an_operator(), now=at(2026, 2, 25)
        )

    def amend_and_publish(self, record: NoticeRecord, *days: date) -> NoticeRecord:
        amend_2026(*days, now=at(2026, 2, 26))
        recompute_windows(now=at(2026, 2, 26))
        assert publish_due_notices(now=MARCH) == []
        record.refresh_from_db()
        return record

    def test_a_plan_moves_later_and_opens_with_the_moved_end(self) -> None:
        record = self.approved()
        assert record.planned_last_day == date(2026, 3, 16)
        published = self.amend_and_publish(record, date(2026, 3, 13))
        assert published.last_day == date(2026, 3, 17)
        assert "2026年3月17日" in published.changes.get().reason
        [edition] = editions_of(published)
        assert [change.version for change in edition.changes] == [0]

    def test_a_plan_with_an_end_asked_for_is_moved_too_instead_of_refused(self) -> None:
        record = self.approved(requested_last_day=date(2026, 3, 16))
        days = (date(2026, 3, 12), date(2026, 3, 13))
        assert self.amend_and_publish(record, *days).last_day == date(2026, 3, 18)

    def test_days_given_back_do_not_shorten_what_the_posters_say(self) -> None:
        record = self.approved()
        amend_2026(now=at(2026, 2, 26), makeup=[date(2026, 3, 7)])
        recompute_windows(now=at(2026, 2, 26))
        assert publish_due_notices(now=MARCH) == []
        record.refresh_from_db()
        assert record.last_day == date(2026, 3, 16)

    def test_a_revoked_approval_forgets_its_plan(self) -> None:
        record = self.approved()
        amend_2026(date(2026, 3, 13), now=at(2026, 2, 26))
        recompute_windows(now=at(2026, 2, 26))
        revoke_approval(record=record, user=an_operator(), reason="改期", now=at(2026, 2, 27))
        record.refresh_from_db()
        assert (record.planned_last_day, record.working_days, record.provisional) == (None, None, False)
        assert not record.changes.exists()


class TestCommand:
    def test_it_enters_a_schedule_and_reports_what_changed(self, tmp_path: Path, clock: Any) -> None:
        record = record_of(make_notice(now=DECEMBER))
        clock(at(2026, 12, 21))
        said = importing(write(tmp_path, OURS))
        assert "2027 年放假安排" in said
        assert f"{record.code} " in said
        assert "截止日 2027-01-05，不变" in said
        record.refresh_from_db()
        assert not record.provisional
        again = importing(write(tmp_path, OURS))
        assert "此前已登记" in again
        assert "没有公示的期限因此改变" in again
        assert CalendarRecord.objects.count() == record.changes.count() == 1

    def test_a_dry_run_shows_the_same_and_writes_nothing(self, tmp_path: Path, clock: Any) -> None:
        record = record_of(make_notice(now=DECEMBER))
        clock(at(2026, 12, 21))
        late = {**OURS, "off_days": [*OURS["off_days"], "2027-01-04", "2027-01-05"]}
        said = importing("--dry-run", write(tmp_path, late))
        assert "试算，没有写入" in said
        assert "截止日 2027-01-05 延至 2027-01-06" in said
        assert not CalendarRecord.objects.exists()
        assert not record.changes.exists()

    def test_the_public_layout_needs_a_date_of_issue(self, tmp_path: Path, clock: Any) -> None:
        clock(at(2026, 12, 21))
        path = write(tmp_path, PUBLIC)
        with pytest.raises(CommandError, match="--issued-on"):
            importing(path)
        importing(path, "--issued-on", "2026-12-20")
        assert CalendarRecord.objects.get().source == "https://www.gov.cn/content_2.htm"

    def test_what_looks_odd_is_said(self, tmp_path: Path, clock: Any) -> None:
        clock(at(2026, 12, 21))
        said = importing(write(tmp_path, {**OURS, "off_days": ["2027-01-01"], "makeup_days": []}))
        assert "请核对：放假日期只有 1 天" in said

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({**OURS, "off_days": ["2029-01-01"]}, "不属于 2027 年安排"),
            ({**OURS, "off_days": []}, "请填写放假日期"),
            ({**OURS, "issued_on": "2027-06-01"}, "晚于今天"),
            ("{", "不是 JSON"),
        ],
    )
    def test_a_wrong_file_is_refused_with_the_reason(
        self, tmp_path: Path, clock: Any, data: Any, said: str
    ) -> None:
        clock(at(2026, 12, 21))
        with pytest.raises(CommandError, match=said):
            importing(write(tmp_path, data))

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="无法读取"):
            importing(str(tmp_path / "none.json"))


class TestAdmin:
    ADD = "calendarrecord:add"

    def form(self, **changes: Any) -> dict[str, Any]:
        typed = {
            "year": "2027",
            "off_days": "\n".join(OURS["off_days"]),
            "makeup_days": "2027-01-09 2027-02-20",
            "source": SOURCE,
            "issued_on": "2026-11-04",
        }
        return typed | changes

    def test_only_an_operator_enters_schedules(self, client: Any, people: People) -> None:
        reached = set()
        for name in ("li", "rival", "op", "guan", "outsider"):
            client.force_login(getattr(people, name))
            if client.get(reverse(self.ADD)).status_code == 200:
                reached.add(name)
            elif client.post(reverse(self.ADD), self.form()).status_code == 200:
                reached.add(f"{name} by force")
        assert reached == {"op"}
        assert not CalendarRecord.objects.exists()

    def test_typed_days_are_entered_under_the_operators_name(
        self, client: Any, people: People, clock: Any
    ) -> None:
        clock(at(2026, 12, 21))
        client.force_login(people.op)
        response = client.post(reverse(self.ADD), self.form(), follow=True)
        record = CalendarRecord.objects.get()
        assert record.entered_by == people.op
        assert record.off_days == OURS["off_days"]
        assert "已登记2027年放假安排" in response.content.decode()

    def test_a_file_fills_what_was_left_empty(self, client: Any, people: People, clock: Any) -> None:
        clock(at(2026, 12, 21))
        client.force_login(people.op)
        upload = SimpleUploadedFile("2027.json", json.dumps(PUBLIC).encode())
        empty = dict.fromkeys(self.form(), "")
        refused = client.post(reverse(self.ADD), {**empty, "upload": upload})
        assert "请填写来源文件的发布日期" in refused.content.decode()
        upload.seek(0)
        client.post(
            reverse(self.ADD), {**empty, "upload": upload, "issued_on": "2026-12-20", "source": SOURCE}
        )
        record = CalendarRecord.objects.get()
        assert (record.year, record.source, record.makeup_days) == (2027, SOURCE, OURS["makeup_days"])

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"off_days": ""}, "请填写放假日期"),
            ({"off_days": "1.1.2027"}, "不是日期"),
            ({"off_days": "2025-01-01"}, "不属于 2027 年安排"),
            ({"makeup_days": "2027-01-01"}, "既是放假日又是调休上班日"),
            ({"year": ""}, "请填写年份"),
            ({"source": ""}, "请填写来源文件"),
            ({"issued_on": "2030-01-01"}, "晚于今天"),
        ],
    )
    def test_a_wrong_form_is_explained(
        self, client: Any, people: People, clock: Any, changes: dict[str, str], said: str
    ) -> None:
        clock(at(2026, 12, 21))
        client.force_login(people.op)
        response = client.post(reverse(self.ADD), self.form(**changes))
        assert response.status_code == 200
        assert said in response.content.decode()
        assert not CalendarRecord.objects.exists()

    def test_what_looks_odd_is_entered_with_a_warning(self, client: Any, people: People, clock: Any) -> None:
        clock(at(2026, 12, 21))
        client.force_login(people.op)
        response = client.post(reverse(self.ADD), self.form(off_days="2027-01-01"), follow=True)
        assert "放假日期只有 1 天" in response.content.decode()
        assert CalendarRecord.objects.exists()


class TestWarning:
    @pytest.mark.parametrize(
        ("today", "missing"),
        [
            (date(2026, 10, 31), None),
            (date(2026, 11, 1), 2027),
            (date(2026, 12, 31), 2027),
            (date(2027, 1, 1), 2027),
            (date(2025, 11, 1), None),
        ],
    )
    def test_the_next_schedule_is_missed_from_november(self, today: date, missing: int | None) -> None:
        assert missing_year(today, current_calendar()) == missing

    def test_the_check_is_asked_with_the_database_only(self, clock: Any) -> None:
        clock(at(2026, 11, 1))
        [found] = check_calendar(databases=["default"])
        assert found.id == "portal.W002"
        assert "2027" in found.msg
        assert check_calendar(databases=None) == []
        enter_2027(now=at(2026, 11, 1))
        assert check_calendar(databases=["default"]) == []

    def test_the_static_check_stays_green_in_november(self, clock: Any) -> None:
        clock(at(2026, 11, 20))
        call_command("check", fail_level="WARNING", stdout=StringIO())

    def home(self, client: Any, user: Any) -> str:
        client.force_login(user)
        return client.get(reverse("wagtailadmin_home")).content.decode()

    def test_the_operators_home_says_what_is_missing_and_what_waits_for_it(
        self, client: Any, people: People, clock: Any
    ) -> None:
        notice = make_notice(now=DECEMBER, proponent=people.company_a, project_name="跨年沟项目")
        clock(at(2026, 12, 19))
        html = self.home(client, people.op)
        assert "2027年放假安排还没有登记" in html
        assert "1 份公示的截止日因此是暂定的" in html
        assert reverse("calendarrecord:add") in html
        assert "截止日在2026年以后" in html
        assert reverse("notice_register:inspect", args=[notice.record.pk]) in html
        for user in (people.li, people.rival, people.guan):
            assert "放假安排还没有登记" not in self.home(client, user)

    def test_the_home_is_silent_once_the_year_is_known(self, client: Any, people: People, clock: Any) -> None:
        clock(at(2026, 12, 19))
        enter_2027(now=at(2026, 12, 19))
        assert "放假安排还没有登记" not in self.home(client, people.op)

    def test_those_concerned_are_told_what_a_new_schedule_moved(self, people: People, clock: Any) -> None:
        make_notice(now=MARCH, proponent=people.company_a)
        amend_2026(date(2026, 3, 13), now=MARCH)
        recompute_windows(now=MARCH)
        clock(at(2026, 3, 4))
        told = {}
        for name in ("li", "rival", "op", "outsider"):
            lists = {entry.heading: entry.tasks for entry in task_lists(getattr(people, name))}
            told[name] = len(lists.get("放假安排更新，期限已重算", ()))
        assert told == {"li": 1, "rival": 0, "op": 1, "outsider": 0}
        clock(at(2026, 4, 20))
        assert "放假安排更新，期限已重算" not in {entry.heading for entry in task_lists(people.op)}
