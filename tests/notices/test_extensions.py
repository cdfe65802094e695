"""Late evidence proposes an extension; an operator confirms it or turns it down, nobody else and nothing by itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.calendars import current_calendar
from notices.duties import DutyOf, duties_of
from notices.evidence_services import file_evidence
from notices.extensions import accept_proposal, dismiss_proposal, proposal_for
from notices.home_panel import task_lists
from notices.ledger.models import Entry
from notices.models import NewspaperInsertion, NoticePage, NoticeRecord, NoticeStage, SitePosting
from notices.services import extend_window, withdraw_notice
from notices.statutory.channels import Channel
from tests.factories import make_notice
from tests.notices.schedules import amend_2026, at
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
PUBLISHED = at(2026, 3, 2)  # ten working days end on 16 March
TODAY = at(2026, 3, 9)
HEADING = "张贴或登报偏晚，待决定是否延长"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def notice(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: TODAY)


def record_of(page: NoticePage) -> NoticeRecord:
    return NoticeRecord.objects.get(page=page)


def posted(notice: NoticePage, day: date | None, village: str = "清水沟村", **files: Any) -> SitePosting:
    posting = SitePosting(notice=notice, village=village, spot="村务公开栏", posted_on=day)
    file_evidence(evidence=posting, uploads=list(files.values()), user=None)
    return posting


def printed(notice: NoticePage, day: date) -> NewspaperInsertion:
    row = NewspaperInsertion(notice=notice, newspaper="临汾日报", published_on=day)
    file_evidence(evidence=row, uploads=[], user=None)
    return row


def proposed(notice: NoticePage, now: datetime = TODAY) -> Any:
    return proposal_for(record_of(notice), today=timezone.localdate(now), calendar=current_calendar())


def act(notice: NoticePage, name: str) -> str:
    return reverse("notice_act", args=[notice.record.pk, name])


class TestProposing:
    def test_a_late_posting_proposes_the_full_term_with_reason_and_evidence(self, notice: NoticePage) -> None:
        row = posted(notice, date(2026, 3, 5))
        found = proposed(notice)
        assert found.last_day == date(2026, 3, 19)
        assert found.evidence == (row,)
        assert "清水沟村的公告2026年3月5日（星期四）才张贴" in found.reason
        assert "满10个工作日" in found.reason

    def test_timely_planned_and_future_evidence_proposes_nothing(self, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 2))
        posted(notice, None)
        posted(notice, date(2026, 3, 20))
        printed(notice, date(2026, 3, 3))
        printed(notice, date(2026, 3, 6))
        assert proposed(notice) is None

    def test_a_second_insertion_after_the_window_proposes_its_day(self, notice: NoticePage) -> None:
        printed(notice, date(2026, 3, 3))
        printed(notice, date(2026, 3, 18))
        found = proposed(notice, at(2026, 3, 18))
        assert (found.last_day, found.counted_from) == (date(2026, 3, 18), None)
        assert "《临汾日报》第二次刊登" in found.reason

    def test_a_window_that_has_ended_is_reopened_for_the_days_that_were_missing(
        self, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        assert proposed(notice, at(2026, 3, 30)).last_day == date(2026, 4, 2)

    def test_a_simplified_notice_needs_no_postings(self, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        NoticePage.objects.filter(pk=notice.pk).update(art31_simplified=True)
        assert proposed(notice) is None

    def test_withdrawn_and_historical_notices_are_past_it(self, people: People, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        withdraw_notice(record=record_of(notice), reason="项目调整", user=people.op, now=TODAY)
        history = make_notice(proponent=people.company_a, stage="historical", project_name="旧沟项目")
        posted(history, date(2022, 3, 30))
        assert proposed(notice) is None
        assert proposed(history) is None


class TestConfirming:
    def test_nothing_moves_before_an_operator_confirms(self, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        assert record_of(notice).last_day == date(2026, 3, 16)

    def test_the_form_is_filled_in_shows_the_evidence_and_one_click_extends(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        photo = SimpleUploadedFile("清水沟村公告栏.pdf", make_pdf(["照片"]), content_type="application/pdf")
        row = posted(notice, date(2026, 3, 5), photo=photo)
        client.force_login(people.op)
        response = client.get(act(notice, "extend-late"))
        assert f"/evidence/{row.files.get().pk}/" in response.content.decode()
        initial = response.context["form"].initial
        assert initial["last_day"] == date(2026, 3, 19)
        client.post(
            act(notice, "extend-late"), {"last_day": "2026-03-19", "reason": f"{initial['reason']}已核实。"}
        )
        record = record_of(notice)
        assert (record.last_day, record.counted_from) == (date(2026, 3, 19), date(2026, 3, 5))
        assert record.changes.get().reason.endswith("已核实。")
        assert proposed(notice) is None

    def test_an_end_earlier_than_the_evidence_needs_is_refused(
        self, people: People, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        with pytest.raises(ValidationError, match="2026年3月19日"):
            accept_proposal(
                record=record_of(notice),
                last_day=date(2026, 3, 18),
                reason="晚贴",
                user=people.op,
                now=TODAY,
            )

    def test_an_extension_that_came_otherwise_settles_it(self, people: People, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        extend_window(
            record=record_of(notice), last_day=date(2026, 3, 31), reason="雨天", user=people.op, now=TODAY
        )
        assert proposed(notice) is None
        with pytest.raises(ValidationError, match="不需要延长"):
            accept_proposal(
                record=record_of(notice),
                last_day=date(2026, 4, 30),
                reason="晚贴",
                user=people.op,
                now=TODAY,
            )

    def test_an_extension_into_an_unknown_year_is_provisional(self, people: People) -> None:
        page = make_notice(now=at(2026, 12, 10), proponent=people.company_a)
        posted(page, date(2026, 12, 21))
        now = at(2026, 12, 22)
        found = proposed(page, now)
        accept_proposal(
            record=record_of(page), last_day=found.last_day, reason=found.reason, user=people.op, now=now
        )
        assert record_of(page).provisional


class TestTurningDown:
    def dismiss(self, notice: NoticePage, user: Any, reason: str = "同村另一处按时张贴") -> None:
        dismiss_proposal(record=record_of(notice), reason=reason, user=user, now=TODAY)

    def test_it_is_recorded_and_shown_with_its_reason(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        client.force_login(people.op)
        client.post(act(notice, "dismiss-late"), {"reason": "同村另一处按时张贴"})
        assert proposed(notice) is None
        assert Entry.objects.get(act="extension_dismissed").payload == {
            "proposed_last_day": "2026-03-19",
            "reason": "同村另一处按时张贴",
        }
        client.force_login(people.guan)
        html = client.get(reverse("notice_register:inspect", args=[notice.record.pk])).content.decode()
        assert "同村另一处按时张贴" in html

    def test_it_needs_a_reason(self, people: People, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        with pytest.raises(ValidationError, match="原因"):
            self.dismiss(notice, people.op, reason=" ")

    def test_later_evidence_and_another_channel_propose_anew(
        self, people: People, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        self.dismiss(notice, people.op)
        posted(notice, date(2026, 3, 4), village="柳坪村")
        assert proposed(notice) is None
        posted(notice, date(2026, 3, 6), village="柳坪村")
        assert proposed(notice).last_day == date(2026, 3, 20)
        self.dismiss(notice, people.op)
        printed(notice, date(2026, 3, 3))
        printed(notice, date(2026, 3, 17))
        assert [row.channel for row in proposed(notice, at(2026, 3, 17)).demands] == [Channel.NEWSPAPER]

    def test_an_amendment_does_not_bring_a_decided_proposal_back(
        self, people: People, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        self.dismiss(notice, people.op)
        amend_2026(date(2026, 3, 18), now=TODAY)
        assert proposed(notice) is None


class TestWhoSees:
    @pytest.mark.parametrize("name", ["extend-late", "dismiss-late"])
    def test_only_an_operator_decides(
        self, client: Any, people: People, notice: NoticePage, name: str
    ) -> None:
        posted(notice, date(2026, 3, 5))
        reached = set()
        for who in ("li", "rival", "op", "guan", "outsider"):
            client.force_login(getattr(people, who))
            if client.get(act(notice, name)).status_code == 200:
                reached.add(who)
            elif who != "op":
                client.post(act(notice, name), {"last_day": "2026-03-19", "reason": "越权"})
        assert reached == {"op"}
        record = record_of(notice)
        assert record.last_day == date(2026, 3, 16)
        assert not record.extension_dismissals.exists()

    def test_the_acts_are_not_on_offer_without_a_proposal(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        client.force_login(people.op)
        assert client.get(act(notice, "extend-late")).status_code == 302

    def test_the_register_entry_shows_it_to_everybody_who_sees_the_entry(
        self, client: Any, people: People, notice: NoticePage
    ) -> None:
        posted(notice, date(2026, 3, 5))
        shown = {}
        for who in ("li", "op", "guan"):
            client.force_login(getattr(people, who))
            html = client.get(reverse("notice_register:inspect", args=[notice.record.pk])).content.decode()
            assert "建议把截止日延至2026年3月19日" in html
            shown[who] = act(notice, "extend-late") in html
        assert shown == {"li": False, "op": True, "guan": False}

    def test_the_home_panel_tells_the_operator_alone(self, people: People, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        told = {
            who
            for who in ("li", "rival", "op", "guan", "outsider")
            if HEADING in {entry.heading for entry in task_lists(getattr(people, who))}
        }
        assert told == {"op"}

    def test_the_home_panel_costs_the_same_for_one_and_for_four(self, people: People) -> None:
        counts = []
        for number in range(4):
            page = make_notice(proponent=people.company_a, now=PUBLISHED, project_name=f"{number}号沟项目")
            posted(page, date(2026, 3, 5))
            with CaptureQueriesContext(connection) as captured:
                [lists] = [entry for entry in task_lists(people.op) if entry.heading == HEADING]
            assert len(lists.tasks) == number + 1
            counts.append(len(captured))
        assert len(set(counts[1:])) == 1

    def test_it_is_a_duty_of_the_operator_until_the_window_ends(self, notice: NoticePage) -> None:
        posted(notice, date(2026, 3, 5))
        duties = duties_of(record_of(notice), today=date(2026, 3, 9), calendar=current_calendar())
        [duty] = [duty for duty in duties if duty.key.startswith("extension-")]
        assert (duty.who, duty.due_on, duty.done) == (DutyOf.OPERATOR, date(2026, 3, 16), False)
        assert duty.url == act(notice, "extend-late")
        draft = make_notice(stage=NoticeStage.DRAFT, project_name="草稿沟项目")
        duties = duties_of(record_of(draft), today=date(2026, 3, 9), calendar=current_calendar())
        assert not [duty for duty in duties if duty.key.startswith("extension-")]
