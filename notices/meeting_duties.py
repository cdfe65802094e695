"""What is due on in-depth participation: the decision, and the clocks of each meeting (Arts. 14-16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.duties import Duty
from notices.models import Meeting, NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind
from notices.statutory.meetings import announce_by, invite_by, minutes_by
from notices.statutory.workdays import Calendar


def meeting_duties(record: NoticeRecord, today: date, calendar: Calendar) -> Iterator[Duty]:
    """Return the decision once the window is over, and for each meeting its notice, invitations and minutes."""
    if (
        record.stage != NoticeStage.PUBLISHED
        or record.historical
        or record.page.kind != NoticeKind.DRAFT_REPORT
    ):
        return
    if record.last_day is not None and record.last_day < today:
        yield Duty(
            key="depth-decision",
            label=_("记录是否开展深度公众参与及理由"),
            due_on=None,
            url=reverse("depth_decision", args=[record.pk]),
            done=bool(record.depth_decisions.all()),
        )
    # Not filter(): lists of many notices load the meetings beforehand.
    for meeting in record.page.meetings.all():
        if meeting.cancelled_on is None:
            yield from duties_of_meeting(meeting, calendar)


def duties_of_meeting(meeting: Meeting, calendar: Calendar) -> Iterator[Duty]:
    """Return the three clocks of a meeting whose day is known."""
    if meeting.held_on is None:
        return
    url = reverse("meeting:inspect", args=[meeting.pk])
    for name, label, due_on, done_on in (
        ("announce", _("公告会议"), announce_by(meeting.held_on, calendar), meeting.announced_on),
        ("invite", _("书面通知代表和专家"), invite_by(meeting.held_on, calendar), meeting.invited_on),
        ("minutes", _("公开会议纪要"), minutes_by(meeting.held_on, calendar), meeting.minutes_on),
    ):
        late = done_on is not None and done_on > due_on
        yield Duty(
            key=f"meeting-{meeting.pk}-{name}",
            label=f"{label}：{meeting.topic}",
            due_on=due_on,
            url=url,
            done=done_on is not None,
            detail=_("逾期办理，%(day)s") % {"day": done_on.isoformat()} if late and done_on else "",
        )
