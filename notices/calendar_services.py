"""Entering a holiday schedule, and counting the windows again that it touches: later where the law needs it, never earlier.

The schedule is committed first. Counting again follows in the quick queue, notice by notice, each in its own short transaction:
an operator does not wait for it, and one notice that fails stops no other. It asks each notice which schedules it has not seen
yet, so it can be run again at any time; the clock does, and so catches a lost task and a newer calendar library as well.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices import signals
from notices.calendar_files import SOURCE_LENGTH
from notices.calendars import calendar_of, last_entry_of
from notices.models import CalendarRecord, ChangeClass, NoticeChange, NoticeRecord, NoticeStage
from notices.record_language import in_chinese
from notices.selectors import long_date
from notices.services import write_entry
from notices.statutory.revision import RevisedWindow, revised_window
from notices.statutory.workdays import Calendar, CalendarYear, calendar_year_from_holidays, schedule_doubts

logger = logging.getLogger(__name__)

YEARS = range(2019, 2201)


@dataclass(frozen=True, slots=True)
class AddedCalendar:
    """The entered schedule, whether it is new, and what looks odd in it."""

    record: CalendarRecord
    created: bool
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowEffect:
    """What the calendars now known do to one window; ``source`` names the document."""

    record: NoticeRecord
    old_last_day: date
    revised: RevisedWindow
    source: str

    @property
    def moves(self) -> bool:
        """Whether the last day moves, or is only confirmed."""
        return self.revised.last_day > self.old_last_day


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The codes of the notices whose window was changed, and of those that failed."""

    changed: tuple[str, ...]
    failed: tuple[str, ...]


def checked_schedule(
    *,
    year: int,
    off_days: Iterable[date],
    makeup_days: Iterable[date],
    source: str,
    issued_on: date,
    today: date,
) -> CalendarYear:
    """Return a schedule fit to be entered. Raises ValidationError, by field."""
    off = set(off_days)
    if year not in YEARS:
        raise ValidationError(
            {"year": _("年份应在 %(first)s 至 %(last)s 之间。") % {"first": YEARS[0], "last": YEARS[-1]}}
        )
    if not off:
        raise ValidationError({"off_days": _("请填写放假日期。")})
    if not source.strip():
        raise ValidationError({"source": _("请填写来源文件的名称或文号，公示变更时要写明依据。")})
    if len(source) > SOURCE_LENGTH:
        raise ValidationError({"source": _("来源文件请控制在 %(limit)s 字以内。") % {"limit": SOURCE_LENGTH}})
    if issued_on > today:
        raise ValidationError({"issued_on": _("发布日期晚于今天，请核对。")})
    try:
        return calendar_year_from_holidays(year, off, makeup_days, source.strip())
    except ValueError as error:
        raise ValidationError({"off_days": str(error)}) from None


@transaction.atomic
def add_calendar(
    *,
    year: int,
    off_days: Iterable[date],
    makeup_days: Iterable[date],
    source: str,
    issued_on: date,
    user: Any,
    now: datetime,
) -> AddedCalendar:
    """Enter a schedule, and have the windows that it touches counted again after the commit.

    A later schedule of the same year is its amendment and must be complete. The same schedule entered again is found, not doubled.
    Raises ValidationError, by field.
    """
    schedule = checked_schedule(
        year=year,
        off_days=off_days,
        makeup_days=makeup_days,
        source=source,
        issued_on=issued_on,
        today=timezone.localdate(now),
    )
    record, created = CalendarRecord.objects.get_or_create(
        year=year,
        off_days=[day.isoformat() for day in sorted(schedule.off_days)],
        makeup_days=[day.isoformat() for day in sorted(schedule.makeup_days)],
        source=schedule.source,
        issued_on=issued_on,
        defaults={"entered_by": user},
    )
    transaction.on_commit(partial(signals.calendar_added.send, CalendarRecord, record=record, now=now))
    return AddedCalendar(record, created, tuple(schedule_doubts(schedule)))


def window_effects(*, today: date) -> list[WindowEffect]:
    """Return what the schedules that each running window has not seen yet do to it; nothing is written."""
    entries = list(CalendarRecord.objects.order_by("issued_on", "id"))
    records = NoticeRecord.objects.with_running_windows(today).select_related("page").order_by("pk")
    after = calendar_of(entries)
    effects = (_effect(record, entries, after) for record in records)
    return [effect for effect in effects if effect is not None]


def recompute_windows(*, now: datetime) -> Recomputed:
    """Count the running windows again and publish each change, notice by notice; a failure stops no other."""
    changed, failed = [], []
    for effect in window_effects(today=timezone.localdate(now)):
        try:
            if _apply(effect.record.pk, now=now):
                changed.append(effect.record.code)
        except Exception:
            failed.append(effect.record.code)
            logger.exception("window of notice %s was not counted again", effect.record.code)
    return Recomputed(tuple(changed), tuple(failed))


def _effect(record: NoticeRecord, entries: list[CalendarRecord], after: Calendar) -> WindowEffect | None:
    start, end = _running_window(record)
    if (
        start is None
        or end is None
        or record.working_days is None
        or record.calendar_version == after.version
    ):
        return None
    seen = last_entry_of(record.calendar_version)
    before = calendar_of(entry for entry in entries if entry.pk <= seen) if seen is not None else None
    revised = revised_window(
        start,
        end,
        working_days=record.working_days,
        provisional=record.provisional,
        before=before,
        after=after,
    )
    if revised is None:
        return None
    fresh = [entry for entry in entries if seen is None or entry.pk > seen]
    source = _source(fresh, start, revised.last_day, after)
    return WindowEffect(record, end, revised, source)


def _running_window(record: NoticeRecord) -> tuple[date | None, date | None]:
    if record.stage == NoticeStage.APPROVED:
        return record.planned_on, record.planned_last_day
    return record.counted_from or record.first_day, record.last_day


def _source(fresh: list[CalendarRecord], start: date, end: date, after: Calendar) -> str:
    """Name the documents that reach into the window; a year may be ruled by the schedule of the next one in December."""
    years = range(start.year, end.year + 2)
    names = dict.fromkeys(entry.source for entry in fresh if entry.year in years)
    return "、".join(names) or after.version


@transaction.atomic
def _apply(record_id: int, *, now: datetime) -> bool:
    """Publish the change of one window, judged again under the lock; return whether there was one."""
    record = NoticeRecord.objects.select_for_update().get(pk=record_id)
    entries = list(CalendarRecord.objects.order_by("issued_on", "id"))
    if not NoticeRecord.objects.with_running_windows(timezone.localdate(now)).filter(pk=record.pk).exists():
        return False
    calendar = calendar_of(entries)
    effect = _effect(record, entries, calendar)
    if effect is None:
        return False
    reason = _reason(effect)
    NoticeChange.objects.create(
        record=record,
        change_class=ChangeClass.WINDOW if effect.moves else ChangeClass.CONFIRMED,
        reason=reason,
        version=record.version,
        old_last_day=effect.old_last_day,
        new_last_day=effect.revised.last_day,
        old_provisional=record.provisional,
        old_calendar_version=record.calendar_version,
        by_calendar=True,
        made_at=now,
    )
    if record.stage == NoticeStage.APPROVED:
        record.planned_last_day = effect.revised.last_day
    else:
        record.last_day = effect.revised.last_day
    record.provisional, record.calendar_version = effect.revised.provisional, calendar.version
    record.save()
    write_entry(
        record=record,
        act="window_extended" if effect.moves else "window_confirmed",
        role="portal",
        now=now,
        payload={
            "last_day": effect.revised.last_day.isoformat(),
            "reason": reason,
            "calendar": calendar.version,
        },
    )
    if record.stage == NoticeStage.PUBLISHED:
        transaction.on_commit(partial(signals.notice_changed.send, NoticeRecord, record=record, now=now))
    return True


@in_chinese
def _reason(effect: WindowEffect) -> str:
    day = long_date(effect.revised.last_day)
    if effect.revised.provisional:
        text = _(
            "放假安排有更新（%(source)s），工作日重新计算。还有日期的放假安排没有公布，截止日暂定为%(day)s，只会延后，不会提前。"
        )
    elif effect.moves:
        text = _("放假安排有更新（%(source)s），工作日重新计算后不足法定期限，截止日延至%(day)s。")
    else:
        text = _("放假安排有更新（%(source)s），工作日重新计算，截止日仍为%(day)s。")
    return text % {"source": effect.source, "day": day}
