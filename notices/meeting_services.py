"""Acts of in-depth participation: the decision, and a meeting's life from its notice to its minutes (Arts. 14-17)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.content_store import StoredFile
from notices.evidence_services import prepare_file
from notices.models import DepthChoice, DepthDecision, Meeting, MinutesFile, NoticeRecord, NoticeStage
from notices.selectors import long_date
from notices.services import write_entry
from notices.statutory.facts import NoticeKind
from notices.statutory.meetings import earliest_meeting, is_announced_in_time

MISSING_FOR_NOTICE = (
    ("held_on", "召开日期"),
    ("held_time", "召开时间"),
    ("place", "地点"),
    ("topic", "议题"),
    ("eligibility", "可以报名的公众范围"),
    ("register_how", "网上以外的报名方式"),
    ("registration_until", "报名截止日期"),
)


@transaction.atomic
def decide_depth(
    *, record: NoticeRecord, choice: DepthChoice, reason: str, user: Any, now: datetime
) -> DepthDecision:
    """Write down whether in-depth participation is held, and why (Art. 14: where many opinions question the report).

    Raises ValidationError without a reason, and for a notice that has not asked for opinions.
    """
    if record.published_at is None or record.historical or record.page.kind != NoticeKind.DRAFT_REPORT:
        raise ValidationError(_("征求意见稿公示公开以后，才记录是否开展深度公众参与。"))
    reason = _required(reason, _("请写明理由。召开和不召开都要写，理由会记入台账。"))
    decision = DepthDecision.objects.create(
        record=record, choice=choice, reason=reason, decided_by=user, decided_at=now
    )
    payload = {"choice": str(choice), "reason": reason}
    write_entry(record=record, act="depth_decided", role="proponent", now=now, payload=payload, user=user)
    return decision


@transaction.atomic
def announce_meeting(*, meeting: Meeting, user: Any, now: datetime) -> Meeting:
    """Publish the notice of a meeting on the portal; at least ten working days before it (Art. 15).

    Raises ValidationError that says what is missing, or on which day the meeting can be held.
    """
    meeting = _locked(meeting)
    today = timezone.localdate(now)
    if meeting.announced_on is not None:
        raise ValidationError(_("会议已经公告，不必重复办理。改时间请办理改期。"))
    _refuse_unless_public(meeting)
    missing = [_(name) for field, name in MISSING_FOR_NOTICE if not getattr(meeting, field)]
    if missing:
        raise ValidationError(_("会议公告还缺：%(missing)s。"), params={"missing": "、".join(missing)})
    _refuse_too_early(meeting.held_on, announced_on=today)
    _refuse_registration_after_meeting(meeting.registration_until, meeting.held_on)
    meeting.announced_on = today
    meeting.save(update_fields=["announced_on"])
    _enter(meeting, "meeting_announced", user, now, held_on=_day(meeting.held_on))
    return meeting


@transaction.atomic
def reschedule_meeting(
    *,
    meeting: Meeting,
    held_on: date,
    held_time: str,
    place: str,
    registration_until: date,
    reason: str,
    user: Any,
    now: datetime,
) -> Meeting:
    """Move an announced meeting to a day that is lawful counted from today's new notice; registrations are kept."""
    meeting = _standing(meeting)
    today = timezone.localdate(now)
    reason = _required(reason, _("请写明改期的原因，原因会公开。"))
    if held_on != meeting.held_on:
        _refuse_too_early(held_on, announced_on=today)
        meeting.announced_on = today
    _refuse_registration_after_meeting(registration_until, held_on)
    meeting.held_on, meeting.held_time, meeting.place = held_on, held_time, place
    meeting.registration_until, meeting.change_reason = registration_until, reason
    meeting.save(
        update_fields=[
            "announced_on",
            "change_reason",
            "held_on",
            "held_time",
            "place",
            "registration_until",
        ]
    )
    _enter(meeting, "meeting_rescheduled", user, now, held_on=held_on.isoformat(), reason=reason)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, user: Any, now: datetime) -> Meeting:
    """Call an announced meeting off; its page stays and says why."""
    meeting = _standing(meeting)
    meeting.change_reason = _required(reason, _("请写明取消的原因，原因会公开。"))
    meeting.cancelled_on = timezone.localdate(now)
    meeting.save(update_fields=["cancelled_on", "change_reason"])
    _enter(meeting, "meeting_cancelled", user, now, reason=meeting.change_reason)
    return meeting


@transaction.atomic
def record_invitations(
    *, meeting: Meeting, invited_on: date, count: int, user: Any, now: datetime
) -> Meeting:
    """Write down on which day how many representatives and experts were invited in writing (Art. 15).

    A late invitation is recorded as it was. Raises ValidationError for a day that cannot be.
    """
    meeting = _standing(meeting)
    if invited_on > timezone.localdate(now) or (meeting.announced_on and invited_on < meeting.announced_on):
        raise ValidationError({"invited_on": _("书面通知的日期应在会议公告之后，不晚于今天。")})
    meeting.invited_on, meeting.invited_count = invited_on, count
    meeting.save(update_fields=["invited_on", "invited_count"])
    _enter(meeting, "meeting_invited", user, now, invited_on=invited_on.isoformat(), count=count)
    return meeting


def publish_minutes(
    *, meeting: Meeting, text: str, uploads: Iterable[Any], user: Any, now: datetime
) -> Meeting:
    """Publish the minutes, text or files or both (Art. 16: what was said, truthfully); late is recorded, not hidden."""
    text = text.strip()
    uploads = list(uploads)
    if not text and not uploads:
        raise ValidationError(_("请填写纪要，或者上传纪要文件。"))
    # Hashing and writing files come before the transaction.
    files = [prepare_file(upload) for upload in uploads]
    stored = [(file.name, file.stored) for file in files]
    with transaction.atomic():
        return _publish_minutes(_standing(meeting), text, stored, user, now)


def _publish_minutes(
    meeting: Meeting, text: str, stored: list[tuple[str, StoredFile]], user: Any, now: datetime
) -> Meeting:
    today = timezone.localdate(now)
    if meeting.minutes_on is not None:
        raise ValidationError(_("纪要已经公开，不能更改。"))
    if meeting.held_on is None or meeting.held_on > today:
        raise ValidationError(_("会议还没有召开，会后再公开纪要。"))
    for name, file in stored:
        MinutesFile.objects.create(
            meeting=meeting,
            file_name=name,
            file=file.name,
            sha256=file.sha256,
            size=file.size,
            content_type=file.content_type,
            published_at=now,
        )
    meeting.minutes, meeting.minutes_on = text, today
    meeting.save(update_fields=["minutes", "minutes_on"])
    _enter(meeting, "meeting_minuted", user, now, files=[file.sha256 for _name, file in stored])
    return meeting


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("notice__record").get(pk=meeting.pk)


def _standing(meeting: Meeting) -> Meeting:
    meeting = _locked(meeting)
    if meeting.announced_on is None:
        raise ValidationError(_("会议还没有公告。"))
    if meeting.cancelled_on is not None:
        raise ValidationError(_("会议已经取消。"))
    return meeting


def _refuse_unless_public(meeting: Meeting) -> None:
    record = meeting.notice.record
    if record.stage != NoticeStage.PUBLISHED or record.historical:
        raise ValidationError(_("公示公开以后才能公告会议。"))


def _refuse_too_early(held_on: date | None, *, announced_on: date) -> None:
    calendar = current_calendar()
    if held_on is not None and not is_announced_in_time(announced_on, held_on, calendar):
        earliest = long_date(earliest_meeting(announced_on, calendar))
        raise ValidationError(
            {
                "held_on": _("公告须在会议10个工作日前（第十五条）。今天公告，最早可在%(day)s召开。")
                % {"day": earliest}
            }
        )


def _refuse_registration_after_meeting(until: date | None, held_on: date | None) -> None:
    if until is not None and held_on is not None and until > held_on:
        raise ValidationError({"registration_until": _("报名截止日期不能晚于会议日期。")})


def _required(text: str, message: str) -> str:
    if not text.strip():
        raise ValidationError({"reason": message})
    return text.strip()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _enter(meeting: Meeting, act: str, user: Any, now: datetime, **payload: Any) -> None:
    write_entry(
        record=meeting.notice.record,
        act=act,
        role="proponent",
        now=now,
        payload={"meeting": meeting.pk, "kind": meeting.kind, **payload},
        user=user,
    )
