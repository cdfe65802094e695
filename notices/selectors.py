"""Reads that span models, for the editor and the public pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.calendars import current_calendar
from notices.models.records import NoticeRecord, NoticeStage
from notices.statutory import divisions
from notices.statutory.facts import NoticeKind
from notices.statutory.window import (
    Timeliness,
    WindowDay,
    classify,
    strip_days,
    working_days_left,
)
from notices.statutory.workdays import Calendar

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True, slots=True)
class NoticeStatus:
    """Where a notice stands for a reader: ``key`` names the style, ``label`` is the text."""

    key: str
    label: str
    can_comment: bool = False
    working_days_left: int | None = None


@dataclass(frozen=True, slots=True)
class StripCell:
    """One day of the ten-day strip."""

    date: date
    kind: str
    number: int | None
    state: str

    @property
    def day_number(self) -> int:
        """Return the day of the month."""
        return self.date.day

    @property
    def weekday(self) -> str:
        """Return the weekday in one character."""
        return WEEKDAYS[self.date.weekday()][-1]


@dataclass(frozen=True, slots=True)
class Strip:
    """The window drawn as its days."""

    cells: tuple[StripCell, ...]
    provisional: bool
    summary: str
    size: str = "large"

    def small(self) -> Strip:
        """Return the same strip for a list row."""
        return replace(self, size="small")


def long_date(day: date) -> str:
    """Return 2022年3月31日（星期四）."""
    return _("%(year)s年%(month)s月%(day)s日（%(weekday)s）") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": date_format(day, "l"),
    }


def short_date(day: date) -> str:
    """Return 3月31日."""
    return date_format(day, _("n月j日"))


def _cell(day: WindowDay, today: date) -> StripCell:
    state = "past" if day.date < today else "today" if day.date == today else "future"
    kind = "provisional" if day.provisional and day.number else str(day.kind)
    return StripCell(day.date, kind, day.number, state)


def strip_for(
    first_day: date, last_day: date, *, today: date, provisional: bool, calendar: Calendar
) -> Strip:
    """Return the strip of a window with its sentence."""
    cells = tuple(_cell(day, today) for day in strip_days(first_day, last_day, calendar))
    return Strip(cells, provisional, window_sentence(first_day, last_day, today=today, calendar=calendar))


def _days_left(first_day: date, last_day: date, *, today: date, calendar: Calendar) -> int:
    """Return the working days left; the day of publication is not counted (民法典 201)."""
    return working_days_left(max(today, first_day + timedelta(days=1)), last_day, calendar)


def window_sentence(first_day: date, last_day: date, *, today: date, calendar: Calendar) -> str:
    """Return the sentence under a strip: what is left, and until when."""
    end = _("%(date)s 24:00 截止") % {"date": long_date(last_day)}
    if today > last_day:
        return _("已于 %(date)s 24:00 截止") % {"date": long_date(last_day)}
    if today < first_day:
        return _("%(first)s 起，%(end)s") % {"first": long_date(first_day), "end": end}
    left = _days_left(first_day, last_day, today=today, calendar=calendar)
    return ngettext("还剩 %(left)s 个工作日，%(end)s", "还剩 %(left)s 个工作日，%(end)s", left) % {
        "left": left,
        "end": end,
    }


def timeliness(record: NoticeRecord, *, now: datetime, form_issued_at: datetime | None = None) -> Timeliness:
    """Return whether an opinion arriving now is inside the window, late or refused.

    A first-round notice takes opinions from publication until its project's draft-report notice opens (Art. 9).
    """
    if record.stage != NoticeStage.PUBLISHED or record.historical or record.published_at is None:
        return Timeliness.CLOSED
    if record.page.kind == NoticeKind.FIRST_ROUND:
        return Timeliness.CLOSED if _draft_report_opened(record, now) else Timeliness.INSIDE
    if record.last_day is None:
        return Timeliness.CLOSED
    return classify(
        now,
        first_day_start=record.published_at,
        last_day=record.last_day,
        form_issued_at=form_issued_at,
        accepts_late=record.accepts_late and not _pre_approval_opened(record, now),
    )


def _opened(record: NoticeRecord, kind: NoticeKind, now: datetime) -> bool:
    return NoticeRecord.objects.filter(
        page__project_id=record.page.project_id,
        page__kind=kind,
        published_at__lte=now,
        historical=False,
    ).exists()


def _draft_report_opened(record: NoticeRecord, now: datetime) -> bool:
    known = getattr(record, "draft_report_opened", None)  # annotated by for_lists()
    return bool(known) if known is not None else _opened(record, NoticeKind.DRAFT_REPORT, now)


def _pre_approval_opened(record: NoticeRecord, now: datetime) -> bool:
    return _opened(record, NoticeKind.PRE_APPROVAL, now)


def window_is_over(record: NoticeRecord, *, now: datetime) -> bool:
    """Whether the notice takes no more opinions from the web: only then may page two be read for feedback or erased."""
    # A form opened at publication stands for every form opened in time: while one may still arrive within the grace,
    # the window is not over.
    issued = record.published_at
    return (
        timeliness(record, now=now, form_issued_at=issued) == Timeliness.CLOSED
        or record.closed_at is not None
    )


def status_of(record: NoticeRecord, *, now: datetime, calendar: Calendar) -> NoticeStatus:
    """Return the status of a notice for a reader."""
    today = timezone.localdate(now)
    fixed = {
        NoticeStage.DRAFT: NoticeStatus("draft", _("草稿")),
        NoticeStage.APPROVED: NoticeStatus("upcoming", _("即将公开")),
        NoticeStage.WITHDRAWN: NoticeStatus("withdrawn", _("已撤回")),
        NoticeStage.SUPERSEDED: NoticeStatus("superseded", _("已被新公示取代")),
    }
    stage = NoticeStage(record.stage)
    if stage in fixed:
        return fixed[stage]
    if record.historical:
        return NoticeStatus("historical", _("历史记录"))
    if record.page.kind == NoticeKind.PRE_APPROVAL:
        return NoticeStatus("published", _("报批前公开"))
    if record.page.kind == NoticeKind.FIRST_ROUND:
        is_open = not _draft_report_opened(record, now)
    else:
        is_open = record.last_day is not None and today <= record.last_day
    if not is_open:
        return NoticeStatus("closed", _("已截止"))
    left = None
    if record.first_day is not None and record.last_day is not None:
        left = _days_left(record.first_day, record.last_day, today=today, calendar=calendar)
    return NoticeStatus("open", _("征求意见中"), can_comment=True, working_days_left=left)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as a list shows it."""

    record: NoticeRecord
    status: NoticeStatus
    strip: Strip | None
    counties: tuple[str, ...]

    @property
    def page(self) -> Any:
        """Return the page."""
        return self.record.page


def strip_of(record: NoticeRecord, *, today: date, calendar: Calendar) -> Strip | None:
    """Return the strip of a notice with a window, else None."""
    if record.first_day is None or record.last_day is None:
        return None
    strip = strip_for(
        record.first_day, record.last_day, today=today, provisional=record.provisional, calendar=calendar
    )
    if record.stage != NoticeStage.WITHDRAWN:
        return strip
    # Nothing is open on this day any more, so that it is a day like the others.
    return replace(
        strip,
        cells=tuple(replace(cell, state="future") if cell.state == "today" else cell for cell in strip.cells),
    )


def notice_rows(records: Any, *, now: datetime) -> list[NoticeRow]:
    """Return list rows for records loaded by ``for_lists()``; queries do not grow with the list."""
    calendar, today = current_calendar(), timezone.localdate(now)
    rows = []
    for record in records:
        strip = strip_of(record, today=today, calendar=calendar)
        project = record.page.project
        codes = [row.code for row in project.divisions.all()] if project else []
        rows.append(
            NoticeRow(
                record,
                status_of(record, now=now, calendar=calendar),
                strip.small() if strip else None,
                tuple(divisions.short_name(code) for code in codes),
            )
        )
    return rows


def approval_sentence(record: NoticeRecord) -> str:
    """Return what an operator reads after an approval: corrected, open now, or when it opens by itself."""
    if record.version > 1:
        return _("更正已公开，公示 %(code)s 现行为第 %(version)s 版。") % {
            "code": record.code,
            "version": record.version,
        }
    if record.stage == NoticeStage.PUBLISHED and record.last_day:
        return _("已核对并公开，公示码 %(code)s，%(end)s。") % {
            "code": record.code,
            "end": _("%(date)s 24:00 截止") % {"date": long_date(record.last_day)},
        }
    if record.stage == NoticeStage.PUBLISHED:
        return _("已核对并公开，公示码 %(code)s。") % {"code": record.code}
    return _("已核对。公示码 %(code)s，%(date)s由系统自动公开。") % {
        "code": record.code,
        "date": long_date(record.planned_on) if record.planned_on else "",
    }
