"""The file of master keys: one Fernet key a line, the current one first; lines that begin with # are remarks.

It is never written in place: a draft beside it is synchronised and renamed, so that every reader finds the old file or
the new one whole, whenever the writer dies.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone


def key_file() -> Path:
    """Return the path of the file; where demo content is allowed a missing file is made.

    Raises ImproperlyConfigured when it is missing elsewhere.
    """
    path = Path(settings.MASTER_KEYS_FILE)
    if not path.exists():
        if not settings.DEMO_ALLOWED:
            raise ImproperlyConfigured(
                f"The master keys file {path} is missing. Restore it from its backup; for a new installation write "
                "one key of cryptography.fernet.Fernet.generate_key() into it, mode 0600."
            )
        _create(path)
    return path


def read_keys() -> list[Fernet]:
    """Return the master keys, the current one first. Raises ImproperlyConfigured when the file holds no usable key."""
    path = key_file()
    keys = _keys_in(path.read_text(encoding="utf-8"))
    if not keys:
        raise ImproperlyConfigured(f"The master keys file {path} holds no key.")
    try:
        return [Fernet(key) for key in keys]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The master keys file {path} holds a line that is no Fernet key."
        ) from error


def add_key() -> None:
    """Put a new key first; the others stay and still open what they sealed."""
    path = key_file()
    _replace(path, f"{Fernet.generate_key().decode()}\n{path.read_text(encoding='utf-8')}")


def drop_old_keys() -> int:
    """Leave the current key alone in the file; return how many were removed. Remarks stay."""
    path = key_file()
    text = path.read_text(encoding="utf-8")
    _current, *old = _keys_in(text)
    kept = [line for line in text.splitlines() if line.strip() not in old]
    if old:
        _replace(path, "\n".join(kept) + "\n")
    return len(old)


def changed_at() -> datetime:
    """Return when the file was last replaced."""
    return datetime.fromtimestamp(key_file().stat().st_mtime, tz=timezone.get_current_timezone())


@contextmanager
def only_one() -> Iterator[bool]:
    """Hold the right to change the file; yields False when another process has it.

    Drafts of a process that was killed are removed: they hold keys.
    """
    path = key_file()
    # The folder, not the file: the file is another one after it was replaced.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        for draft in path.parent.glob(f".{path.name}.*"):
            draft.unlink(missing_ok=True)
        yield True
    finally:
        os.close(folder)


def _keys_in(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return draft


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place: a second process never replaces the first one's key.
    draft = _draft(path, Fernet.generate_key() + b"\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _replace(path: Path, text: str) -> None:
    owner = path.stat()
    draft = _draft(path, text.encode())
    if os.geteuid() == 0:
        # Run by root, the file must stay the portal's own.
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
