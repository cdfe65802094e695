"""Data keys: made, opened and destroyed in the key store; wrapped by the master keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.opinions.models.keys import DataKey, KeyPurpose
from notices.sealing import Fernet, InvalidToken, master_cipher
from notices.sealing.key_store import KEY_STORE, destroying
from notices.sealing.rotation import Holder

DATA_KEYS = Holder(_("数据密钥"), lambda: DataKey.objects.using(KEY_STORE).exclude(wrapped=None), "wrapped")


class KeyMissingError(Exception):
    """The data key was destroyed or cannot be opened with the master keys at hand."""


def create_data_key(*, now: datetime, purpose: KeyPurpose = KeyPurpose.COMMENTER) -> tuple[uuid.UUID, Fernet]:
    """Make a key for one commenter or one file, commit it to the key store and return its id and cipher."""
    secret = Fernet.generate_key()
    key = DataKey.objects.using(KEY_STORE).create(
        purpose=purpose,
        wrapped=wrap(secret),
        created_on=timezone.localdate(now),
    )
    return key.pk, Fernet(secret)


def open_data_key(key_id: uuid.UUID) -> Fernet:
    """Return the cipher of a data key. Raises KeyMissingError when it was destroyed or does not open."""
    key = DataKey.objects.using(KEY_STORE).filter(pk=key_id).first()
    if key is None:
        raise KeyMissingError(str(key_id))
    return Fernet(unwrapped(key))


def open_data_keys(key_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Fernet | None]:
    """Return the ciphers of many data keys: None for a destroyed one, no entry for one that is missing or does not open."""
    ciphers: dict[uuid.UUID, Fernet | None] = {}
    for key in DataKey.objects.using(KEY_STORE).filter(pk__in=set(key_ids)):
        if key.wrapped is None and key.destroyed_at is not None:
            ciphers[key.pk] = None
            continue
        try:
            ciphers[key.pk] = Fernet(unwrapped(key))
        except KeyMissingError:
            continue
    return ciphers


def wrap(secret: bytes) -> bytes:
    """Return the bytes of a key as they are kept, sealed under the current master key."""
    return master_cipher().encrypt(secret)


def unwrapped(key: DataKey) -> bytes:
    """Return the bytes of a key. Raises KeyMissingError when it was destroyed or the master keys do not open it."""
    if key.wrapped is None:
        raise KeyMissingError(str(key.pk))
    try:
        return master_cipher().decrypt(bytes(key.wrapped))
    except InvalidToken as error:
        raise KeyMissingError(str(key.pk)) from error


def destroy_data_key(key_id: uuid.UUID, *, now: datetime) -> None:
    """Destroy a key: what it sealed can never be read again. The emptied row says when, and so does the list of erasures."""
    with destroying([key_id], now=now):
        DataKey.objects.using(KEY_STORE).filter(pk=key_id).update(wrapped=None, destroyed_at=now)


def discard_data_key(key_id: uuid.UUID) -> None:
    """Delete a key whose opinion was never written."""
    DataKey.objects.using(KEY_STORE).filter(pk=key_id).delete()


def lookup_secret() -> bytes:
    """Return the secret of look-up codes; it outlives changes of SECRET_KEY and of the master keys."""
    key, _created = DataKey.objects.using(KEY_STORE).get_or_create(
        purpose=KeyPurpose.LOOKUP,
        defaults={
            "wrapped": wrap(Fernet.generate_key()),
            "created_on": timezone.localdate(),
        },
    )
    return unwrapped(key)


def lookup_secrets() -> list[bytes]:
    """Return the secrets under which look-up codes are checked: this portal's own and those that came with restored notices."""
    restored = DataKey.objects.using(KEY_STORE).filter(purpose=KeyPurpose.RESTORED).order_by("pk")
    return [lookup_secret(), *(unwrapped(key) for key in restored)]
