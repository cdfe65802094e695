"""How many of 500 people's planted values lie in plain anywhere in the data folder after a whole comment window: none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from notices.models import NoticePage
from notices.opinions.access import read_contacts
from notices.opinions.answering import answer_opinions
from notices.opinions.models import AccessBasis, Opinion, Outcome
from notices.services import close_windows
from portal.figures import Figure
from tests.factories import make_notice
from tests.notices.opinions.helpers import Filler
from tests.people import make_people
from tests.planting import Planted, finds_below, finds_in, needles

NEEDS_INSTALLATION = True
PEOPLE = 500
PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
AFTER = PUBLISHED + timedelta(days=20)


def run() -> Iterator[Figure]:
    """Plant, use, scan; figures above 0 are leaks, and the values that a right reader gets prove that they were there."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        people = make_people()
        page = make_notice(proponent=people.company_a, now=PUBLISHED)
        _fill_in(page)
        opened = _work(page, people.li)
    marks = needles()
    size = f"{PEOPLE} people"
    yield Figure("values read by whom they are for", opened, "people", size=size)
    yield Figure("finds on the disk", len(finds_below(Path(settings.DATA_DIR), marks)), "finds", size=size)


def _fill_in(page: NoticePage) -> None:
    for number in range(PEOPLE):
        typed = {"text": f"请公开第{number}号井的监测结果。", **Planted(number).fields}
        with time_machine.travel(PUBLISHED + timedelta(minutes=number), tick=False) as clock:
            filler = Filler(page)
            filler.client = Client(REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
            filler.open()
            filler.post("check", "contact", **{**typed, "contact": "坏"})
            clock.shift(20)
            assert filler.post("send", "check", **typed).status_code == 200


def _work(page: NoticePage, user: object) -> int:
    with time_machine.travel(AFTER, tick=False):
        close_windows(now=AFTER)
        opinions = list(Opinion.objects.all())
        answer_opinions(
            opinions=opinions, outcome=Outcome.ADOPTED, report_reference="第5章", user=user, now=AFTER
        )
        opened = read_contacts(
            opinions=opinions, user=user, basis=AccessBasis.FEEDBACK, reason="电话反馈", now=AFTER
        )
    return sum(bool(finds_in(repr(page_two), needles())) for page_two in opened.values())
