"""Unusual personal values are planted through every path and looked for wherever they must not be."""

from __future__ import annotations

import logging
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.log import AdminEmailHandler
from wagtail.models import ModelLogEntry, PageLogEntry

from notices.exports.models import ExportFormat, Profile
from notices.exports.rows import rows_for
from notices.exports.services import export_opinions
from notices.ledger.models import Entry
from notices.ledger.services import entry_fields
from notices.models import NoticePage
from notices.opinions.answering import answer_opinions
from notices.opinions.form_tokens import new_token
from notices.opinions.models import AccessBasis, Commenter, MeetingRegistration, Opinion, Outcome
from notices.outbox.services import queue_mail, send_due
from notices.printing import PrintingFaultError
from notices.services import close_windows
from portal.error_reports import LineFormatter
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler, hidden
from tests.notices.test_meetings import announced
from tests.pdf import make_pdf
from tests.people import People, make_people
from tests.planting import Planted, finds_below, finds_in, needles

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PLANTED = Planted()
TYPED = {"text": "请公开监测结果。", **PLANTED.fields}
MARKS = needles()
# The name of a file is shown to its sender with the receipt; it stands in its row until the file is erased.
FILE_NAME = "令狐彣的信.pdf"
FILE_MARKS = needles(("令狐彣",))
AFTER = END + timedelta(hours=2)


class Seen:
    """What was answered to people who must not read page two."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[str]]] = []

    def look(self, where: str, content: Any, marks: list[bytes] = MARKS + FILE_MARKS) -> None:
        """Look for the values in an answer, a page, a file or a row."""
        if hasattr(content, "status_code"):
            streamed = getattr(content, "streaming", False)
            content = b"".join(content) if streamed else content.content
        found = finds_in(content if isinstance(content, bytes) else str(content), marks)
        if found:
            self.found.append((where, found))


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def watched(settings: Any, monkeypatch: Any) -> Iterator[None]:
    """Let cache, temporary files and the log at its most talkative lie where the scan looks for them."""
    scratch = Path(django_settings.DATA_DIR) / "watched"
    scratch.mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(scratch / "cache"),
        }
    }
    settings.ADMINS = [("运维", "ops@example.com")]
    root, level = logging.getLogger(), logging.getLogger().level
    written = logging.FileHandler(scratch / "portal.log")
    written.setFormatter(LineFormatter("{levelname} {name} {message}", style="{"))
    mailed = AdminEmailHandler(include_html=True)
    mailed.setLevel(logging.ERROR)
    root.addHandler(written)
    root.addHandler(mailed)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(mailed)
    root.removeHandler(written)
    written.close()


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=PUBLISHED)


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    if user.is_authenticated:
        client.force_login(user)
    return client


def scan_what_is_stored() -> list[tuple[str, str]]:
    """Return every find in the data folder: databases with their write-ahead logs, index, content, cache, log."""
    for alias in ("default", "keys"):
        assert Path(connections[alias].settings_dict["NAME"]).is_relative_to(django_settings.DATA_DIR)
    folder = Path(django_settings.DATA_DIR)
    rows = Path(connections["default"].settings_dict["NAME"]).name
    found = finds_below(folder, MARKS)
    found += [find for find in finds_below(folder, FILE_MARKS) if not find[0].startswith(rows)]
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found + finds_below(folder, MARKS)


def look_into_rows(seen: Seen) -> None:
    """Look into what lies packed in the database: sessions, and the histories that Wagtail and the ledger keep."""
    for session in Session.objects.all():
        seen.look("session", session.get_decoded())
    for model in (ModelLogEntry, PageLogEntry):
        for row in model.objects.all():
            seen.look("history", (row.label, row.data))
    for entry in Entry.objects.select_related("chain"):
        seen.look("ledger", entry_fields(entry, entry.chain.key))


def a_file(content: bytes = b"") -> SimpleUploadedFile:
    """Return a letter that names its writer, in its name and its text."""
    return SimpleUploadedFile(FILE_NAME, content or make_pdf([f"{PLANTED.fields['name']} {PLANTED.contact}"]))


def fill_in(page: NoticePage) -> Any:
    """Go through the web form with every detour and return the receipt's page."""
    filler = Filler(page)
    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False) as clock:
        filler.open()
        added = filler.post("add", files=a_file(), **TYPED)  # type: ignore[arg-type]
        filler.post("add", files=a_file(b"MZ"), **TYPED)  # type: ignore[arg-type]
        named = {"file_hash": hidden(added.content.decode(), "file_hash")}
        filler.post("contact", "opinion", **TYPED)
        filler.post("send", "check", **TYPED)  # too quick
        clock.shift(20)
        filler.post("check", "contact", **{**TYPED, "contact": f"{PLANTED.contact}9"})
        filler.post("check", "contact", **{**TYPED, "id_number_consent": ""})
        filler.post("send", "check", **{**TYPED, "website": PLANTED.email})
        receipt = filler.post("send", "check", **named, **TYPED)
        filler.post("send", "check", **named, **TYPED)
        abandoned = Filler(page)
        abandoned.open()
        abandoned.post("add", files=a_file(), **TYPED)  # type: ignore[arg-type]
        expired = Filler(page)
        expired.token = new_token(page.record.code, now=PUBLISHED - timedelta(days=2)).sign()
        expired.post("send", "check", **TYPED)
    with time_machine.travel(AFTER, tick=False):
        late = Filler(page)
        late.token = new_token(page.record.code, now=AFTER).sign()
        assert late.post("send", "check", **TYPED).status_code == 409
    assert receipt.status_code == 200
    return receipt


@pytest.mark.usefixtures("watched")
@pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)
def test_page_two_lies_in_plain_nowhere(
    page: NoticePage, people: People, seen: Seen, monkeypatch: Any
) -> None:
    """In one go, since what is committed must be scanned: the disk is looked at after each stage."""
    residents_write(page, people, seen)
    assert (seen.found, scan_what_is_stored()) == ([], [])
    staff_work(page, people, seen)
    assert (seen.found, scan_what_is_stored()) == ([], [])
    people_register_for_a_meeting(people, seen)
    mails_fail_and_go_out(people, seen, monkeypatch)
    look_into_rows(seen)
    assert (seen.found, scan_what_is_stored()) == ([], [])


def residents_write(page: NoticePage, people: People, seen: Seen) -> None:
    """Fill in, send, look up, search."""
    receipt = fill_in(page)
    opinion = Opinion.objects.get()
    key = {"number": opinion.number, "code": receipt.context["code"]}
    stranger = client_of(people.stranger)
    with time_machine.travel(AFTER, tick=False):
        assert FILE_NAME in receipt.content.decode()
        seen.look("receipt", receipt, MARKS)
        seen.look("look-up", stranger.post(reverse("receipt_lookup"), key), MARKS)
        seen.look("receipt as PDF", stranger.post(reverse("receipt_pdf"), key), MARKS)
        for name in (PLANTED.fields["name"], PLANTED.contact):
            stranger.post(reverse("receipt_lookup"), {"number": name, "code": PLANTED.contact})
            stranger.get(reverse("search"), {"q": name})
        for url in ("/", f"/n/{page.record.code}/", "/sitemap.xml"):
            seen.look(url, stranger.get(url))


def staff_work(page: NoticePage, people: People, seen: Seen) -> None:
    """Record on behalf, answer, read page two once with a reason, look through every list, export."""
    li = client_of(people.li)
    with time_machine.travel(AFTER, tick=False):
        close_windows(now=AFTER)
        li.post(
            reverse("opinions_record", args=[page.pk]),
            {
                "channel": "visit",
                "received_at": f"{END - timedelta(days=2):%Y-%m-%d %H:%M}",
                "text": "口头反映：夜间有噪声。",
                "kind": "person",
                "form_key": "staff:1",
                **{name: PLANTED.fields[name] for name in ("name", "contact", "address")},
            },
        )
        opinions = list(Opinion.objects.order_by("pk"))
        assert len(opinions) == 2
        answer_opinions(
            opinions=opinions, outcome=Outcome.ADOPTED, report_reference="第5章", user=people.li, now=AFTER
        )
        opened = li.post(
            reverse("opinions_contacts", args=[page.pk]),
            {
                "opinions": [row.pk for row in opinions],
                "basis": AccessBasis.FEEDBACK,
                "reason": "电话反馈",
            },
        )
        assert finds_in(opened.content, MARKS)
        assert "no-store" in opened["Cache-Control"]
        for name in ("li", "op", "guan"):
            client = client_of(getattr(people, name))
            for url in (
                reverse("opinion_register:index"),
                reverse("opinion_register:inspect", args=[opinions[0].pk]),
                reverse("opinions_notices"),
                reverse("contact_accesses:index"),
                reverse("outbox_mail:index"),
                reverse("notice_register:inspect", args=[page.record.pk]),
                reverse("wagtailadmin_home"),
            ):
                seen.look(f"{name} {url}", client.get(url))
            # What staff type into search boxes is echoed to them; it must not stay anywhere.
            client.get(reverse("opinion_register:index"), {"q": PLANTED.fields["name"]})
            client.get("/admin/no-such-page/", {"q": PLANTED.fields["name"]})
        for name, profile in (("guan", Profile.BUREAU), ("li", Profile.PROPONENT)):
            for kind in ExportFormat:
                export = export_opinions(
                    notice=page, user=getattr(people, name), export_format=kind, purpose="案卷", now=AFTER
                )
                seen.look(f"{profile} {kind}", export.handle.read())
                export.handle.close()
        Commenter.objects.update(show_text=True)
        seen.look("public rows", list(rows_for(page, Profile.PUBLIC)))


def people_register_for_a_meeting(people: People, seen: Seen) -> None:
    """Register on the web and by staff, look up, read the names once with a reason."""
    meeting = announced(make_notice(proponent=people.company_a), people)
    code = meeting.notice.record.code
    url = reverse("meeting_registration", args=[code, meeting.pk])
    stranger, li = client_of(people.stranger), client_of(people.li)
    token = new_token(code, now=timezone.now()).sign()
    typed = {"token": token, "name": PLANTED.fields["name"], "village": "清水沟村"}
    stranger.post(url, {**typed, "contact": f"{PLANTED.contact}99"})
    done = stranger.post(url, {**typed, "contact": PLANTED.contact, "affected": PLANTED.fields["address"]})
    stranger.post(
        reverse("meeting_lookup", args=[code, meeting.pk]),
        {"number": PLANTED.contact, "code": PLANTED.contact},
    )
    li.post(
        reverse("meeting_register", args=[meeting.pk]),
        {
            "name": PLANTED.fields["name"],
            "contact": PLANTED.contact,
            "capacity": "expert",
            "channel": "phone",
            "form_key": "staff:2",
        },
    )
    assert MeetingRegistration.objects.count() == 2
    opened = li.post(reverse("meeting_names", args=[meeting.pk]), {"reason": "通知参会"})
    assert finds_in(opened.content, MARKS)
    assert "no-store" in opened["Cache-Control"]
    seen.look("registered", done)
    for name in ("li", "op", "guan"):
        client = client_of(getattr(people, name))
        seen.look(name, client.get(reverse("meeting_registrations", args=[meeting.pk])))


def mails_fail_and_go_out(people: People, seen: Seen, monkeypatch: Any) -> None:
    """Queue a mail that is refused at first; what went out is sealed no more but gone."""

    def refused(*args: Any, **kwargs: Any) -> None:
        raise OSError(f"550 no such user {PLANTED.email}")

    with monkeypatch.context() as patch:
        patch.setattr("notices.outbox.delivery.EmailMessage.send", refused)
        queue_mail(
            to=PLANTED.email,
            subject="意见回执",
            body=f"{PLANTED.fields['name']}：",
            category="receipt",
            key="leak",
            now=timezone.now(),
        )
    seen.look("outbox", client_of(people.op).get(reverse("outbox_mail:index")))
    assert scan_what_is_stored() == []
    mail.outbox.clear()
    send_due(now=timezone.now() + timedelta(days=1))
    assert [letter.to for letter in mail.outbox] == [[PLANTED.email]]


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("debug", [False, True])
def test_errors_in_the_middle_of_it(
    page: NoticePage, people: People, seen: Seen, settings: Any, monkeypatch: Any, debug: bool
) -> None:
    """The database, the printing and a view fail with the values in hand, and even in the message."""
    settings.DEBUG = debug
    filler = Filler(page)
    filler.client.raise_request_exception = False

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OperationalError(f"row ({PLANTED.fields['name']}, {PLANTED.fields['address']}) failed") from (
            ValueError(PLANTED.contact)
        )

    with time_machine.travel(PUBLISHED + timedelta(days=1), tick=False) as clock:
        filler.open()
        clock.shift(20)
        with monkeypatch.context() as patch:
            patch.setattr("notices.opinions.services.append", broken)
            answer = filler.post("send", "check", **TYPED)
        assert answer.status_code == 500
        seen.look("error page of the form", answer)
        assert not Opinion.objects.exists()
        receipt = filler.post("send", "check", **TYPED)

    def unprintable(*args: Any, **kwargs: Any) -> None:
        raise PrintingFaultError(PLANTED.fields["name"])

    key = {"number": Opinion.objects.get().number, "code": receipt.context["code"]}
    stranger, li = client_of(people.stranger), client_of(people.li)
    with monkeypatch.context() as patch:
        patch.setattr("notices.opinions.lookup_views.render_pdf", unprintable)
        seen.look("failed printing", stranger.post(reverse("receipt_pdf"), key))
    with monkeypatch.context() as patch:
        patch.setattr("notices.opinions.registers.visible_opinions", broken_register)
        failed = li.get(reverse("opinion_register:index"), {"q": PLANTED.fields["name"]})
        assert failed.status_code == 500
        seen.look("error page of the register", failed)
    assert len(mail.outbox) >= 2
    for letter in mail.outbox:
        seen.look("error mail", letter.message().as_bytes())
        seen.look("error mail", f"{letter.subject} {letter.body} {vars(letter)}")
    log = (Path(django_settings.DATA_DIR) / "watched" / "portal.log").read_text()
    assert "OperationalError" in log  # what happened and where is still told
    assert "services.py" in log
    assert (seen.found, finds_in(log, MARKS)) == ([], [])


def broken_register(user: Any) -> None:
    raise TypeError(f"unexpected {PLANTED.contact}")


def test_pages_with_page_two_stay_in_no_browser(page: NoticePage, people: People) -> None:
    with time_machine.travel(AFTER, tick=False):
        close_windows(now=AFTER)
        anonymous, li = Client(), client_of(people.li)
        for client, url in (
            (anonymous, f"/n/{page.record.code}/opinion/"),
            (anonymous, reverse("receipt_lookup")),
            (li, reverse("opinions_contacts", args=[page.pk])),
            (li, reverse("opinions_record", args=[page.pk])),
        ):
            response = client.get(url)
            assert "no-store" in response["Cache-Control"], url
            assert response["Referrer-Policy"] == "same-origin", url
            if client is anonymous:
                assert not response.cookies, url
        for url in ("/", "/privacy/", "/search/?q=监测", f"/n/{page.record.code}/"):
            assert not anonymous.get(url).cookies, url


def test_the_search_finds_what_was_planted(tmp_path: Path) -> None:
    """A scan that finds nothing anywhere would pass every test above."""
    name = PLANTED.fields["name"]
    for spelled in (
        name,
        f"%{name}".encode("utf-16-le"),
        name.encode("unicode_escape"),
        PLANTED.contact.encode("utf-16-be"),
        f"id={PLANTED.fields['id_number']}".encode().hex(),
    ):
        assert finds_in(spelled, MARKS), spelled
    for lead in ("", "x", "xy"):
        assert finds_in(b64encode(f"{lead}{name}在此".encode()), MARKS)
    (tmp_path / f"{PLANTED.contact}.jpg").write_bytes(b"")
    assert finds_below(tmp_path, MARKS)
