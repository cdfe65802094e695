"""Signals that the subscriptions app listens to; a handler is one service call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notices.models import NoticeRecord
from notices.signals import notice_restored
from notices.subscriptions.announcing import pass_over


def on_notice_restored(sender: Any, record: NoticeRecord, now: datetime, **kwargs: Any) -> None:
    """Tell nobody of what a restored notice brings along."""
    pass_over(record=record, now=now)


def connect() -> None:
    """Connect the handlers."""
    notice_restored.connect(on_notice_restored, dispatch_uid="subscriptions_restored")
