"""Unusual personal values are planted through every path and looked for wherever they must not be."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from notices.ledger.models import Entry
from notices.ledger.services import entry_fields
from notices.opinions.access import read_contacts
from notices.opinions.models import AccessBasis, Opinion
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)

NAME = "欧阳翯彧"
CONTACT = "13971357913"
ADDRESS = "藁垡乡龘龘村七百三十一号"
ID_NUMBER = "11010519491231002X"
PLANTED = (NAME, CONTACT, ADDRESS, ID_NUMBER)
TYPED = {
    "text": "请公开监测结果。",
    "contact": CONTACT,
    "name": NAME,
    "address": ADDRESS,
    "id_number": ID_NUMBER,
    "id_number_consent": "on",
}


def needles() -> list[bytes]:
    found = []
    for value in PLANTED:
        found += [value.encode(), value.encode("utf-16-le"), value.encode("gb18030")]
        found.append(value.encode("unicode_escape"))
    return found


def files_with_plants(folder: Path) -> list[str]:
    marks = needles()
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in marks)
    ]


def test_page_two_is_nowhere_in_plain(caplog) -> None:
    caplog.set_level(logging.DEBUG)
    page = make_notice(now=PUBLISHED)
    people = make_people()
    filler = Filler(page)
    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False) as clock:
        filler.open()
        clock.shift(20)
        filler.post("contact", "opinion", **TYPED)
        filler.post("check", "contact", **{**TYPED, "contact": "坏"})
        filler.post("check", "contact", **TYPED)
        receipt = filler.post("send", "check", **TYPED)
        assert receipt.status_code == 200
        filler.post("send", "check", **TYPED)
    with time_machine.travel(END + timedelta(hours=1), tick=False):
        late = Filler(page)
        late.post("send", "check", **TYPED)
        opinion = Opinion.objects.get()
        read_contacts(
            opinions=[opinion],
            user=people.li,
            basis=AccessBasis.FEEDBACK,
            reason="电话反馈",
            now=END + timedelta(hours=1),
        )
        client = Client()
        client.force_login(people.li)
        register = client.get(reverse("opinion_register:index")).content.decode()

    seen = [receipt.content.decode(), register]
    seen += [str(entry_fields(entry, entry.chain.key)) for entry in Entry.objects.select_related("chain")]
    seen += [record.getMessage() for record in caplog.records]
    for value in PLANTED:
        assert not [text for text in seen if value in text], value
    database = Path(connection.settings_dict["NAME"])
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert database.stat().st_size > 0
    assert "请公开监测结果。".encode() in database.read_bytes()
    assert files_with_plants(settings.DATA_DIR) == []
    assert not any(mark in database.read_bytes() for mark in needles())


def test_an_error_while_sending_leaves_no_personal_data_in_the_log(caplog, monkeypatch) -> None:
    page = make_notice(now=PUBLISHED)
    filler = Filler(page)
    filler.client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False) as clock:
        filler.open()
        clock.shift(20)
        monkeypatch.setattr("notices.opinions.services.append", broken)
        response = filler.post("send", "check", **TYPED)
    assert response.status_code == 500
    text = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    for value in PLANTED:
        assert value not in text
        assert value not in response.content.decode()
    assert not Opinion.objects.exists()
