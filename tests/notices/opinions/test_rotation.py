"""Changing the master keys: everything stays readable, whenever the change is broken off; old keys go last."""

from __future__ import annotations

import os
import re
import signal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from notices.opinions import key_store
from notices.opinions.key_store import KeyMissingError, destroy_data_key
from notices.opinions.models import Commenter, DataKey
from notices.opinions.page_two import unseal
from notices.opinions.selectors import look_up
from notices.outbox.delivery import Letter, seal
from notices.outbox.delivery import unseal as open_letter
from notices.outbox.models import OutboxMail
from notices.sealing import Fernet, MultiFernet, key_file, master_cipher, rotation
from notices.sealing.rotation import Count, standing_of
from portal import key_rotation
from portal.key_rotation import HOLDERS
from tests.factories import make_notice
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send

LETTER = Letter("x@example.com", "正文")


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.MASTER_KEYS_FILE = tmp_path / "keys" / "master.keys"
    return settings.MASTER_KEYS_FILE


def queue() -> None:
    OutboxMail.objects.create(
        key="k",
        category="c",
        subject="s",
        sealed=seal(LETTER),
        created_at=PUBLISHED,
        next_attempt_at=PUBLISHED,
    )


def queued() -> Letter:
    sealed = OutboxMail.objects.get().sealed
    assert sealed is not None
    return open_letter(sealed)


def rotate(*arguments: str) -> str:
    printed = StringIO()
    call_command("rotate_keys", *arguments, stdout=printed)
    return printed.getvalue()


def let_time_pass(keys: Path) -> None:
    past = timezone.now().timestamp() - key_rotation.DROP_AFTER.total_seconds() - 60
    os.utime(keys, (past, past))


def lines(keys: Path) -> list[str]:
    return keys.read_text().split()


@pytest.mark.django_db(databases=["default", "keys"])
class TestWithoutAccidents:
    def test_everything_lies_under_the_new_key_and_the_old_one_can_go(self, keys: Path) -> None:
        receipt = send(make_notice(now=PUBLISHED), now=PUBLISHED)
        queue()
        (old,) = lines(keys)
        printed = rotate()
        assert "新的主密钥已写入" in printed
        assert re.search(r"数据密钥：2 个", printed)  # the commenter's and the look-up codes'
        assert re.search(r"待发邮件：1 个", printed)
        new, kept = lines(keys)
        assert kept == old
        let_time_pass(keys)
        assert "已删除 1 个旧主密钥" in rotate("--drop-old")
        assert lines(keys) == [new]
        assert unseal(Commenter.objects.get()) == PERSON
        assert queued() == LETTER
        assert look_up(number=receipt.opinion.number, code=receipt.code) == receipt.opinion

    def test_the_file_is_the_owners_alone_and_remarks_stay(self, keys: Path) -> None:
        key_file.read_keys()
        keys.write_text(f"# 2026-03, 李工\n{keys.read_text()}")
        keys.chmod(0o640)
        rotate()
        let_time_pass(keys)
        rotate("--drop-old")
        assert keys.stat().st_mode & 0o777 == 0o600
        assert "# 2026-03, 李工" in keys.read_text().splitlines()
        assert [path.name for path in keys.parent.iterdir()] == [keys.name]

    def test_old_keys_stay_while_requests_may_still_use_them(self, keys: Path) -> None:
        queue()
        rotate()
        with pytest.raises(CommandError, match="10 分钟后再试"):
            rotate("--drop-old")
        assert len(lines(keys)) == 2

    def test_old_keys_stay_while_something_lies_under_them(self, keys: Path) -> None:
        queue()
        key_file.add_key()
        let_time_pass(keys)
        with pytest.raises(CommandError, match="1 个待发邮件"):
            rotate("--drop-old")
        assert len(lines(keys)) == 2
        assert "没有旧主密钥" not in rotate()

    def test_nothing_to_drop_is_said(self, keys: Path) -> None:
        key_file.read_keys()
        let_time_pass(keys)
        assert "没有旧主密钥" in rotate("--drop-old")

    def test_a_key_destroyed_during_the_change_stays_destroyed(self, keys: Path, monkeypatch: Any) -> None:
        opinion = send(make_notice(now=PUBLISHED), now=PUBLISHED).opinion
        key_id = opinion.commenter.key_id
        assert key_id is not None
        really = rotation._standing

        def destroying(value: bytes, masters: list[Fernet]) -> Any:
            destroy_data_key(key_id, now=PUBLISHED)
            return really(value, masters)

        key_file.add_key()
        monkeypatch.setattr(rotation, "_standing", destroying)
        rotation.rewrap(key_store.DATA_KEYS)
        assert DataKey.objects.get(pk=key_id).wrapped is None
        with pytest.raises(KeyMissingError):
            unseal(opinion.commenter)

    def test_what_no_key_opens_is_said_and_left_alone(self, keys: Path) -> None:
        lost = Fernet(Fernet.generate_key()).encrypt(b"x")
        queue()
        OutboxMail.objects.update(sealed=lost)
        assert "1 个用现有的主密钥都打不开" in rotate()
        assert bytes(OutboxMail.objects.get().sealed or b"") == lost

    def test_a_value_written_under_the_old_key_meanwhile_is_found(self, keys: Path, monkeypatch: Any) -> None:
        """Another process had read the file before the new key was in it."""
        key_file.read_keys()
        stale = master_cipher()
        really, late = rotation.rewrap, [True]

        def rewrap(holder: Any) -> int:
            count = really(holder)
            if holder.field == "sealed" and late:
                late.clear()
                queue()
                OutboxMail.objects.update(sealed=stale.encrypt(b"{}"))
            return count

        monkeypatch.setattr(key_rotation, "rewrap", rewrap)
        assert "待发邮件：1 个" in rotate()
        assert standing_of(HOLDERS[1]) == Count(1, 0, 0)

    def test_only_one_change_runs_at_a_time(self, keys: Path) -> None:
        key_file.read_keys()
        with key_file.only_one() as alone:
            assert alone
            with pytest.raises(CommandError, match="正在运行"):
                rotate()
        assert len(lines(keys)) == 1

    def test_reading_is_paged_whatever_the_number(self, keys: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr(rotation, "CHUNK", 3)
        for _number in range(8):
            key_store.create_data_key(now=PUBLISHED)
        key_file.add_key()
        assert rotation.rewrap(key_store.DATA_KEYS) == 8
        assert standing_of(key_store.DATA_KEYS) == Count(8, 0, 0)


def test_every_use_of_the_master_keys_is_rotated() -> None:
    """A module that seals under the master keys without a holder would lose its data with the old key."""
    root = Path(key_file.__file__).parents[2]
    users = {
        path.relative_to(root).as_posix()
        for folder in ("notices", "portal", "search")
        for path in (root / folder).rglob("*.py")
        if "master_cipher(" in path.read_text() and path.parent.name not in {"sealing", "migrations"}
    }
    assert users == {
        "notices/opinions/key_store.py",
        "notices/outbox/delivery.py",
        "notices/subscriptions/key_store.py",
        "portal/signin/models.py",
        "portal/signin/second_factor.py",
    }
    assert {holder.field for holder in HOLDERS} == {"wrapped", "sealed"}


# Where the process is killed: what is called, and on which of its calls.
ACCIDENTS = [
    ("notices.sealing.key_file.Path.replace", 1),
    ("notices.sealing.key_file.os.fsync", 2),
    ("notices.sealing.rotation.MultiFernet.rotate", 1),
    ("notices.sealing.rotation.MultiFernet.rotate", 4),
    ("portal.key_rotation.rewrap", 2),
    ("portal.key_rotation._counts", 2),
]


def killed(step: str, call: int, run: Any) -> None:
    """Run in a child process that kills itself with SIGKILL when it calls a step."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # Once a browser has run in this process, a child sees connections of before it, dead by now.
            connections.close_all()
            module, _dot, name = step.rpartition(".")
            owner: Any = {
                "notices.sealing.key_file.Path": Path,
                "notices.sealing.key_file.os": os,
                "notices.sealing.rotation.MultiFernet": MultiFernet,
                "portal.key_rotation": key_rotation,
            }[module]
            really, left = getattr(owner, name), [call]

            def step_or_die(*args: Any, **kwargs: Any) -> Any:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return really(*args, **kwargs)

            setattr(owner, name, step_or_die)
            run()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), step
    assert os.WTERMSIG(status) == signal.SIGKILL, step


@pytest.mark.django_db(databases=["default", "keys"], transaction=True, serialized_rollback=True)
def test_a_change_that_is_killed_anywhere_is_gone_on_with(keys: Path) -> None:
    assert connection.settings_dict["NAME"] != ":memory:"
    secrets = [key_store.create_data_key(now=PUBLISHED) for _number in range(4)]
    token = [(key_id, cipher.encrypt(b"secret")) for key_id, cipher in secrets]
    queue()
    for step, call in ACCIDENTS:
        killed(step, call, rotate)
        assert key_file.read_keys(), step
        for key_id, sealed in token:
            assert key_store.open_data_key(key_id).decrypt(sealed) == b"secret", step
        assert queued() == LETTER, step
        rotate()
        assert {standing_of(holder).old for holder in HOLDERS} == {0}, step
        let_time_pass(keys)
        killed("notices.sealing.key_file.Path.replace", 1, lambda: rotate("--drop-old"))
        rotate("--drop-old")
        assert len(lines(keys)) == 1, step
        assert [path.name for path in keys.parent.iterdir()] == [keys.name], step
        for key_id, sealed in token:
            assert key_store.open_data_key(key_id).decrypt(sealed) == b"secret", step
