"""Files in a bucket: everything that works on files of a folder works on them, and nobody gets past the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.content_store import FilesUnavailableError, store
from notices.local_copies import clear_copies
from notices.models import Attachment
from notices.models.attachments import content_storage
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import FileState, OpinionFile
from notices.opinions.verification import verify_ledger
from portal.bucket_storage import BucketStorage
from portal.checks import check_files
from portal.health import State, examine
from tests.factories import make_draft, make_notice
from tests.notices.opinions.helpers import PERSON, send
from tests.pdf import make_pdf
from tests.people import make_people
from tests.portal.buckets import BUCKET, SECRET, Server, keep_files_in, running
from tests.portal.machines import Machine, backup

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def bucket(server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    keep_files_in(server.url(), settings, monkeypatch)
    return server


def file_address(attachment: Attachment) -> str:
    return f"/n/{attachment.notice.record.code}/files/{attachment.pk}/report.pdf"


def a_document() -> SimpleUploadedFile:
    return SimpleUploadedFile("说明.pdf", make_pdf(["水井"]))


def test_a_report_is_taken_published_searched_drawn_and_sent_in_parts(bucket: Server, client: Client) -> None:
    report = make_notice(now=timezone.now()).attachments.get()
    code = report.notice.record.code
    assert f"content/{report.sha256[:2]}/{report.sha256}" in bucket.names()
    whole = b"".join(client.get(file_address(report)))  # type: ignore[arg-type]
    assert len(whole) == report.size
    part = client.get(file_address(report), headers={"range": "bytes=100-199"})
    assert (part.status_code, b"".join(part)) == (206, whole[100:200])  # type: ignore[arg-type]
    assert client.get(file_address(report), headers={"if-none-match": part["ETag"]}).status_code == 304
    assert client.get(f"/n/{code}/report/{report.pk}/1/").status_code == 200
    picture = client.get(f"/n/{code}/report/{report.pk}/1/image")
    assert picture.status_code == 200
    assert picture["Content-Type"].startswith("image/")
    assert b"".join(client.get(reverse("archive_file", args=[code, 1]))).startswith(b"%PDF")  # type: ignore[arg-type]


def test_a_draft_is_sent_to_its_own_people_only_and_no_object_is_public(
    bucket: Server, client: Client
) -> None:
    people = make_people()
    draft = make_draft(proponent=people.company_a)
    address = file_address(draft.attachments.get())
    for user, status in ((None, 404), (people.outsider, 404), (people.rival, 404), (people.li, 200)):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(address).status_code == status, user
    for name in bucket.names():
        grants = bucket.client.get_object_acl(Bucket=BUCKET, Key=f"portal/{name}")["Grants"]
        assert all("URI" not in grant["Grantee"] for grant in grants)
    with pytest.raises(ValueError, match="no address"):
        draft.attachments.get().file.url  # noqa: B018


def test_reading_on_holds_no_more_than_a_block(bucket: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 20_000
    stored = store(SimpleUploadedFile("large.bin", content))
    asked: list[int] = []
    read_range = BucketStorage.read_range

    def noted(self: BucketStorage, name: str, first: int, last: int) -> bytes:
        asked.append(last - first + 1)
        return read_range(self, name, first, last)

    monkeypatch.setattr(BucketStorage, "read_range", noted)
    with content_storage().open(stored.name) as file:
        assert b"".join(iter(lambda: file.read(64 * 1024), b"")) == content
        assert max(asked) <= 1024**2
        file.seek(1000)
        assert file.read(10) == content[1000:1010]
    with pytest.raises(FileNotFoundError):
        content_storage().open("00/none")


@pytest.mark.usefixtures("key_store_as_installed")
def test_a_backup_of_a_bucket_restores_into_a_bucket_and_into_a_folder(
    bucket: Server, tmp_path: Path
) -> None:
    now = timezone.now()
    notice = make_notice(now=now)
    token = new_token(notice.record.code, now=now)
    file = stage_file(form_key=token.key, upload=a_document(), now=now)
    send(notice, now=now, token=token, files=[file.sha256])
    assert OpinionFile.objects.filter(opinion__isnull=False).count() == 1
    # The daily roots on this disk may name chains of other tests.
    chain, reports = f"notice:{notice.record.code}", verify_ledger(with_files=True)
    assert [fault for report in reports for fault in report.faults if fault.chain == chain] == []
    data, keys = backup(tmp_path)
    files = {name for name in bucket.names() if not name.startswith("content/unfinished")}
    for name, place in (("folder", ""), ("bucket", bucket.url(folder="elsewhere"))):
        machine = Machine(tmp_path / name)
        machine.variables["MEDIA_URL"] = place
        said, state = machine.run(("restore", data, "--keys", keys))
        assert "各链链头与备份时一致" in said
        assert state["faults"] == []
        assert set(state["contacts"].values()) == {PERSON.contact}
        there = (
            bucket.names("elsewhere")
            if place
            else [
                str(path.relative_to(machine.data))
                for path in (machine.data / "content").rglob("*")
                if path.is_file()
            ]
        )
        assert set(there) >= files, name


def test_without_its_bucket_the_portal_says_so_and_loses_nothing(
    bucket: Server, settings: Any, monkeypatch: pytest.MonkeyPatch, client: Client, tmp_path: Path
) -> None:
    report = make_notice(now=timezone.now()).attachments.get()
    record, address = report.notice.record, file_address(report)
    monkeypatch.setattr("portal.bucket_storage.CONNECT_WITHIN", 1)
    keep_files_in("s3+http://key:hidden-secret@127.0.0.1:9/files", settings, monkeypatch)
    answer = client.get(address)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "文件暂时打不开" in page
    assert "错误编号" in page
    assert "hidden-secret" not in page
    assert client.get(f"/n/{record.code}/").status_code == 200
    token = new_token(record.code, now=timezone.now())
    with pytest.raises(FilesUnavailableError, match="请过几分钟再试"):
        stage_file(form_key=token.key, upload=a_document(), now=timezone.now())
    assert not OpinionFile.objects.filter(state=FileState.STAGED).exists()
    (finding,) = [found for found in examine(now=timezone.now()).findings if found.name == "storage"]
    assert finding.state == State.DOWN
    with pytest.raises(CommandError, match="存放文件的服务没有应答"):
        call_command("backup", tmp_path / "portal.backup", stdout=StringIO())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CommandError, match="没有核对完"):
        call_command("verify_ledger", "--files", stdout=StringIO())


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (None, []),
        ("InvalidAccessKeyId", ["does not know the key"]),
        ("SignatureDoesNotMatch", ["secret in MEDIA_URL is wrong"]),
        ("AccessDenied", ["read, write, delete and list"]),
    ],
)
def test_the_start_says_what_is_wrong_with_the_bucket(
    bucket: Server, monkeypatch: pytest.MonkeyPatch, answers: str | None, says: list[str]
) -> None:
    def refused(self: BucketStorage) -> None:
        raise FilesUnavailableError(answers or "")

    if answers:
        monkeypatch.setattr(BucketStorage, "try_out", refused)
    found = check_files(databases=["default"])
    assert [word in str(error.hint) for error, word in zip(found, says, strict=True)] == [True] * len(says)
    assert SECRET not in str(found)


def test_the_start_tells_a_bucket_that_is_not_there(
    server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_files_in(server.url(bucket="none-such"), settings, monkeypatch)
    (error,) = check_files(databases=["default"])
    assert error.id == "portal.E004"
    assert "Make the bucket" in str(error.hint)


def test_copies_for_programs_go_when_nobody_uses_them(bucket: Server, client: Client) -> None:
    report = make_notice(now=timezone.now()).attachments.get()
    client.get(f"/n/{report.notice.record.code}/report/{report.pk}/1/image")
    folder = Path(portal_settings.DATA_DIR) / "copies"
    assert list(folder.iterdir())
    assert clear_copies(now=timezone.now()) == 0
    assert clear_copies(now=timezone.now() + timedelta(hours=1)) > 0
    assert not list(folder.iterdir())
