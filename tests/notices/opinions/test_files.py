"""Files with an opinion: what is taken, that they come with the text or not at all, and who opens them."""

from __future__ import annotations

import html
import re
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from docx import Document
from PIL import Image

from notices.ledger.models import Entry
from notices.ledger.services import canonical_bytes, commitment
from notices.opinions import file_vault, throttle
from notices.opinions.commitments import file_fields
from notices.opinions.consents import restrict_contact
from notices.opinions.file_access import hand_out, hand_out_original, may_open_files
from notices.opinions.file_names import name_of
from notices.opinions.files import (
    FilesChangedError,
    drop_stale_files,
    erase_files,
    stage_file,
    staged_files,
)
from notices.opinions.form_tokens import LIFETIME, new_token, read_token
from notices.opinions.key_store import KeyMissingError, create_data_key
from notices.opinions.models import AccessBasis, DataKey, FileAccess, FileState, Opinion, OpinionFile
from notices.opinions.models.opinion import opinion_storage
from notices.opinions.signals import opinion_changed
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler, hidden, send
from tests.pdf import make_pdf
from tests.people import make_people
from tests.photos import photo, photo_bytes

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPEN = PUBLISHED + timedelta(days=1)
AFTER = END + timedelta(hours=2)
TEXT = "井水发黄，附照片。"
TYPED = {"text": TEXT, "contact": "13900000001"}


@pytest.fixture
def page():
    cache.clear()
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page):
    return make_people()


@pytest.fixture
def clock():
    with time_machine.travel(OPEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def filler(page, clock):
    person = Filler(page)
    person.open()
    clock.shift(20)
    return person


@pytest.fixture
def nothing_spilled(settings) -> None:
    """Let a request fail that would have a file written to a temporary folder in plain."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.FILE_UPLOAD_TEMP_DIR = 10, "/nonexistent"


def a_docx() -> bytes:
    buffer = BytesIO()
    document = Document()
    document.add_paragraph("监测数据")
    document.save(buffer)
    return buffer.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def a_pdf(name: str = "监测.pdf", text: str = "监测数据") -> SimpleUploadedFile:
    return upload(name, make_pdf([text]))


def send_with(page, *uploads, now=OPEN) -> Opinion:
    token = new_token(page.record.code, now=now)
    files = [stage_file(form_key=token.key, upload=each, now=now).sha256 for each in uploads]
    return send(page, TEXT, now=now, token=token, files=files).opinion


def stored() -> set[Path]:
    folder = Path(opinion_storage().path("opinions"))
    return {path for path in folder.rglob("*") if path.is_file()}


def file_keys() -> int:
    return DataKey.objects.filter(purpose="file").exclude(wrapped=None).count()


def words(response) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("照片.png", photo_bytes(), "image/jpeg"),
        ("照片", photo_bytes(kind="PNG"), "image/png"),
        ("照片.webp", photo_bytes(kind="WEBP"), "image/webp"),
        ("IMG.HEIC", photo_bytes(kind="HEIF"), "image/heic"),
        ("监测.docx", a_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("监测.jpg", make_pdf(["监测数据"]), "application/pdf"),
    ],
)
def test_the_type_is_told_from_the_content_and_nothing_lies_in_plain(name, content, kind) -> None:
    before = stored()
    file = stage_file(form_key="k", upload=upload(name, content), now=OPEN)
    assert (file.content_type, name_of(file), file.size) == (kind, name, len(content))
    (path,) = stored() - before
    assert content[:200] not in path.read_bytes()
    assert file_vault.read(file) == content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.jpg", b"", "空文件"),
        ("程序.jpg", b"MZ\x90\x00" * 50, "不是照片、PDF 或 DOCX"),
        ("旧.doc", b"\xd0\xcf\x11\xe0" * 50, "不是照片、PDF 或 DOCX"),
        ("断.jpg", photo_bytes(size=(600, 400))[:900], "照片已损坏"),
        ("脚本.pdf", make_pdf(["页"]).replace(b"/Type /Catalog", b"/Type /Catalog /JS (x)"), "脚本"),
        ("假.pdf", b"%PDF-1.7 garbage", "损坏"),
        ("大.pdf", b"%PDF-" + b"0" * 2000, "超过"),
    ],
)
def test_a_refusal_names_the_file_and_says_what_to_do(settings, name, content, reason) -> None:
    if reason == "超过":
        settings.OPINION_FILE_MAX_BYTES = 1000
    with pytest.raises(ValidationError) as refusal:
        stage_file(form_key="k", upload=upload(name, content), now=OPEN)
    (message,) = refusal.value.messages
    assert f"“{name}”" in message
    assert reason in message
    assert "请" in message
    assert not OpinionFile.objects.exists()
    assert file_keys() == 0


def test_number_and_room_are_bounded_and_the_same_bytes_wait_once(settings) -> None:
    settings.OPINION_FILES_MAX = 2
    one = stage_file(form_key="k", upload=photo(number=1), now=OPEN)
    assert stage_file(form_key="k", upload=photo(number=1), now=OPEN) == one
    stage_file(form_key="k", upload=photo(number=2), now=OPEN)
    with pytest.raises(ValidationError, match="最多带 2 个文件"):
        stage_file(form_key="k", upload=photo(number=3), now=OPEN)
    settings.OPINION_STAGED_MAX_BYTES = sum(OpinionFile.objects.values_list("size", flat=True))
    with pytest.raises(ValidationError, match="暂时收不下"):
        stage_file(form_key="other", upload=photo(number=4), now=OPEN)


def test_files_become_part_of_the_opinion_with_commitments_of_their_own(page) -> None:
    opinion = send_with(page, photo(number=1), a_pdf())
    files = list(opinion.files.all())
    assert [file.state for file in files] == ["committed", "committed"]
    assert opinion.ledger_entry.payload["files"] == [file.commitment for file in files]
    for file in files:
        assert file.commitment == commitment(bytes(file.salt or b""), canonical_bytes(file_fields(file)))
    assert len({bytes(file.salt or b"") for file in files}) == 2
    assert "监测" not in str(opinion.ledger_entry.payload)


def test_a_failure_between_leaves_waiting_files_and_no_opinion(page, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("notices.opinions.services.Commenter.save", broken)
    with pytest.raises(RuntimeError):
        send_with(page, photo(), a_pdf())
    assert not Opinion.objects.exists()
    assert not Entry.objects.filter(act="opinion_received").exists()
    assert set(OpinionFile.objects.values_list("state", "commitment")) == {("staged", "")}
    assert all(file_vault.read(file) for file in OpinionFile.objects.all())


def test_nothing_is_sent_when_other_files_wait_than_were_shown(page) -> None:
    token = new_token(page.record.code, now=OPEN)
    one = stage_file(form_key=token.key, upload=photo(number=1), now=OPEN)
    for named in ([], [one.sha256, "0" * 64]):
        with pytest.raises(FilesChangedError):
            send(page, now=OPEN, token=token, files=named)
    assert not Opinion.objects.exists()
    first = send(page, now=OPEN, token=token, files=[one.sha256])
    again = send(page, now=OPEN, token=token, files=[])
    assert (again.opinion.pk, again.repeated, again.opinion.files.count()) == (first.opinion.pk, True, 1)
    with pytest.raises(ValidationError, match="已经提交"):
        stage_file(form_key=token.key, upload=photo(number=2), now=OPEN)


def test_what_nobody_sends_is_dropped_after_a_day_with_bytes_and_key(page) -> None:
    sent = send_with(page, photo(number=1)).files.get()
    before = stored()
    stage_file(form_key="k", upload=photo(number=2), now=OPEN)
    assert drop_stale_files(now=OPEN + timedelta(hours=23)) == 0
    assert drop_stale_files(now=OPEN + timedelta(hours=25)) == 1
    assert stored() == before
    assert list(OpinionFile.objects.all()) == [sent]
    assert DataKey.objects.filter(purpose="file").count() == 1
    assert file_vault.read(sent)


def test_a_crash_while_storing_leaves_a_row_by_which_the_rest_is_cleared(monkeypatch) -> None:
    monkeypatch.setattr("notices.opinions.files.file_vault.write", lambda *args: exec("raise MemoryError"))
    with pytest.raises(MemoryError):
        stage_file(form_key="k", upload=photo(), now=OPEN)
    assert (OpinionFile.objects.count(), file_keys()) == (0, 0)
    monkeypatch.setattr("notices.opinions.files._clear", lambda file: None)
    with pytest.raises(MemoryError):
        stage_file(form_key="k", upload=photo(), now=OPEN)
    assert staged_files("k") == []
    monkeypatch.undo()
    assert drop_stale_files(now=OPEN + timedelta(days=2)) == 1
    assert (OpinionFile.objects.count(), file_keys()) == (0, 0)


def test_the_same_bytes_sent_twice_at_once_wait_once(monkeypatch) -> None:
    def write_while_the_other_request_comes(*args) -> None:
        monkeypatch.undo()
        first.append(stage_file(form_key="k", upload=photo(), now=OPEN))
        file_vault.write(*args)

    first: list[OpinionFile] = []
    before = stored()
    monkeypatch.setattr("notices.opinions.files.file_vault.write", write_while_the_other_request_comes)
    assert stage_file(form_key="k", upload=photo(), now=OPEN) == first[0]
    assert staged_files("k") == list(OpinionFile.objects.all()) == first
    assert (len(stored() - before), file_keys()) == (1, 1)


def test_a_connection_that_breaks_after_staging_costs_no_opinion_its_file(page, monkeypatch) -> None:
    @contextmanager
    def committed_sent_and_then_broken():
        yield
        monkeypatch.undo()
        send(page, now=OPEN, token=token, files=[file.sha256 for file in staged_files(token.key)])
        raise OperationalError("server closed the connection")

    token = new_token(page.record.code, now=OPEN)
    broken = SimpleNamespace(atomic=committed_sent_and_then_broken)
    monkeypatch.setattr("notices.opinions.files.transaction", broken)
    with pytest.raises(OperationalError):
        stage_file(form_key=token.key, upload=photo(), now=OPEN)
    assert file_vault.read(Opinion.objects.get().files.get())


@pytest.mark.parametrize("read_by", ["read", "chunks", "lines"])
def test_no_storage_is_handed_plain_bytes_however_it_reads(monkeypatch, read_by) -> None:
    class ObjectStore:
        def save(self, name, content):
            given.append(
                content.read()
                if read_by == "read"
                else b"".join(content.chunks() if read_by == "chunks" else content)
            )
            return name

        def path(self, name):
            raise NotImplementedError

    given: list[bytes] = []
    secret = "监测数据".encode() * 999_999
    monkeypatch.setattr(file_vault, "opinion_storage", ObjectStore)
    _key, cipher = create_data_key(now=OPEN)
    file_vault.write("x", BytesIO(secret), cipher)
    lines = given[0].splitlines()
    assert len(lines) > 1
    assert b"".join(map(cipher.decrypt, lines)) == secret


def test_without_javascript_one_file_a_step_travels_beside_the_text(filler, nothing_spilled) -> None:
    added = filler.post("add", files=photo("院子里的井.jpg"), **TYPED)
    assert TEXT in words(added)
    assert "院子里的井.jpg" in words(added)
    # A file that was chosen but not yet added comes along with the next step.
    contact = filler.post("contact", files=a_pdf(), **TYPED)
    named = re.findall(r'name="file_hash" value="(\w{64})"', contact.content.decode())
    assert len(named) == 2
    check = words(filler.post("check", "contact", file_hash=named, **TYPED))
    assert "院子里的井.jpg" in check
    assert "监测.pdf" in check
    receipt = words(filler.post("send", "check", file_hash=named, **TYPED))
    opinion = Opinion.objects.get()
    assert sorted(opinion.files.values_list("sha256", flat=True)) == sorted(named)
    for file in opinion.files.all():
        assert name_of(file) in receipt
        assert file.sha256 in receipt
    assert all(each in words(filler.post("send", "check", file_hash=named, **TYPED)) for each in named)


def test_a_refused_or_too_large_file_loses_neither_text_nor_the_others(filler, settings) -> None:
    settings.OPINION_FILE_MAX_BYTES = 100_000
    filler.post("add", files=photo("一.jpg"), **TYPED)
    bad, large = upload("坏.jpg", b"MZ" * 99), upload("大.jpg", b"\xff\xd8" * 90_000)
    for sent in ([bad], [large], [upload("近.jpg", b"MZ" * 40_000), upload("远.jpg", b"MZ" * 40_000)]):
        answer = filler.post("contact", files=sent, **TYPED)
        for each in sent:
            assert f"没有添加“{each.name}”" in words(answer)
        assert TEXT in words(answer)
        assert "一.jpg" in words(answer)
    assert "请先选择文件" in words(filler.post("add", **TYPED))
    assert OpinionFile.objects.count() == 1


def test_a_file_that_vanished_is_told_before_anything_is_sent(filler) -> None:
    shown = filler.post("add", files=photo("一.jpg"), **TYPED).content.decode()
    named = hidden(shown, "file_hash")
    drop_stale_files(now=OPEN + timedelta(days=2))
    answer = filler.post("send", "check", file_hash=named, **TYPED)
    assert words(answer).count("附件和核对时不一样，没有提交") == 1
    assert not Opinion.objects.exists()
    filler.post("send", "check", **TYPED)
    assert Opinion.objects.get().files.count() == 0


def test_removing_a_file_is_no_loss_and_nobody_removes_anothers(filler, page) -> None:
    filler.post("add", files=photo("一.jpg"), **TYPED)
    file = OpinionFile.objects.get()
    stranger = Filler(page)
    stranger.open()
    stranger.post(f"drop-{file.pk}", **TYPED)
    assert OpinionFile.objects.count() == 1
    answer = words(filler.post(f"drop-{file.pk}", file_hash=file.sha256, **TYPED))
    assert "一.jpg" not in answer
    assert "附件和核对时不一样" not in answer
    assert TEXT in answer
    assert (OpinionFile.objects.count(), file_keys()) == (0, 0)


def test_files_outlive_an_expired_token(filler, clock) -> None:
    clock.shift(LIFETIME - timedelta(minutes=1))
    named = hidden(filler.post("add", files=photo("一.jpg"), **TYPED).content.decode(), "file_hash")
    clock.shift(timedelta(minutes=5))
    renewed = filler.post("send", "check", file_hash=named, **TYPED)
    assert "请再点一次" in words(renewed)
    assert "一.jpg" in words(renewed)
    filler.token = hidden(renewed.content.decode(), "token")
    clock.shift(20)
    filler.post("send", "check", file_hash=named, **TYPED)
    assert name_of(Opinion.objects.get().files.get()) == "一.jpg"


def test_the_script_sends_files_to_an_address_of_its_own(filler, page, clock) -> None:
    address = reverse("opinion_files", args=[page.record.code])

    def post(**fields):
        return filler.client.post(address, fields)

    taken = post(token=filler.token, files=photo("一.jpg")).json()
    assert taken["refused"] == []
    assert taken["room"] == settings.OPINION_FILES_MAX - 1
    assert "一.jpg" in taken["list"]
    refused = post(token=taken["token"], files=upload("坏.jpg", b"MZ" * 99)).json()
    assert "坏.jpg" in refused["refused"][0]
    assert "一.jpg" in refused["list"]
    clock.shift(LIFETIME)
    renewed = post(token=filler.token, files=photo("二.jpg", number=2)).json()
    assert renewed["token"] != filler.token
    assert read_token(renewed["token"], page.record.code).opened_at == OPEN
    assert "一.jpg" in renewed["list"]
    assert post(token="forged", files=photo()).status_code == 409
    clock.move_to(AFTER)
    assert post(token=renewed["token"], files=photo(number=3)).status_code == 409
    assert OpinionFile.objects.count() == 2


def test_an_address_that_sends_many_files_waits(filler, monkeypatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(throttle, "pause", waits.append)
    monkeypatch.setattr(throttle, "FREE_FILES_AN_HOUR", 1)
    for number in (1, 2):
        filler.post("add", files=photo(number=number), **TYPED)
    assert len(waits) == 1


def test_a_trial_walks_all_steps_and_records_nothing(page, clock) -> None:
    client, address = Client(enforce_csrf_checks=True), reverse("opinion_trial", args=[page.record.code])
    assert "试填，不会提交" in words(client.get(address))
    for go, step in (("contact", "opinion"), ("check", "contact")):
        answer = client.post(address, {**TYPED, "go": go, "step": step, "files": photo()})
        assert "试填，不会提交" in words(answer)
    assert "请写下您的意见" in words(
        client.post(address, {**TYPED, "text": "", "go": "send", "step": "check"})
    )
    done = words(client.post(address, {**TYPED, "go": "send", "step": "check"}))
    assert "没有提交" in done
    assert TEXT in done
    assert not re.search(r"\d{6}-\d{4}-\d", done)
    assert not Opinion.objects.exists()
    assert not OpinionFile.objects.exists()
    assert not DataKey.objects.filter(purpose="commenter").exists()


@pytest.mark.parametrize(("stage", "status"), [("approved", 200), ("draft", 404), ("closed", 404)])
def test_a_trial_before_opening_tells_nothing_of_the_notice(clock, stage, status) -> None:
    page = make_notice(stage=stage, now=OPEN)
    answer = Client().get(reverse("opinion_trial", args=[page.record.code]))
    assert answer.status_code == status
    for withheld in (page.project_name, page.proponent_name, page.contact_phone, "柳坪村"):
        assert withheld not in words(answer)


def test_only_those_who_weigh_the_opinion_open_its_files_with_page_one(page, people) -> None:
    opinion = send_with(page, photo("王家院子.jpg", taken="2026:03:02 09:30:00"), a_pdf())
    picture, document = opinion.files.all()
    handed = {}
    for who in ("li", "zhao", "rival", "op", "guan", "outsider", "stranger"):
        user, client = getattr(people, who), Client()
        if user.is_authenticated:
            client.force_login(user)
        with time_machine.travel(AFTER, tick=False):
            entry = words(client.get(reverse("opinion_register:inspect", args=[opinion.pk])))
            answers = [client.post(reverse("opinion_file", args=[file.pk])) for file in (picture, document)]
            assert "Content-Disposition" not in client.get(reverse("opinion_file", args=[picture.pk]))
        assert "王家院子" not in entry
        assert (picture.sha256 in entry) == (who in {"li", "zhao", "op", "guan"})
        if all("Content-Disposition" in answer for answer in answers):
            handed[who] = answers
    assert set(handed) == {"li", "zhao"}
    assert set(FileAccess.objects.values_list("read_by__username", "original")) == {
        (who, original) for who in handed for original in (False, True)
    }
    copy_of_picture, copy_of_document = handed["li"]
    assert copy_of_picture["Content-Disposition"] == f'attachment; filename="{opinion.number}-1.jpg"'
    assert copy_of_picture["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in copy_of_picture["Cache-Control"]
    with Image.open(BytesIO(copy_of_picture.content)) as copy:
        assert not copy.getexif()
        assert copy.info.keys().isdisjoint({"exif", "comment", "icc_profile"})
    assert copy_of_document.content == file_vault.read(document)


def test_the_original_of_a_photo_is_page_two_and_needs_ground_and_reason(page, people) -> None:
    picture = send_with(page, photo(taken="2026:03:02 09:30:00")).files.get()
    client = Client()
    client.force_login(people.li)
    address = reverse("opinion_file_original", args=[page.pk, picture.pk])
    reason = {"basis": "feedback", "reason": "核实照片拍摄时间"}
    with time_machine.travel(OPEN, tick=False):
        assert "Content-Disposition" not in client.post(address, reason)
    with time_machine.travel(AFTER, tick=False):
        assert client.get(address).status_code == 200
        assert "Content-Disposition" not in client.post(address, {**reason, "reason": "看"})
        assert not FileAccess.objects.exists()
        answer = client.post(address, reason)
        with pytest.raises(PermissionDenied):
            hand_out_original(
                file=picture, user=people.guan, basis=AccessBasis.REVIEW, reason="核实照片", now=AFTER
            )
        client.force_login(people.op)
        assert client.post(address, {"basis": "exception", "reason": "公安机关调取"}).status_code == 200
    with Image.open(BytesIO(answer.content)) as original:
        assert original.getexif()
    assert set(FileAccess.objects.values_list("read_by__username", "basis")) == {
        ("li", "feedback"),
        ("op", "exception"),
    }


def test_the_approval_authority_opens_files_with_page_one(page, people) -> None:
    opinion = send_with(page, a_pdf())
    assert not may_open_files(people.guan, opinion)
    page.project.approval_authority = people.office
    page.project.save()
    opinion = Opinion.objects.get()
    assert may_open_files(people.guan, opinion)
    assert hand_out(file=opinion.files.get(), user=people.guan, now=AFTER).name == f"{opinion.number}-1.pdf"


def test_a_restriction_closes_documents_to_all_but_the_approval_authority_on_a_ground(page, people) -> None:
    opinion = send_with(page, photo(), a_pdf())
    picture, document = opinion.files.all()
    restrict_contact(opinion=opinion, now=AFTER)
    client = Client()
    client.force_login(people.li)
    with time_machine.travel(AFTER, tick=False):
        assert "Content-Disposition" in client.post(reverse("opinion_file", args=[picture.pk]))
        refused = client.post(reverse("opinion_file", args=[document.pk]), follow=True)
        assert "限制使用身份信息" in words(refused)
        original = reverse("opinion_file_original", args=[page.pk, document.pk])
        reason = {"basis": "feedback", "reason": "核实信件内容"}
        assert "Content-Disposition" not in client.post(original, reason)
    page.project.approval_authority, page.project.submitted_on = people.office, AFTER.date()
    page.project.save()
    document = Opinion.objects.get().files.get(pk=document.pk)
    with pytest.raises(ValidationError):
        hand_out(file=document, user=people.guan, now=AFTER)
    handed = hand_out_original(
        file=document, user=people.guan, basis=AccessBasis.REVIEW, reason="核实信件", now=AFTER
    )
    assert handed.data == file_vault.read(document)
    with time_machine.travel(AFTER, tick=False):
        client.force_login(people.guan)
        entry = words(client.get(reverse("opinion_register:inspect", args=[opinion.pk])))
    assert original in entry


def test_a_scan_is_recorded_with_a_letter_and_waits_while_a_field_is_wrong(
    page, people, nothing_spilled
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.li)
    address = reverse("opinions_record", args=[page.pk])
    typed = {"channel": "letter", "received_at": "2026-03-03 10:00", "kind": "person", "text": "来信全文"}
    with time_machine.travel(OPEN + timedelta(days=1), tick=False):
        shown = client.get(address).content.decode()
        key = hidden(shown, "form_key")
        token = client.cookies["csrftoken"].value
        typed |= {"form_key": key, "csrfmiddlewaretoken": token, "show_text": "on"}
        assert client.post(address, {**typed, "csrfmiddlewaretoken": "", "scans": a_pdf()}).status_code == 403
        wrong = client.post(address, {**typed, "scans": [a_pdf("信.pdf"), upload("坏.pdf", b"MZ" * 9)]})
        assert "信.pdf" in words(wrong)
        assert "没有添加“坏.pdf”" in words(wrong)
        assert "是谁同意的" in words(wrong)
        sent = {**typed, "name": "测试人", "file_hash": hidden(wrong.content.decode(), "file_hash")}
        # The second time with the scan once more, as a browser sends it that got no answer.
        again = {**sent, "scans": a_pdf("信.pdf")}
        answers: list[Any] = [client.post(address, fields) for fields in (sent, again)]
    opinion = Opinion.objects.get()
    assert {answer.url for answer in answers} == {reverse("opinion_register:inspect", args=[opinion.pk])}
    assert opinion.number in words(client.get(answers[1].url))
    assert (opinion.channel, opinion.transcriber, opinion.commenter.show_text) == ("letter", people.li, True)
    assert name_of(opinion.files.get()) == "信.pdf"
    assert len(opinion.ledger_entry.payload["files"]) == 1


def test_erased_files_leave_their_number_and_entry_and_nothing_to_read(
    page, people, django_capture_on_commit_callbacks
) -> None:
    opinion = send_with(page, photo("王家院子.jpg"), a_pdf())
    names = [file.file.path for file in opinion.files.all()]
    for user, role in ((people.outsider, "proponent"), (people.guan, "operator"), (None, "proponent")):
        with pytest.raises(PermissionDenied):
            erase_files(opinion=opinion, now=AFTER, role=role, user=user)
    with django_capture_on_commit_callbacks(execute=True):
        erase_files(opinion=opinion, now=AFTER)
        erase_files(opinion=opinion, now=AFTER)
    assert not any(Path(name).exists() for name in names)
    assert file_keys() == 0
    for file in opinion.files.all():
        assert (file.sealed_name, file.sha256, file.salt, file.state) == (None, "", None, FileState.COMMITTED)
        assert file.commitment
        with pytest.raises(KeyMissingError):
            file_vault.read(file)
    payloads = Entry.objects.filter(act="erased").values_list("payload", flat=True)
    assert list(payloads) == [{"numbers": [opinion.number], "part": "files"}]


def test_a_storage_that_fails_keeps_nobody_from_hearing_of_an_erasure(
    page, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    def broken(names) -> None:
        raise OSError("storage is down")

    def listen(sender, opinion, **kwargs) -> None:
        heard.append(opinion)

    heard: list[Opinion] = []
    opinion = send_with(page, photo())
    monkeypatch.setattr("notices.opinions.files.file_vault.remove", broken)
    opinion_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            erase_files(opinion=opinion, now=AFTER)
    finally:
        opinion_changed.disconnect(listen)
    assert heard == [opinion]


def test_damaged_bytes_are_never_handed_out(page, people) -> None:
    file = send_with(page, a_pdf()).files.get()
    path = Path(file.file.path)
    path.write_bytes(path.read_bytes()[:-40])
    client = Client()
    client.force_login(people.li)
    with time_machine.travel(AFTER, tick=False):
        answer = client.post(reverse("opinion_file", args=[file.pk]), follow=True)
    assert "文件已损坏" in words(answer)
    path.unlink()
    with pytest.raises(file_vault.FileDamagedError):
        hand_out(file=file, user=people.li, now=AFTER)


def test_names_of_files_stay_out_of_the_log(filler, caplog) -> None:
    caplog.set_level("DEBUG")
    filler.client.raise_request_exception = False
    filler.post("add", files=photo("王家院子.jpg"), **TYPED)
    filler.post("add", files=upload("王家坏的.jpg", b"MZ"), **TYPED)
    assert "王家" not in "\n".join(f"{row.getMessage()} {row.exc_text or ''}" for row in caplog.records)
