"""What is due after a statutory item was changed: the other channels carry the change, and the window follows the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.duties import Duty, DutyOf
from notices.models import (
    ChangeClass,
    NoticeChange,
    NoticeRecord,
    NoticeStage,
    SitePosting,
)
from notices.selectors import long_date
from notices.statutory.corrections import last_day_after_correction
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar

INSERTIONS = 2  # Art. 11 (2)


def correction_duties(record: NoticeRecord, today: date, calendar: Calendar) -> Iterator[Duty]:
    """Yield what the last change of a statutory item asks for: a new posting at each site, two insertions, a longer window.

    An earlier change asks for nothing once a later one is to be posted and printed. Evidence counts from the day of the change.
    """
    change = _last_statutory_change(record)
    if change is None:
        return
    changed_on = timezone.localdate(change.made_at)
    # Through the page: lists of many notices load the evidence beforehand.
    insertions = list(record.page.newspaperinsertions.all())
    postings = list(record.page.sitepostings.all())
    carried = [row.posted_on for row in postings if row.posted_on and row.posted_on >= changed_on]
    printed = sorted(
        row.published_on for row in insertions if row.published_on and row.published_on >= changed_on
    )
    yield from _postings(change, changed_on, postings, calendar)
    yield from _insertions(change, printed)
    yield from _extension(change, [changed_on, *carried, *printed[:1]], calendar)


def _last_statutory_change(record: NoticeRecord) -> NoticeChange | None:
    has_channels = record.page.kind == NoticeKind.DRAFT_REPORT
    if record.stage != NoticeStage.PUBLISHED or not has_channels or record.version < 2:
        return None
    changes = [row for row in record.changes.all() if row.change_class == ChangeClass.STATUTORY]
    return max(changes, key=lambda row: (row.made_at, row.pk), default=None)


def _postings(
    change: NoticeChange, changed_on: date, postings: list[SitePosting], calendar: Calendar
) -> Iterator[Duty]:
    # Art. 11 asks for the channels at the same time; a new poster takes a day.
    due_on = changed_on + timedelta(days=1)
    while not calendar.counts(due_on):
        due_on += timedelta(days=1)
    reposted = {row.village for row in postings if row.posted_on and row.posted_on >= changed_on}
    for row in postings:
        if row.posted_on is None or row.posted_on >= changed_on:
            continue
        yield Duty(
            key=f"correction-{change.pk}-posting-{row.pk}",
            label=_("在%(village)s重新张贴更正后的公示") % {"village": row.village},
            due_on=due_on,
            url=reverse("siteposting:add"),
            done=row.village in reposted,
            detail=row.spot,
        )


def _insertions(change: NoticeChange, printed: list[date]) -> Iterator[Duty]:
    for number in range(1, INSERTIONS + 1):
        yield Duty(
            key=f"correction-{change.pk}-insertion-{number}",
            label=_("更正后第%(number)s次登报") % {"number": number},
            due_on=change.record.last_day,
            url=reverse("newspaperinsertion:add"),
            done=len(printed) >= number,
        )


def _extension(change: NoticeChange, carried: list[date], calendar: Calendar) -> Iterator[Duty]:
    """Propose a later end to the operator: each channel must carry the change for the full term.

    The first insertion is when the newspaper begins to carry it; the second has only to lie inside the window.
    """
    record = change.record
    if record.last_day is None or record.working_days is None:
        return
    last_day = last_day_after_correction(
        record.last_day, carried, working_days=record.working_days, calendar=calendar
    )
    if last_day > record.last_day:
        yield Duty(
            key=f"correction-{change.pk}-window-{last_day.isoformat()}",
            label=_("更正后另有渠道公开较晚，期限宜延至%(day)s") % {"day": long_date(last_day)},
            due_on=record.last_day,
            url=reverse("notice_act", args=[record.pk, "extend"]),
            who=DutyOf.OPERATOR,
        )
