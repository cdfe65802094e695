"""Keys of subscribers: made, opened and deleted in the key store, wrapped by the master keys; the hash of addresses."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.sealing import Fernet, InvalidToken, master_cipher
from notices.sealing.key_store import KEY_STORE, destroying
from notices.sealing.rotation import Holder
from notices.subscriptions.models import KeyPurpose, SubscriberKey

SUBSCRIBER_KEYS = Holder(_("订阅者密钥"), lambda: SubscriberKey.objects.using(KEY_STORE), "wrapped")


def create_key(*, now: datetime) -> tuple[UUID, Fernet]:
    """Make a key for one address, commit it to the key store and return its id and cipher."""
    secret = Fernet.generate_key()
    key = SubscriberKey.objects.create(
        wrapped=master_cipher().encrypt(secret), created_on=timezone.localdate(now)
    )
    return key.pk, Fernet(secret)


def open_keys(key_ids: Iterable[UUID]) -> dict[UUID, Fernet | None]:
    """Return the ciphers of keys; no entry for one that was deleted, see ``gone_keys``, or that the master keys do not open."""
    outer, ciphers = master_cipher(), {}
    for key in SubscriberKey.objects.filter(pk__in=set(key_ids), purpose=KeyPurpose.ADDRESS):
        try:
            ciphers[key.pk] = Fernet(outer.decrypt(bytes(key.wrapped)))
        except InvalidToken:
            continue
    return dict(ciphers)


def delete_keys(key_ids: Iterable[UUID]) -> None:
    """Delete keys: what they sealed can never be read again, in no copy of the database. The list of erasures names them."""
    gone = list(key_ids)
    with destroying(gone, now=timezone.now()):
        SubscriberKey.objects.filter(pk__in=gone, purpose=KeyPurpose.ADDRESS).delete()


def gone_keys(key_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the keys that are not in the key store any more; one that does not open is still there."""
    wanted = set(key_ids)
    return wanted.difference(SubscriberKey.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def keys_before(now: datetime, age: timedelta) -> list[UUID]:
    """Return the keys of addresses that are older than an age."""
    keys = SubscriberKey.objects.filter(purpose=KeyPurpose.ADDRESS)
    return list(keys.filter(created_on__lt=timezone.localdate(now - age)).values_list("pk", flat=True))


def address_hash(address: str) -> str:
    """Return the hash under which an address is compared; its secret outlives changes of the master keys."""
    key, _created = SubscriberKey.objects.get_or_create(
        purpose=KeyPurpose.HASH,
        defaults={
            "wrapped": master_cipher().encrypt(Fernet.generate_key()),
            "created_on": timezone.localdate(),
        },
    )
    secret = master_cipher().decrypt(bytes(key.wrapped))
    return hmac.new(secret, address.casefold().encode(), sha256).hexdigest()
