"""A backup taken while opinions come in brings an empty machine to the same state, and nothing back that was erased since."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
import traceback
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone

from notices.ledger.models import Chain, Entry
from notices.opinions.answering import erase_commenter
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import Opinion
from notices.opinions.page_two import unseal
from notices.subscriptions.services import stop
from portal.backups import writing
from tests.factories import make_notice
from tests.notices.opinions.helpers import PERSON, send
from tests.notices.subscriptions.helpers import COUNTY, RESIDENT, subscribed
from tests.pdf import make_pdf
from tests.portal.machines import Machine, backup

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)

SENDERS = 3
NEIGHBOUR = "zhuge.daman@example.com"


def sending(page, stop: threading.Event, sent: list[str]) -> threading.Thread:
    def run() -> None:
        try:
            while not stop.is_set():
                sent.append(
                    send(page, f"第 {len(sent)} 条：请加密监测井。", now=timezone.now()).opinion.number
                )
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.usefixtures("key_store_as_installed")
def test_a_backup_under_load_restores_every_opinion_key_and_file_with_equal_heads(tmp_path) -> None:
    now = timezone.now()
    page = make_notice(now=now)
    token = new_token(page.record.code, now=now)
    photo = SimpleUploadedFile("说明.pdf", make_pdf(["附件"]))
    file = stage_file(form_key=token.key, upload=photo, now=now)
    send(page, now=now, token=token, files=[file.sha256])
    stop, sent = threading.Event(), list[str]()
    threads = [sending(page, stop, sent) for _sender in range(SENDERS)]
    try:
        while len(sent) < 5:
            time.sleep(0.01)
        before = len(sent)
        data, keys = backup(tmp_path)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    machine = Machine(tmp_path / "elsewhere")
    machine.variables["PORTAL_SENDFILE"] = "nginx"
    said, state = machine.run(("restore", data, "--keys", keys))
    assert "各链链头与备份时一致" in said
    assert state["faults"] == []
    assert state["index"]
    # A proxy in the group of the portal may send what was restored.
    content = list((machine.data / "content").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in content if path.is_file()} == {0o640}
    assert {path.stat().st_mode & 0o777 for path in content if path.is_dir()} == {0o750}
    assert before < len(state["contacts"]) <= Opinion.objects.count()
    assert set(state["contacts"].values()) == {PERSON.contact}
    # The restored chain is the beginning of the one that went on here.
    chain = Chain.objects.get()
    assert list(state["heads"]) == [chain.key]
    assert Entry.objects.filter(chain=chain, hash=state["heads"][chain.key]).exists()


def test_a_portal_that_is_filled_is_not_restored_over(tmp_path) -> None:
    opinion = send(make_notice(now=timezone.now()), now=timezone.now()).opinion
    data, keys = backup(tmp_path)
    with pytest.raises(CommandError, match="不能恢复到上面"):
        call_command("restore", data, "--keys", keys, stdout=StringIO())
    assert unseal(Opinion.objects.get(pk=opinion.pk).commenter) == PERSON


# What a restoration that breaks off with the database in its place leaves behind, and what serve says to it.
BREAKS_OFF = """
from portal.backups import restoring
def tried(*command):
    try:
        call_command(*command)
    except Exception as error:
        print(error)
from notices.subscriptions.models import SubscriberKey
erase_again = restoring.erase_again
def full(*arguments, **options):
    raise OSError(28, "No space left on device")
restoring.erase_again = full
tried({command})
restoring.erase_again = erase_again
print(SubscriberKey.objects.filter(purpose="address").count(), "key left")
tried("serve")
"""


@pytest.mark.usefixtures("key_store_as_installed")
def test_what_was_erased_is_erased_again_even_by_a_restoration_that_broke_off(tmp_path) -> None:
    now = timezone.now()
    page = make_notice(now=now)
    erased, kept = (send(page, text, now=now).opinion for text in ("删去的一条。", "留下的一条。"))
    gone, _stays = (subscribed(address, county=COUNTY, now=now) for address in (RESIDENT, NEIGHBOUR))
    data, keys = backup(tmp_path)
    erase_commenter(opinion=erased, now=now)
    stop(subscription=gone)

    machine = Machine(tmp_path / "elsewhere")
    listed = Path(settings.LEDGER_ROOTS_DIR) / "erased.txt"
    assert not any(text in listed.read_text() for text in (PERSON.contact, RESIDENT))
    restore = ("restore", data, "--keys", keys, "--erased", listed)
    broken = BREAKS_OFF.format(command=", ".join(repr(str(part)) for part in restore))
    said, state = machine.run(restore, first=broken)
    before, _refused, after = said.partition("平台不能启动")
    assert "No space left" in before
    assert "1 key left" in before  # before any row knew of it
    assert "接着做" in after
    assert "各链链头与备份时一致" in after
    assert "1 条意见的个人信息" in after
    assert state["contacts"] == {erased.number: None, kept.number: PERSON.contact}
    assert state["subscribers"] == [NEIGHBOUR]
    assert state["faults"] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [("key 1b4e28ba", "第 1 行读不懂"), ("content 000000-00009-X anger", "销毁依据“anger”不对")],
)
def test_a_list_of_erasures_that_is_wrong_is_refused_before_anything_is_written(
    tmp_path, line, expected
) -> None:
    data, keys = backup(tmp_path)
    listed = tmp_path / "kept.txt"
    listed.write_text(f"2026-03-02T10:00:00+08:00 {line}\n")
    with pytest.raises(CommandError, match=expected):
        call_command("restore", data, "--keys", keys, "--erased", listed, stdout=StringIO())
    assert not (Path(settings.DATA_DIR) / "restoring.json").exists()


def test_without_the_keys_nothing_is_restored_unless_that_is_said(tmp_path) -> None:
    data, _keys = backup(tmp_path)  # of a portal without content, which may be restored over
    with pytest.raises(CommandError, match="--without-keys"):
        call_command("restore", data, stdout=StringIO())


def test_neither_file_holds_the_master_keys_and_only_one_holds_data_keys(tmp_path) -> None:
    send(make_notice(now=timezone.now()), now=timezone.now())
    data, keys = backup(tmp_path)
    master = Path(settings.MASTER_KEYS_FILE).read_bytes().split()[0]
    for path in (data, keys):
        assert path.stat().st_mode & 0o077 == 0
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            assert not any(master in archive.read(name) for name in archive.namelist())
    with zipfile.ZipFile(data) as archive:
        assert not any("keys" in name for name in archive.namelist())


def test_a_killed_backup_leaves_nothing_under_its_name_and_does_not_stop_the_next(
    tmp_path, monkeypatch
) -> None:
    make_notice(now=timezone.now())
    target = tmp_path / "portal.backup"
    reader, writer = os.pipe()
    connections.close_all()  # a child must not speak over its parent's
    child = os.fork()
    if child == 0:

        def stuck(*_arguments: object, **_options: object) -> None:
            os.write(writer, b"x")
            time.sleep(60)

        # Killed with the database copied and the archive begun.
        try:
            # Once a browser has run in this process, a child sees connections of before it, dead by now.
            connections.close_all()
            monkeypatch.setattr(zipfile.ZipFile, "write", stuck)
            call_command("backup", target, stdout=StringIO())
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)  # or it goes on with the tests beside its parent
    os.close(writer)
    assert os.read(reader, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == [".portal.backup.part"]
    (tmp_path / ".mine.part").mkdir()
    call_command("backup", tmp_path / "next.backup", stdout=StringIO())
    assert {path.name for path in tmp_path.iterdir()} == {"next.backup", ".mine.part"}
    call_command("backup", target, stdout=StringIO())
    with pytest.raises(CommandError, match="已经存在"):
        call_command("backup", target, stdout=StringIO())


def test_keys_are_copied_only_beside_a_whole_backup(tmp_path, monkeypatch) -> None:
    def damaged(*_what: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    make_notice(now=timezone.now())
    monkeypatch.setattr(writing, "_add", damaged)
    with pytest.raises(CommandError, match="备份没有完成"):
        call_command(
            "backup", tmp_path / "portal.backup", "--keys", tmp_path / "keys.backup", stdout=StringIO()
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("which", ["portal.backup", "keys.backup"])
def test_a_damaged_backup_and_the_wrong_one_are_refused(tmp_path, which) -> None:
    backup(tmp_path)
    cut = tmp_path / "cut.backup"
    cut.write_bytes((tmp_path / which).read_bytes()[:-200])
    with pytest.raises(CommandError, match="损坏"):
        call_command("restore", cut, stdout=StringIO())
    with pytest.raises(CommandError, match="不是数据备份"):
        call_command("restore", tmp_path / "keys.backup", stdout=StringIO())
