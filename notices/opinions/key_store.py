"""Data keys: made, opened and destroyed in the key store; wrapped by master keys that lie in a file of their own.

The file holds one Fernet key a line, the current one first; older ones still open what they wrapped.
"""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils import timezone

from notices.opinions.models.keys import DataKey, KeyPurpose
from notices.opinions.routers import KEY_STORE


class KeyMissingError(Exception):
    """The data key was destroyed or cannot be opened with the master keys at hand."""


def _read_master_keys(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="ascii").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _create_master_keys(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked into place: a second process never reads half a key, and never replaces the first one's.
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(Fernet.generate_key() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def master_cipher() -> MultiFernet:
    """Return the cipher of the master keys; where demo content is allowed a missing file is made.

    Raises ImproperlyConfigured when the file is missing or holds no usable key.
    """
    path = Path(settings.MASTER_KEYS_FILE)
    if not path.exists():
        if not settings.DEMO_ALLOWED:
            raise ImproperlyConfigured(
                f"The master keys file {path} is missing. Restore it from its backup; for a new installation write "
                "one key of cryptography.fernet.Fernet.generate_key() into it, mode 0600."
            )
        _create_master_keys(path)
    keys = _read_master_keys(path)
    if not keys:
        raise ImproperlyConfigured(f"The master keys file {path} holds no key.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The master keys file {path} holds a line that is no Fernet key."
        ) from error


def create_data_key(*, now: datetime) -> tuple[uuid.UUID, Fernet]:
    """Make a key for one commenter, commit it to the key store and return its id and cipher."""
    secret = Fernet.generate_key()
    key = DataKey.objects.using(KEY_STORE).create(
        purpose=KeyPurpose.COMMENTER,
        wrapped=master_cipher().encrypt(secret),
        created_on=timezone.localdate(now),
    )
    return key.pk, Fernet(secret)


def open_data_key(key_id: uuid.UUID) -> Fernet:
    """Return the cipher of a data key. Raises KeyMissingError when it was destroyed or does not open."""
    key = DataKey.objects.using(KEY_STORE).filter(pk=key_id).first()
    if key is None:
        raise KeyMissingError(str(key_id))
    return Fernet(_unwrap(key))


def _unwrap(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise KeyMissingError(str(key.pk))
    try:
        return master_cipher().decrypt(bytes(key.wrapped))
    except InvalidToken as error:
        raise KeyMissingError(str(key.pk)) from error


def destroy_data_key(key_id: uuid.UUID, *, now: datetime) -> None:
    """Destroy a key: what it sealed can never be read again. The emptied row says when."""
    connection = connections[KEY_STORE]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
    DataKey.objects.using(KEY_STORE).filter(pk=key_id).update(wrapped=None, destroyed_at=now)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # The write-ahead log would keep the old page.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def discard_data_key(key_id: uuid.UUID) -> None:
    """Delete a key whose opinion was never written."""
    DataKey.objects.using(KEY_STORE).filter(pk=key_id).delete()


def lookup_secret() -> bytes:
    """Return the secret of look-up codes; it outlives changes of SECRET_KEY and of the master keys."""
    key, _created = DataKey.objects.using(KEY_STORE).get_or_create(
        purpose=KeyPurpose.LOOKUP,
        defaults={
            "wrapped": master_cipher().encrypt(Fernet.generate_key()),
            "created_on": timezone.localdate(),
        },
    )
    return _unwrap(key)


def rewrap_data_keys() -> int:
    """Wrap every key anew under the first master key; return how many. Safe to run again."""
    cipher, count = master_cipher(), 0
    for key in DataKey.objects.using(KEY_STORE).exclude(wrapped=None).iterator():
        key.wrapped = cipher.rotate(bytes(key.wrapped or b""))
        key.save(using=KEY_STORE, update_fields=["wrapped"])
        count += 1
    return count
