"""Data keys on their way into another portal: unwrapped only to be sealed to somebody's key, wrapped anew where they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notices.opinions.key_store import KeyMissingError, discard_data_key, lookup_secrets, unwrapped, wrap
from notices.opinions.models.keys import DataKey, KeyPurpose
from notices.sealing.key_store import KEY_STORE

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CarriedKey:
    """A data key in plain, or of a destroyed one (``secret`` empty) the moment it was destroyed, as ISO 8601."""

    id: str
    purpose: str
    secret: str
    destroyed_at: str


@dataclass(frozen=True, slots=True)
class TakenKeys:
    """What became of carried keys: those that are new here, and how many this portal has destroyed and keeps destroyed."""

    new: tuple[UUID, ...]
    destroyed_here: int


def carried_keys(key_ids: Iterable[UUID]) -> Iterator[CarriedKey]:
    """Yield the keys of a notice. One that is lost or does not open is left out, and so is what it sealed."""
    wanted = sorted(set(key_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        for key in DataKey.objects.using(KEY_STORE).filter(pk__in=wanted[start : start + _AT_ONCE]):
            if key.wrapped is None:
                gone = key.destroyed_at.isoformat() if key.destroyed_at else ""
                yield CarriedKey(str(key.pk), key.purpose, "", gone)
                continue
            try:
                yield CarriedKey(str(key.pk), key.purpose, unwrapped(key).decode(), "")
            except KeyMissingError:
                continue


def carried_lookup_secrets() -> list[str]:
    """Return what look-up codes of this portal's notices are checked with."""
    return [secret.decode() for secret in lookup_secrets()]


def take_keys(carried: Iterable[CarriedKey], *, now: datetime) -> TakenKeys:
    """Write keys that are not here yet under this portal's master keys. What was destroyed, here or there, stays destroyed."""
    keys = {UUID(key.id): key for key in carried}
    known: dict[UUID, bool] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = DataKey.objects.using(KEY_STORE).filter(pk__in=list(keys)[start : start + _AT_ONCE])
        known |= {pk: wrapped is None for pk, wrapped in some.values_list("pk", "wrapped")}
    today = timezone.localdate(now)
    new = [
        DataKey(
            pk=pk,
            purpose=key.purpose,
            wrapped=wrap(key.secret.encode()) if key.secret else None,
            created_on=today,
            destroyed_at=parse_datetime(key.destroyed_at) if key.destroyed_at else None,
        )
        for pk, key in keys.items()
        if pk not in known
    ]
    DataKey.objects.using(KEY_STORE).bulk_create(new, batch_size=_AT_ONCE)
    still = sum(bool(keys[pk].secret) for pk, is_destroyed in known.items() if is_destroyed)
    return TakenKeys(tuple(key.pk for key in new), still)


def take_lookup_secrets(secrets: Iterable[str], *, now: datetime) -> None:
    """Keep secrets of look-up codes that are not known here, so that receipts issued elsewhere still open."""
    known = set(lookup_secrets())
    today = timezone.localdate(now)
    for secret in secrets:
        if secret.encode() not in known:
            DataKey.objects.using(KEY_STORE).create(
                purpose=KeyPurpose.RESTORED, wrapped=wrap(secret.encode()), created_on=today
            )


def give_back(taken: TakenKeys) -> None:
    """Delete keys whose notice was not restored after all."""
    for pk in taken.new:
        discard_data_key(pk)
