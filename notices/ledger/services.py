"""Appending to a chain and checking it.

The canonical bytes of an entry are UTF-8 JSON of chain, position, day, act, role, payload and previous, keys sorted,
no spaces, non-ASCII characters as they are; its hash is the SHA-256 of these bytes in lower-case hexadecimal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a chain does not hold."""

    chain: str
    position: int
    reason: str


def canonical_bytes(fields: dict[str, Any]) -> bytes:
    """Return the bytes that are hashed."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def commitment(salt: bytes, content: bytes) -> str:
    """Return the salted SHA-256 of a content; without the salt, which dies with the data, it says nothing."""
    return sha256(salt + content).hexdigest()


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return token_bytes(16)


def entry_fields(entry: Entry, chain_key: str) -> dict[str, Any]:
    """Return the public fields of an entry, those that are hashed."""
    return {
        "chain": chain_key,
        "position": entry.position,
        "day": entry.day.isoformat(),
        "act": entry.act,
        "role": entry.role,
        "payload": entry.payload,
        "previous": entry.previous,
    }


def lock_chain(chain_key: str) -> Chain:
    """Return the chain, locked until the surrounding transaction ends; made when it does not exist."""
    locked = Chain.objects.select_for_update()
    chain = locked.filter(key=chain_key).first()
    if chain is None:
        Chain.objects.get_or_create(key=chain_key)
        chain = locked.get(key=chain_key)
    return chain


@transaction.atomic(savepoint=False)
def append(
    *,
    chain_key: str,
    act: str,
    role: str,
    at: datetime,
    payload: dict[str, Any] | None = None,
    actor: Any = None,
) -> Entry:
    """Append an act to a chain and return the entry.

    ``payload`` is public: no names, contacts or exact times. Joins the caller's transaction, so that the act and its
    entry are written together or not at all.
    """
    chain = lock_chain(chain_key)
    entry = Entry(
        chain=chain,
        position=chain.length + 1,
        day=timezone.localdate(at),
        act=act,
        role=role,
        payload=payload or {},
        previous=chain.head,
        at=at,
        actor=actor,
    )
    entry.hash = sha256(canonical_bytes(entry_fields(entry, chain_key))).hexdigest()
    entry.save()
    chain.length = entry.position
    chain.head = entry.hash
    chain.save(update_fields=["length", "head"])
    return entry


def verify_chain(chain: Chain) -> list[Fault]:
    """Return every place where the chain does not hold, none when it is whole."""
    faults: list[Fault] = []
    previous, position = GENESIS, 0
    for entry in chain.entries.order_by("position").iterator():
        position += 1
        if entry.position != position:
            faults.append(Fault(chain.key, position, "missing or reordered entry"))
            position = entry.position
        if entry.previous != previous:
            faults.append(Fault(chain.key, entry.position, "does not follow the entry before it"))
        if sha256(canonical_bytes(entry_fields(entry, chain.key))).hexdigest() != entry.hash:
            faults.append(Fault(chain.key, entry.position, "content changed"))
        previous = entry.hash
    if previous != chain.head or position != chain.length:
        faults.append(Fault(chain.key, position, "end cut off or head changed"))
    return faults


@transaction.atomic
def record_daily_root(*, day: date) -> DailyRoot:
    """Write the root over all heads for a day, once; a second call returns the first root."""
    existing = DailyRoot.objects.filter(day=day).first()
    if existing is not None:
        return existing
    last = DailyRoot.objects.order_by("-day").first()
    previous = last.root if last else GENESIS
    heads = dict(Chain.objects.order_by("key").values_list("key", "head"))
    root = sha256(canonical_bytes({"day": day.isoformat(), "heads": heads, "previous": previous})).hexdigest()
    return DailyRoot.objects.create(day=day, heads=heads, previous=previous, root=root)


def record_root_of_yesterday(*, now: datetime) -> DailyRoot:
    """Write the root of the day that has ended; for the clock, once a day is enough."""
    return record_daily_root(day=timezone.localdate(now) - timedelta(days=1))
