"""Appending to a chain and checking it.

What is hashed, so that anybody can do it again:

1. The canonical bytes of an object are its JSON in UTF-8: keys sorted by code point on every level, ``,`` and ``:`` without
   spaces, characters beyond ASCII as they are, within strings only ``"``, ``\\`` and control characters escaped. Numbers are whole.
2. An entry's hash is the SHA-256 of the canonical bytes of its seven public fields (``entry_fields``), in lower-case
   hexadecimal. ``previous`` is the hash of the entry before it, 64 zeros for the first; positions count from 1.
3. A commitment is the SHA-256 of 16 random bytes (the salt) followed by canonical bytes.
4. A daily root is the SHA-256 of the canonical bytes of ``day``, ``heads`` (the head of each chain by its key) and
   ``previous`` (the root before it, 64 zeros for the first).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the ledger does not hold: ``kind`` for programs, ``text`` for people, without personal data.

    ``position`` is 0 where the fault is not one entry's.
    """

    chain: str
    position: int
    kind: str
    text: str


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


def walk(chain: Chain, faults: list[Fault], *, position: int = 0, previous: str = GENESIS) -> Iterator[Entry]:
    """Yield the entries of a chain up to its length in their order and add to ``faults`` where it does not hold.

    Reads on after ``position``, whose hash is ``previous``. What is appended meanwhile is left for the next time.
    """

    def fault(kind: str, text: str) -> None:
        faults.append(Fault(chain.key, position, kind, text % {"position": position}))

    entries = chain.entries.filter(position__gt=position, position__lte=chain.length)
    for entry in entries.order_by("position").iterator(chunk_size=READ_AT_ONCE):
        position += 1
        if entry.position != position:
            fault("order", _("第 %(position)s 条缺失，或者次序被改"))
            position = entry.position
        if entry.previous != previous:
            fault("link", _("第 %(position)s 条没有接上前一条，次序被改或者被换过"))
        if sha256(canonical_bytes(entry_fields(entry, chain.key))).hexdigest() != entry.hash:
            fault("content", _("第 %(position)s 条的内容被改动"))
        previous = entry.hash
        yield entry
    beyond = chain.entries.filter(position__gt=F("chain__length")).exists()
    if previous != chain.head or position != chain.length or beyond:
        fault("end", _("第 %(position)s 条以后被截去，或者链头被改"))


@transaction.atomic
def record_daily_root(*, day: date) -> DailyRoot:
    """Write the root over all heads for a day, once; a second call returns the first root."""
    existing = DailyRoot.objects.filter(day=day).first()
    if existing is not None:
        return existing
    last = DailyRoot.objects.order_by("-day").first()
    previous = last.root if last else GENESIS
    heads = dict(Chain.objects.order_by("key").values_list("key", "head"))
    root = root_hash(day=day, heads=heads, previous=previous)
    return DailyRoot.objects.create(day=day, heads=heads, previous=previous, root=root)


def root_hash(*, day: date, heads: dict[str, str], previous: str) -> str:
    """Return the root over the heads of a day."""
    fields = {"day": day.isoformat(), "heads": heads, "previous": previous}
    return sha256(canonical_bytes(fields)).hexdigest()
