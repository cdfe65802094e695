"""The outbox: once for each occasion, sent at commit, retried with longer and longer waits, sealed while it lies there."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.urls import reverse

from notices.home_panel import task_lists
from notices.outbox import delivery
from notices.outbox.delivery import WAITS, masked_address, send_one
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import FAILED_KEPT, failed_count, queue_mail, send_again, send_due
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ADDRESS = "ouyang.wenbo@qingyuan.example.com"
TEXT = "欧阳文博：请上传报纸版面。"


class RefusingBackend(EmailBackend):
    """A server that refuses one address, as smtplib tells it."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if ADDRESS in message.to:
                raise SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})
        return super().send_messages(messages)


class DeadBackend(EmailBackend):
    """A server that is not there."""

    asked = 0

    def send_messages(self, messages: Any) -> int:
        type(self).asked += 1
        raise ConnectionRefusedError(ADDRESS)


@pytest.fixture
def refusing(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"


def put(key: str = "reminder:1", to: str = ADDRESS, **fields: Any) -> OutboxMail | None:
    values = {"subject": "公示办理提醒", "body": TEXT, "category": "reminder", "now": NOW, **fields}
    return queue_mail(to=to, key=key, **values)


def queued(**fields: Any) -> OutboxMail:
    row = put(**fields)
    assert row is not None
    return row


def test_a_mail_goes_out_when_the_transaction_commits(django_capture_on_commit_callbacks: Any) -> None:
    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        put()
        assert mail.outbox == []
    assert [(sent.to, sent.subject, sent.body) for sent in mail.outbox] == [([ADDRESS], "公示办理提醒", TEXT)]
    row = OutboxMail.objects.get()
    assert (row.state, row.sealed, row.sent_at) == (MailState.SENT, None, NOW)


def test_a_key_is_used_once() -> None:
    assert put() is not None
    assert put(body="改过") is None
    assert OutboxMail.objects.count() == 1


def test_a_transaction_that_fails_leaves_no_mail(django_capture_on_commit_callbacks: Any) -> None:
    def act() -> None:
        with transaction.atomic():
            put()
            raise RuntimeError("disk full")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        act()
    assert not OutboxMail.objects.exists()
    assert mail.outbox == []


def test_a_line_break_in_a_subject_begins_no_header() -> None:
    row = queued(subject="提醒\r\nBcc: other@example.com")
    assert row.subject == "提醒 Bcc: other@example.com"
    assert send_one(mail_id=row.pk, now=NOW) is None
    assert mail.outbox[0].recipients() == [ADDRESS]


def test_a_failure_is_tried_again_after_1_5_30_minutes_2_and_12_hours_and_then_given_up(
    refusing: None,
) -> None:
    row, moment, waits = queued(), NOW, []
    for _attempt in range(len(WAITS) + 1):
        assert send_due(now=moment) == 0
        row.refresh_from_db()
        waits.append(row.next_attempt_at - moment)
        assert send_one(mail_id=row.pk, now=row.next_attempt_at - timedelta(seconds=1)) is None
        moment = row.next_attempt_at
    minutes = [wait.total_seconds() / 60 for wait in waits[:5]]
    assert minutes == [1, 5, 30, 120, 720]
    assert (row.state, row.attempts, row.last_error) == (MailState.FAILED, 6, "SMTPRecipientsRefused")
    assert failed_count() == 1


def test_one_mails_failure_stops_no_other(refusing: None) -> None:
    put("a")
    put("b", to="clerk@fushan.example.com")
    assert send_due(now=NOW) == 1
    assert mail.outbox[0].to == ["clerk@fushan.example.com"]


def test_a_server_that_is_not_there_is_asked_once_a_run(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadBackend"
    DeadBackend.asked = 0
    for number in range(5):
        put(f"m{number}")
    assert send_due(now=NOW) == 0
    assert DeadBackend.asked == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(now=NOW + WAITS[0]) == 5


def test_a_mail_that_another_process_has_taken_is_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    row = queued()
    opened = delivery.unseal

    def meanwhile(sealed: bytes | memoryview) -> Any:
        assert send_one(mail_id=row.pk, now=NOW) is None
        return opened(sealed)

    monkeypatch.setattr(delivery, "unseal", meanwhile)
    send_one(mail_id=row.pk, now=NOW)
    assert len(mail.outbox) == 1


def test_a_failed_mail_is_sent_again_and_a_sent_one_is_not(
    settings: Any, refusing: None, django_capture_on_commit_callbacks: Any
) -> None:
    row = queued()
    OutboxMail.objects.update(state=MailState.FAILED, attempts=6)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True), time_machine.travel(NOW, tick=False):
        assert send_again(mail=row, now=NOW)
    assert len(mail.outbox) == 1
    assert not send_again(mail=row, now=NOW)


def test_a_failed_mail_keeps_its_address_for_thirty_days() -> None:
    put()
    OutboxMail.objects.update(state=MailState.FAILED)
    send_due(now=NOW + FAILED_KEPT)
    assert OutboxMail.objects.get().sealed is not None
    send_due(now=NOW + FAILED_KEPT + timedelta(seconds=1))
    assert OutboxMail.objects.get().sealed is None
    assert failed_count() == 0


def test_address_and_text_are_neither_in_the_table_nor_in_the_log(
    refusing: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put()
    send_due(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_outboxmail")
        stored = repr(cursor.fetchall())
    for secret in (ADDRESS, "ouyang", "欧阳文博", TEXT):
        assert secret not in stored
        assert secret not in caplog.text
    assert "SMTPRecipientsRefused" in caplog.text


def test_a_mail_sealed_under_lost_keys_fails_like_any_other(settings: Any, tmp_path: Any) -> None:
    row = queued()
    settings.MASTER_KEYS_FILE = tmp_path / "master.keys"
    settings.MASTER_KEYS_FILE.write_bytes(Fernet.generate_key())
    assert send_one(mail_id=row.pk, now=NOW) is not None
    row.refresh_from_db()
    assert row.last_error == "InvalidToken"
    assert masked_address(row) == ""


class TestTheOperatorsList:
    @pytest.fixture
    def people(self) -> People:
        return make_people()

    @pytest.fixture
    def failed(self) -> OutboxMail:
        put()
        OutboxMail.objects.update(state=MailState.FAILED, last_error="SMTPRecipientsRefused")
        return OutboxMail.objects.get()

    def test_operators_alone_see_it_and_send_again(
        self, client: Any, people: People, failed: OutboxMail
    ) -> None:
        urls = (reverse("outbox_mail:index"), reverse("outbox_mail:resend", args=[failed.pk]))
        for name in ("li", "rival", "op", "guan", "outsider"):
            client.force_login(getattr(people, name))
            assert [client.get(url).status_code == 200 for url in urls] == [name == "op"] * 2, name
            if name != "op":
                client.post(urls[1])
        client.logout()
        assert client.get(urls[0]).status_code == 302
        failed.refresh_from_db()
        assert failed.state == MailState.FAILED

    def test_it_shows_state_error_and_a_masked_address(
        self, client: Any, people: People, failed: OutboxMail
    ) -> None:
        client.force_login(people.op)
        html = client.get(reverse("outbox_mail:index")).content.decode()
        for shown in ("公示办理提醒", "o***@qingyuan.example.com", "未发出", "SMTPRecipientsRefused"):
            assert shown in html
        assert ADDRESS not in html

    def test_sending_again_queues_it(self, client: Any, people: People, failed: OutboxMail) -> None:
        client.force_login(people.op)
        client.post(reverse("outbox_mail:resend", args=[failed.pk]))
        failed.refresh_from_db()
        assert (failed.state, failed.attempts) == (MailState.QUEUED, 0)

    def test_the_operators_home_counts_what_failed(self, people: People, failed: OutboxMail) -> None:
        def headings(user: Any) -> set[str]:
            return {entry.heading for entry in task_lists(user)}

        assert "邮件未发出" in headings(people.op)
        assert "邮件未发出" not in headings(people.li)
        OutboxMail.objects.update(state=MailState.SENT)
        assert "邮件未发出" not in headings(people.op)
