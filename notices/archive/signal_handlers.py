"""Signals of the archive; a handler is one service call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notices.archive.tasks import make_notice_archives, make_notice_volumes
from notices.archive.volumes.making import take_out_erased
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.opinions.signals import opinion_changed
from notices.signals import notice_changed, notice_published, window_closed


def on_notice_acted(sender: type[NoticeRecord], record: NoticeRecord, **kwargs: Any) -> None:
    """Have the notice archived as it now stands, in the background."""
    make_notice_archives.enqueue(record.pk)


def on_opinion_changed(sender: type[Opinion], opinion: Opinion, now: datetime, **kwargs: Any) -> None:
    """Take volumes out of use that show what was erased, and have them made anew."""
    record = opinion.notice.record
    if take_out_erased(now=now, record=record):
        make_notice_volumes.enqueue(record.pk)


def connect() -> None:
    """Connect the handlers once."""
    notice_published.connect(on_notice_acted, dispatch_uid="archive_published")
    notice_changed.connect(on_notice_acted, dispatch_uid="archive_changed")
    window_closed.connect(on_notice_acted, dispatch_uid="archive_closed")
    opinion_changed.connect(on_opinion_changed, dispatch_uid="archive_opinion_changed")
