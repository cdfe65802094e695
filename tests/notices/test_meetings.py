"""In-depth participation: decided with a reason, announced in time, changed in public, minuted for everybody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from notices.calendars import current_calendar
from notices.duties import duties_of
from notices.ledger.models import Chain, Entry
from notices.meeting_services import (
    announce_meeting,
    cancel_meeting,
    decide_depth,
    publish_minutes,
    record_invitations,
    reschedule_meeting,
)
from notices.models import DepthChoice, Meeting, NoticePage
from notices.services import chain_key
from notices.statutory.meetings import earliest_meeting
from tests.factories import make_notice
from tests.notices.ledger.tampering import verify_chain
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
REASON = "对渗滤液防渗措施的质疑较多，集中在三个村。"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a)


def plan(page: NoticePage, **fields: Any) -> Meeting:
    held_on = earliest_meeting(timezone.localdate(), current_calendar())
    values: dict[str, Any] = {
        "kind": "forum",
        "topic": "渗滤液防渗措施",
        "held_on": held_on,
        "held_time": "9:00",
        "place": "清水沟村村委会二楼会议室",
        "eligibility": "清水沟村、柳坪村的居民和单位",
        "register_how": "电话 0357-7000001",
        "registration_until": held_on - timedelta(days=7),
        **fields,
    }
    return Meeting.objects.create(notice=page, **values)


def announced(page: NoticePage, people: People, **fields: Any) -> Meeting:
    return announce_meeting(meeting=plan(page, **fields), user=people.li, now=timezone.now())


def acts(page: NoticePage) -> list[str]:
    entries = Entry.objects.filter(chain__key=chain_key(page.record)).order_by("position")
    return [entry.act for entry in entries]


class TestDecision:
    def test_it_is_kept_with_its_reason_and_a_later_one_stands_beside_it(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        url = reverse("depth_decision", args=[page.record.pk])
        client.post(url, {"choice": "none", "reason": "没有质疑性意见。"})
        client.post(url, {"choice": "forum", "reason": REASON})
        choices = [row.choice for row in page.record.depth_decisions.all()]
        assert choices == [DepthChoice.FORUM, DepthChoice.NONE]
        assert acts(page).count("depth_decided") == 2
        entry = client.get(reverse("notice_register:inspect", args=[page.record.pk])).content.decode()
        assert REASON in entry

    def test_no_decision_without_a_reason(self, people: People, page: NoticePage) -> None:
        with pytest.raises(ValidationError):
            decide_depth(
                record=page.record, choice=DepthChoice.NONE, reason=" ", user=people.li, now=timezone.now()
            )

    @pytest.mark.parametrize("name", ["rival", "guan", "outsider"])
    def test_nobody_else_decides(self, client: Any, people: People, page: NoticePage, name: str) -> None:
        client.force_login(getattr(people, name))
        client.post(reverse("depth_decision", args=[page.record.pk]), {"choice": "none", "reason": REASON})
        assert not page.record.depth_decisions.exists()

    def test_it_is_due_once_the_window_is_over(self, people: People) -> None:
        page = make_notice(stage="closed", proponent=people.company_a)
        today, calendar = timezone.localdate(), current_calendar()
        due = {duty.key: duty.done for duty in duties_of(page.record, today=today, calendar=calendar)}
        assert due["depth-decision"] is False
        decide_depth(
            record=page.record, choice=DepthChoice.NONE, reason=REASON, user=people.li, now=timezone.now()
        )
        due = {duty.key: duty.done for duty in duties_of(page.record, today=today, calendar=calendar)}
        assert due["depth-decision"] is True


class TestNotice:
    def test_a_meeting_in_time_is_announced_on_its_own_page_and_on_the_notice(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        meeting = announced(page, people)
        html = client.get(reverse("meeting", args=[page.record.code, meeting.pk])).content.decode()
        assert "渗滤液防渗措施" in html
        assert "我要报名" in html
        notice = client.get(reverse("notice", args=[page.record.code])).content.decode()
        assert reverse("meeting", args=[page.record.code, meeting.pk]) in notice
        assert "meeting_announced" in acts(page)

    def test_a_meeting_too_early_is_told_its_earliest_day(self, people: People, page: NoticePage) -> None:
        early = earliest_meeting(timezone.localdate(), current_calendar()) - timedelta(days=1)
        with pytest.raises(ValidationError, match="最早可在"):
            announced(page, people, held_on=early)
        assert "meeting_announced" not in acts(page)

    def test_what_is_missing_is_named(self, people: People, page: NoticePage) -> None:
        with pytest.raises(ValidationError, match="地点、可以报名的公众范围"):
            announced(page, people, place="", eligibility="")

    def test_before_its_announcement_it_is_nobodys_business(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        assert client.get(reverse("meeting", args=[page.record.code, plan(page).pk])).status_code == 404

    def test_the_announced_day_is_not_changed_in_the_form(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        meeting = announced(page, people)
        client.force_login(people.li)
        data = {"notice": page.pk, "kind": "forum", "topic": "别的", "held_on": "2030-01-01"}
        client.post(reverse("meeting:edit", args=[meeting.pk]), data)
        assert Meeting.objects.get(pk=meeting.pk).topic == "渗滤液防渗措施"

    @pytest.mark.parametrize("name", ["rival", "guan", "outsider"])
    @pytest.mark.parametrize("act", ["announce", "cancel", "minutes", "invite", "reschedule"])
    def test_nobody_else_acts_on_it(
        self, client: Any, people: People, page: NoticePage, name: str, act: str
    ) -> None:
        meeting = plan(page) if act == "announce" else announced(page, people)
        client.force_login(getattr(people, name))
        before = acts(page)
        client.post(reverse(f"meeting_{act}", args=[meeting.pk]), {"reason": "不开了", "text": "纪要"})
        assert acts(page) == before

    def test_the_bureau_looks_on(self, client: Any, people: People, page: NoticePage) -> None:
        meeting = announced(page, people)
        url = reverse("meeting:inspect", args=[meeting.pk])
        for name, code in (("guan", 200), ("li", 200), ("rival", 404), ("outsider", 302)):
            client.force_login(getattr(people, name))
            assert client.get(url).status_code == code, name


class TestAfterwards:
    def test_a_new_day_is_lawful_counted_from_today_and_said_in_public(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        meeting = announced(page, people)
        assert meeting.held_on is not None
        later = meeting.held_on + timedelta(days=7)
        values: dict[str, Any] = {
            "held_time": "14:30",
            "place": "柳坪村小学",
            "registration_until": later,
            "reason": "会场停电。",
            "user": people.li,
            "now": timezone.now(),
        }
        with pytest.raises(ValidationError, match="最早可在"):
            reschedule_meeting(meeting=meeting, held_on=meeting.held_on - timedelta(days=3), **values)
        reschedule_meeting(meeting=meeting, held_on=later, **values)
        html = client.get(reverse("meeting", args=[page.record.code, meeting.pk])).content.decode()
        assert "会场停电" in html
        assert "14:30" in html

    def test_a_cancelled_meeting_says_why_and_takes_nothing_more(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        meeting = announced(page, people)
        cancel_meeting(meeting=meeting, reason="项目调整。", user=people.li, now=timezone.now())
        html = client.get(reverse("meeting", args=[page.record.code, meeting.pk])).content.decode()
        assert "项目调整" in html
        assert "我要报名" not in html
        with pytest.raises(ValidationError):
            record_invitations(
                meeting=meeting,
                invited_on=timezone.localdate(),
                count=3,
                user=people.li,
                now=timezone.now(),
            )

    def test_minutes_are_published_after_the_meeting_once_and_late_is_said(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        meeting = announced(page, people)
        upload = SimpleUploadedFile("纪要.pdf", make_pdf(["会议纪要"]), content_type="application/pdf")
        values: dict[str, Any] = {"text": "村民要求加密监测井。", "uploads": [upload], "user": people.li}
        with pytest.raises(ValidationError, match="还没有召开"):
            publish_minutes(meeting=meeting, now=timezone.now(), **values)
        publish_minutes(meeting=meeting, now=timezone.now() + timedelta(days=60), **values)
        html = client.get(reverse("meeting", args=[page.record.code, meeting.pk])).content.decode()
        assert "加密监测井" in html
        file = meeting.minutes_files.get()
        assert file.sha256 in html
        url = reverse("meeting_file", args=[page.record.code, meeting.pk, file.pk, file.file_name])
        assert b"".join(client.get(url).streaming_content).startswith(b"%PDF")
        with pytest.raises(ValidationError, match="不能更改"):
            publish_minutes(meeting=meeting, now=timezone.now() + timedelta(days=61), **values)
        duties = duties_of(page.record, today=date(2030, 1, 1), calendar=current_calendar())
        late = next(duty for duty in duties if duty.key == f"meeting-{meeting.pk}-minutes")
        assert "逾期" in late.detail

    def test_the_ledger_verifies_after_all_of_it(self, people: People, page: NoticePage) -> None:
        meeting = announced(page, people)
        now = timezone.now()
        record_invitations(
            meeting=meeting, invited_on=timezone.localdate(now), count=12, user=people.li, now=now
        )
        cancel_meeting(meeting=meeting, reason="天气原因。", user=people.li, now=now)
        assert verify_chain(Chain.objects.get(key=chain_key(page.record))) == []
        assert acts(page)[-3:] == ["meeting_announced", "meeting_invited", "meeting_cancelled"]
