"""Signals of the archive; a handler is one service call."""

from __future__ import annotations

from typing import Any

from notices.archive.tasks import make_notice_archives
from notices.models import NoticeRecord
from notices.signals import notice_changed, notice_published, window_closed


def on_notice_acted(sender: type[NoticeRecord], record: NoticeRecord, **kwargs: Any) -> None:
    """Have the notice archived as it now stands, in the background."""
    make_notice_archives.enqueue(record.pk)


def connect() -> None:
    """Connect the handlers once."""
    notice_published.connect(on_notice_acted, dispatch_uid="archive_published")
    notice_changed.connect(on_notice_acted, dispatch_uid="archive_changed")
    window_closed.connect(on_notice_acted, dispatch_uid="archive_closed")
