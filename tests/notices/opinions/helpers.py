"""Short ways to what most opinion tests need."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from notices.exports.models import ExportFormat, Profile
from notices.exports.services import write_records
from notices.models import NoticePage
from notices.opinions.form_tokens import new_token
from notices.opinions.models import ContactKind, Opinion
from notices.opinions.page_two import PageTwo
from notices.opinions.public_opinions import with_redaction
from notices.opinions.publication import Looked
from notices.opinions.services import PageOne, Receipt, submit_opinion

ZONE = ZoneInfo("Asia/Shanghai")
# Publication on a Monday without holidays near: ten working days end on 16 March.
PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
END = datetime(2026, 3, 17, 0, 0, tzinfo=ZONE)

PERSON = PageTwo(contact_kind=ContactKind.MOBILE, contact="13900000001", name="测试人")


def send(
    page: NoticePage,
    text: str = "请加密监测井。",
    *,
    now: datetime,
    issued: datetime | None = None,
    **fields: Any,
) -> Receipt:
    """Submit an opinion through the service at a moment."""
    token = fields.pop("token", None) or new_token(page.record.code, now=issued or now)
    page_two = fields.pop("page_two", PERSON)
    files = fields.pop("files", ())
    return submit_opinion(
        record=page.record,
        token=token,
        page_one=PageOne(text=text, **fields),
        page_two=page_two,
        files=files,
        clock=lambda: now,
    )


def exported(page: NoticePage, profile: Profile, *, now: datetime) -> list[dict[str, str]]:
    """Return the records of a notice as an export of the profile has them."""
    handle = io.BytesIO()
    write_records(
        notice=page, profile=profile, export_format=ExportFormat.CSV, handle=handle, cover=(), now=now
    )
    return list(csv.DictReader(io.StringIO(handle.getvalue().decode("utf-8-sig"), newline="")))


def looked_at(*opinions: Opinion) -> list[Looked]:
    """Return what somebody sees who looks at opinions now."""
    keys = [opinion.pk for opinion in opinions]
    return [Looked.at(row) for row in with_redaction(Opinion.objects.filter(pk__in=keys))]


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


class Filler:
    """Somebody who fills in the form in a browser without JavaScript."""

    def __init__(self, page: NoticePage, *, waits: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.url = f"/n/{page.record.code}/opinion/"
        self.page = page
        self.token = ""
        self.waits = waits

    def open(self) -> str:
        """Open the form."""
        html = self.client.get(self.url).content.decode()
        self.token = hidden(html, "token")
        return html

    def post(self, go: str, step: str = "opinion", **fields: Any) -> Any:
        """Press a button."""
        return self.client.post(self.url, {"token": self.token, "go": go, "step": step, **fields})


def a_little_later(moment: datetime) -> datetime:
    """Return a moment after the shortest time in which a person fills in the form."""
    return moment + timedelta(seconds=20)
