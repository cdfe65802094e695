"""What is news: read from the ledger and the calendar, written down once, handed to workers.

Nothing hangs on a signal that a dying process might not send: what the ledger holds and no announcement names yet is news,
whenever the clock looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from notices.calendars import current_calendar
from notices.ledger.models import Entry
from notices.models import NoticeRecord, NoticeStage
from notices.services import CHAIN_PREFIX
from notices.statutory.window import working_days_left
from notices.subscriptions.models import Announcement, NewsKind
from notices.subscriptions.tasks import tell_subscribers

ACTS = {
    "published": NewsKind.PUBLISHED,
    "window_extended": NewsKind.CHANGED,
    "corrected": NewsKind.CHANGED,
    "withdrawn": NewsKind.CHANGED,
    "superseded": NewsKind.CHANGED,
    "opinions_published": NewsKind.ANSWERS,
}
LOOKED_BACK = timedelta(days=7)  # older news is none, however long the clock stood still
ASKED_AGAIN = timedelta(minutes=15)  # a worker that has not ended by then is taken for dead
DAYS_LEFT = 2  # working days
NOT_BEFORE = time(8, 0)  # Asia/Shanghai; a date that has come is told by day


def announce_news(*, now: datetime) -> int:
    """Write down what is new and have workers tell it, and go on with what was broken off; return how many pieces are new."""
    fresh = [*_from_ledger(now), *_closing_soon(now)]
    known = set(Announcement.objects.filter(key__in=[row.key for row in fresh]).values_list("key", flat=True))
    new = {row.key: row for row in fresh if row.key not in known}
    Announcement.objects.bulk_create(new.values(), ignore_conflicts=True)
    unfinished = Announcement.objects.filter(done_at=None, happened_at__gte=now - LOOKED_BACK)
    waiting = unfinished.filter(Q(queued_at=None) | Q(queued_at__lt=now - ASKED_AGAIN))
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        Announcement.objects.filter(pk=pk).update(queued_at=now)
        tell_subscribers.enqueue(pk)
    return len(new)


def _from_ledger(now: datetime) -> Iterator[Announcement]:
    entries = Entry.objects.filter(
        act__in=ACTS, at__gte=now - LOOKED_BACK, chain__key__startswith=CHAIN_PREFIX
    )
    fresh = entries.exclude(pk__in=Announcement.objects.filter(entry__isnull=False).values("entry"))
    rows = list(fresh.select_related("chain").order_by("at", "pk"))
    codes = {row.chain.key.removeprefix(CHAIN_PREFIX) for row in rows}
    # What the calendar does to an approved plan is no news before the notice is public.
    records = (
        NoticeRecord.objects.public().filter(historical=False, code__in=codes).in_bulk(field_name="code")
    )
    for row in rows:
        record = records.get(row.chain.key.removeprefix(CHAIN_PREFIX))
        if record is None or record.published_at is None or row.at < record.published_at:
            continue
        kind = ACTS[row.act]
        # However many opinions are released in a day, it is told once.
        key = f"answers:{record.pk}:{row.day}" if kind == NewsKind.ANSWERS else f"entry:{row.pk}"
        yield Announcement(key=key, kind=kind, record=record, entry=row, happened_at=row.at)


def _closing_soon(now: datetime) -> Iterator[Announcement]:
    local = timezone.localtime(now)
    if local.time() < NOT_BEFORE:
        return
    today, calendar = local.date(), current_calendar()
    records = NoticeRecord.objects.filter(
        stage=NoticeStage.PUBLISHED, historical=False, last_day__gte=today, first_day__lt=today
    )
    for record in records:
        last_day = record.last_day
        if last_day and working_days_left(today, last_day, calendar) <= DAYS_LEFT:
            yield Announcement(
                key=f"closing:{record.pk}:{last_day}", kind=NewsKind.CLOSING, record=record, happened_at=now
            )


def pass_over(*, record: NoticeRecord, now: datetime) -> None:
    """Write down as told what the ledger of a notice holds: it happened elsewhere, long ago."""
    for row in _from_ledger(now):
        if row.record_id == record.pk:
            row.done_at = now
            Announcement.objects.bulk_create([row], ignore_conflicts=True)
