"""Unusual personal values are planted through every path and looked for wherever they must not be."""

from __future__ import annotations

import logging
import shutil
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
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.log import AdminEmailHandler
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry, PageLogEntry

from notices.ledger.models import Entry
from notices.ledger.services import entry_fields
from notices.models import NoticePage
from notices.opinions import mails
from notices.opinions.answering import erase_commenter
from notices.opinions.feedback import log_feedback
from notices.opinions.models import Opinion
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import send_due
from notices.printing import PrintingFaultError
from notices.services import close_windows
from notices.subscriptions.announcing import announce_news
from portal.error_reports import LineFormatter
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, Filler
from tests.notices.opinions.leak_paths import (
    AFTER,
    BY_MAIL,
    FILE_MARKS,
    MARKS,
    PLANTED,
    TYPED,
    Seen,
    client_of,
    people_register_for_a_meeting,
    residents_come_back,
    residents_subscribe,
    residents_write,
    staff_answer_and_tell,
    staff_look_around,
    staff_record_and_read,
)
from tests.people import People, make_people
from tests.planting import finds_below, finds_in
from tests.stored_rows import stored_rows

BOTH = ("default", "keys")
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


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


@pytest.fixture
def as_run(settings: Any) -> Iterator[Path]:
    """Let tasks wait in the database for a worker and mails become files outside of what is scanned; yield their folder."""
    queues = {"QUEUES": ["default", "index", "quick", "heavy"]}
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", **queues}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    folder = Path(f"{django_settings.DATA_DIR}-mails")
    settings.EMAIL_FILE_PATH = str(folder)
    yield folder
    # There is none when no mail was sent, which the test itself tells.
    shutil.rmtree(folder, ignore_errors=True)


def work(*queues: str) -> None:
    for queue in queues or ("default", "quick", "heavy", "index"):
        call_command("db_worker", batch=True, queue_name=queue, interval=0, verbosity=0, startup_delay=False)


def scan_what_is_stored() -> list[tuple[str, str]]:
    """Return every find in the data folder: databases with their write-ahead logs, index, content, cache, log."""
    for alias in BOTH:
        name = connections[alias].settings_dict["NAME"]
        assert connections[alias].vendor != "sqlite" or Path(name).is_relative_to(django_settings.DATA_DIR)
    found = finds_below(Path(django_settings.DATA_DIR), MARKS + FILE_MARKS)
    return found + scan_at_rest()


def scan_at_rest() -> list[tuple[str, str]]:
    """Return every find once the write-ahead logs were brought into their databases, and in rows on a server."""
    for alias in BOTH:
        if connections[alias].vendor == "sqlite":
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    marks = MARKS + FILE_MARKS
    found = finds_below(Path(django_settings.DATA_DIR), marks)
    for alias in BOTH:
        if connections[alias].vendor == "postgresql":
            name = connections[alias].settings_dict["NAME"]
            found += [(name, mark) for _table, rows in stored_rows(alias) for mark in finds_in(rows, marks)]
    return found


def look_into_rows(seen: Seen) -> None:
    """Look into what lies packed in the database: sessions, and the histories that Wagtail and the ledger keep."""
    for session in Session.objects.all():
        seen.look("session", session.get_decoded())
    for model in (ModelLogEntry, PageLogEntry):
        for row in model.objects.all():
            seen.look("history", (row.label, row.data))
    for entry in Entry.objects.select_related("chain"):
        seen.look("ledger", entry_fields(entry, entry.chain.key))


@pytest.mark.usefixtures("watched")
@pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)
def test_page_two_lies_in_plain_nowhere(
    page: NoticePage, people: People, seen: Seen, as_run: Path, monkeypatch: Any
) -> None:
    """In one go, since what is committed must be scanned: the disk is looked at after each stage."""
    residents_write(page, people, seen)
    residents_come_back(page, people, seen)
    residents_subscribe(page, seen)
    # The receipts wait sealed in the outbox, with a task for each.
    assert DBTaskResult.objects.ready().filter(queue_name="quick").exists()
    assert (seen.found, scan_what_is_stored()) == ([], [])
    with time_machine.travel(PUBLISHED + timedelta(days=2), tick=False):
        the_mail_server_refuses(people, seen, monkeypatch)
    staff_record_and_read(page, people, seen)
    staff_answer_and_tell(page, people, seen)
    # The answers made public are news for who follows the notice.
    announce_news(now=AFTER + timedelta(minutes=1))
    staff_look_around(page, people, seen)
    assert (seen.found, scan_what_is_stored()) == ([], [])
    with time_machine.travel(AFTER, tick=False):
        a_task_fails(monkeypatch)
    people_register_for_a_meeting(people, seen)
    work()
    look_into_rows(seen)
    assert (seen.found, scan_what_is_stored()) == ([], [])
    mails_go_out(as_run)
    notes_are_erased(people)


def the_mail_server_refuses(people: People, seen: Seen, monkeypatch: Any) -> None:
    """The answer of a mail server names the address."""

    def refused(*args: Any, **kwargs: Any) -> None:
        raise OSError(f"550 no such user {BY_MAIL.email}")

    with monkeypatch.context() as patch:
        patch.setattr("notices.outbox.delivery.EmailMessage.send", refused)
        work("quick")
    assert set(OutboxMail.objects.values_list("attempts", "last_error")) == {(1, "OSError")}
    seen.look("outbox", client_of(people.op).get(reverse("outbox_mail:index")))
    assert scan_what_is_stored() == []


def a_task_fails(monkeypatch: Any) -> None:
    """The queue keeps kind and place of a failure, and tries the task again later."""

    def broken(*args: Any, **kwargs: Any) -> str:
        raise OperationalError(f"row ({BY_MAIL.fields['name']}, {BY_MAIL.email}) failed")

    with monkeypatch.context() as patch:
        patch.setattr(mails, "render_to_string", broken)
        work("quick")
    failed = DBTaskResult.objects.exclude(traceback="").get()
    assert failed.exception_class_path.endswith("MailsNotQueuedError")
    assert scan_what_is_stored() == []


def mails_go_out(folder: Path) -> None:
    """Receipts and an answer are sent; an address stands where a letter needs it, and what went out is sealed no more but gone."""
    answered = Opinion.objects.exclude(answer=None).select_related("answer").first()
    assert answered is not None
    assert answered.answer is not None
    # The task that failed has been tried again by itself.
    assert mails.queue_answer_mails(answer=answered.answer, now=timezone.now()) == 0
    work("quick")
    send_due(now=timezone.now() + timedelta(days=1))
    assert set(OutboxMail.objects.values_list("state", "sealed")) == {(MailState.SENT, None)}
    addressed = 0
    for path in folder.iterdir():
        letter = path.read_bytes()
        # Two letters of one second may share a file: its name is the second and the address of an object in memory.
        for to in [line for line in letter.splitlines() if line.startswith(b"To: ")]:
            letter = letter.replace(to, b"")
            addressed += BY_MAIL.email.encode() in to
        assert finds_in(letter, MARKS + FILE_MARKS) == []
    assert addressed == 7  # receipts, the answer, two to confirm, the news
    assert scan_what_is_stored() == []


def notes_are_erased(people: People) -> None:
    """A note that staff insisted on goes with page two, and leaves nothing in the database file."""
    opinion = Opinion.objects.select_related("commenter", "notice__record").order_by("pk")[0]
    note = f"接电话的是{PLANTED.fields['name']}"
    call = {"way": "phone", "result": "reached", "user": people.li, "now": timezone.now()}
    log_feedback(opinions=[opinion], note=note, **call)
    rows = Path(connections["default"].settings_dict["NAME"]).name
    assert {name for name, _mark in scan_at_rest()} == {rows}
    erase_commenter(opinion=opinion, now=timezone.now())
    assert scan_at_rest() == []


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
