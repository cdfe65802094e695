"""Files under their hash: the name stands for the whole file, whatever happens while it is written."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from notices import content_store
from notices.content_store import clear_unfinished, store
from notices.models.attachments import content_storage
from notices.upload_services import clear_old_uploads

WORDS = "征求意见稿全文。".encode() * 400_000  # several pieces of a storage


def kept(name: str) -> bytes:
    with content_storage().open(name) as handle:
        return bytes(handle.read())


def unfinished() -> list[str]:
    try:
        return content_storage().listdir("unfinished")[1]
    except FileNotFoundError:
        return []


class Killed(BaseException):
    """What no handler expects."""


@pytest.mark.parametrize("moment", ["_sync", "Path.replace"])
def test_who_breaks_off_before_the_end_leaves_no_file_under_the_hash(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = WORDS + moment.encode()

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if moment == "_sync":
            patched.setattr(content_store, "_sync", killed)
        else:
            patched.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            store(BytesIO(content))
    name = store(BytesIO(content)).name
    assert kept(name) == content
    assert unfinished() == []


def test_half_a_file_that_is_there_already_is_not_taken_for_whole() -> None:
    content = WORDS + b"half"
    name = store(BytesIO(content)).name
    path = Path(content_storage().path(name))
    path.write_bytes(content[:1000])
    assert store(BytesIO(content)).name == name
    assert kept(name) == content


def test_the_same_bytes_are_written_once() -> None:
    content = WORDS + b"once"
    path = Path(content_storage().path(store(BytesIO(content)).name))
    before = path.stat()
    store(BytesIO(content))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert before.st_mode & 0o077 == 0


@pytest.mark.django_db
def test_what_a_killed_process_left_is_removed_after_a_day() -> None:
    folder = Path(content_storage().path("unfinished"))
    folder.mkdir(parents=True, exist_ok=True)
    old, fresh = folder / "old", folder / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    clear_old_uploads(now=timezone.now())
    assert (old.exists(), fresh.exists()) == (False, True)
    assert clear_unfinished(now=timezone.now() + timedelta(days=2)) == 1


def test_a_proxy_that_sends_the_files_may_pass_whatever_the_umask(settings: Any, tmp_path: Path) -> None:
    content = settings.STORAGES["content"]
    options = {
        "location": str(tmp_path / "content"),
        "file_permissions_mode": 0o640,
        "directory_permissions_mode": 0o750,
    }
    settings.STORAGES = {**settings.STORAGES, "content": {**content, "OPTIONS": options}}
    before = os.umask(0o077)
    try:
        file = Path(content_storage().path(store(BytesIO(WORDS)).name))
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (file, file.parent, file.parent.parent)]
    assert modes == [0o640, 0o750, 0o750]
