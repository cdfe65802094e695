"""Short ways to subscribers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from django.test import Client, TestCase

from notices.models import NoticePage, NoticeRecord
from notices.subscriptions.announcing import announce_news
from notices.subscriptions.models import Subscription, Topic
from notices.subscriptions.services import ask, confirm

ZONE = ZoneInfo("Asia/Shanghai")
# Published on a Monday without holidays near; ten working days end on Monday 16 March.
PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
DURING = PUBLISHED + timedelta(days=1)
COUNTY = "141026"
RESIDENT = "zhuge.xiaoman@example.com"
EVERYTHING = [topic.value for topic in Topic]


def record_of(page: NoticePage) -> NoticeRecord:
    return NoticeRecord.objects.get(page=page)


def subscribed(address: str = RESIDENT, *, now: datetime = DURING, **about: Any) -> Subscription:
    """Return a confirmed subscription."""
    if "record" in about:
        about.setdefault("topics", EVERYTHING)
    ask(address=address, now=now, **about)
    row = confirm(subscription=Subscription.objects.latest("pk"), now=now)
    assert row is not None
    return row


def told(now: datetime, *to: str) -> list[str]:
    """Let the clock look at a moment and return the subjects that went to somebody, by default to the resident."""
    mail.outbox.clear()
    with time_machine.travel(now, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        announce_news(now=now)
    return [str(letter.subject) for letter in mail.outbox if set(letter.to) <= set(to or (RESIDENT,))]


def links_in(letter: Any) -> dict[str, str]:
    """Return the paths of the links of a mail that act, by what they do."""
    return {kind: path for path, kind in re.findall(r"(/subscriptions/(confirm|stop)/\S+)", letter.body)}


def asked_for(path: str, **typed: Any) -> Any:
    """Send the form like a browser without cookies and return its answer."""
    return Client(enforce_csrf_checks=True).post(path, {"email": RESIDENT, **typed})
