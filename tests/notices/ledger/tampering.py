"""Ways to tamper with a ledger as somebody would who has the database in hand, past the models' own refusals."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import models

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry
from notices.ledger.services import Fault, canonical_bytes, entry_fields, root_hash, walk


def plain(model: type[models.Model]) -> Any:
    """Return the rows of a model without the manager that protects them."""
    return models.QuerySet(model)


def entry_at(key: str, position: int) -> Any:
    """Return the row of one entry."""
    return plain(Entry).filter(chain__key=key, position=position)


def change(key: str) -> None:
    """Change an entry."""
    entry_at(key, 3).update(role="operator")


def delete(key: str) -> None:
    """Delete an entry on which no row depends."""
    plain(Entry).filter(chain__key=key, act="answered")._raw_delete("default")


def reorder(key: str) -> None:
    """Let two entries change places."""
    entry_at(key, 3).update(position=10**6)
    entry_at(key, 4).update(position=3)
    entry_at(key, 10**6).update(position=4)


def cut(key: str) -> None:
    """Cut the end off and leave the head as it was."""
    plain(Entry).filter(chain__key=key, position=Chain.objects.get(key=key).length)._raw_delete("default")


def cut_with_head(key: str) -> None:
    """Cut the end off and move the head back."""
    cut(key)
    last = Entry.objects.filter(chain__key=key).order_by("-position")[:1].get()
    plain(Chain).filter(key=key).update(length=last.position, head=last.hash)


def recompute(key: str) -> None:
    """Forge an entry and recompute the chain with its head."""
    previous = GENESIS
    for entry in Entry.objects.filter(chain__key=key).order_by("position"):
        entry.previous = previous
        if entry.act == "closed":
            entry.payload = {"forged": True}
        previous = sha256(canonical_bytes(entry_fields(entry, key))).hexdigest()
        plain(Entry).filter(pk=entry.pk).update(payload=entry.payload, previous=entry.previous, hash=previous)
    plain(Chain).filter(key=key).update(head=previous)


def recompute_roots(key: str) -> None:
    """Recompute the chain, its head and every daily root in the database."""
    recompute(key)
    chain = Chain.objects.get(key=key)
    previous = GENESIS
    for root in DailyRoot.objects.order_by("day"):
        root.heads[key] = chain.head
        root.previous = previous
        root.root = previous = root_hash(day=root.day, heads=root.heads, previous=previous)
        root.save()


def verify_chain(chain: Chain) -> list[Fault]:
    """Return every place where a chain by itself does not hold, none when it is whole."""
    faults: list[Fault] = []
    for _entry in walk(chain, faults):
        pass
    return faults
