"""Reads of chains and roots for pages, and the check of a chain that pages can afford."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry
from notices.ledger.roots import lines_of
from notices.ledger.services import READ_AT_ONCE, Fault, canonical_bytes, entry_fields, walk

FORMAT = "eia-ledger/1"
CANONICAL = (
    "JSON, UTF-8, keys sorted by code point, no spaces, non-ASCII characters as they are; "
    "hash = SHA-256 of these bytes of entry, lower-case hexadecimal; previous = hash of the entry before, 64 zeros for the first"
)
KEPT_SECONDS = 60 * 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a chain: how far it was read, from which moment the reading dates, and what does not hold."""

    position: int
    head: str
    since: datetime
    faults: tuple[Fault, ...] = ()


def verdict_on(chain: Chain) -> Verdict:
    """Return whether a chain holds. Within an hour only what was appended is read, then all of it again.

    So a page costs what is new, not the length of the chain; the nightly check reads all chains and their rows.
    """
    key = f"ledger-verdict:{chain.pk}"
    known: Verdict | None = cache.get(key)
    if known is not None and (known.faults or (known.position, known.head) == (chain.length, chain.head)):
        return known
    start = known or Verdict(0, GENESIS, timezone.now())
    faults: list[Fault] = []
    for _entry in walk(chain, faults, position=start.position, previous=start.head):
        pass
    verdict = Verdict(chain.length, chain.head, start.since, tuple(faults))
    left = KEPT_SECONDS - (timezone.now() - start.since).total_seconds()
    cache.set(key, verdict, max(1, int(left)))
    return verdict


def chain_as_json(chain: Chain) -> Iterator[bytes]:
    """Yield the JSON of a chain piece by piece: its entries as they are hashed, each with its hash."""
    head = {
        "canonicalisation": CANONICAL,
        "chain": chain.key,
        "format": FORMAT,
        "head": chain.head,
        "length": chain.length,
    }
    yield canonical_bytes(head)[:-1] + b',"entries":[\n'
    entries = chain.entries.filter(position__lte=chain.length).order_by("position")
    first = True
    for entry in entries.iterator(chunk_size=READ_AT_ONCE):
        yield (b"" if first else b",\n") + canonical_bytes(public_entry(entry, chain.key))
        first = False
    yield b"\n]}\n"


def public_entry(entry: Entry, chain_key: str) -> dict[str, object]:
    """Return an entry with its hash, as ledgers and proofs carry it."""
    return {"entry": entry_fields(entry, chain_key), "hash": entry.hash}


def roots_as_lines() -> Iterator[bytes]:
    """Yield the line of every daily root, as in the file that is kept outside the database."""
    for line in lines_of(DailyRoot.objects.order_by("day").iterator(chunk_size=20)):
        yield line.to_bytes()


def root_over(entry: Entry, chain: Chain) -> tuple[DailyRoot, Entry] | None:
    """Return the first daily root over an entry, with the entry whose hash it names as the chain's head; None before it."""
    for root in DailyRoot.objects.filter(day__gte=entry.day).order_by("day")[:3]:
        head = chain.entries.filter(hash=root.heads.get(chain.key, ""), position__gte=entry.position).first()
        if head is not None:
            return root, head
    return None
