"""The hash chain: what it takes, and that every way of tampering is found."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry
from notices.ledger.services import (
    append,
    canonical_bytes,
    commitment,
    entry_fields,
    new_salt,
    record_daily_root,
)
from tests.notices.ledger.tampering import verify_chain

pytestmark = pytest.mark.django_db

KEY = "notice:102345"
AT = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 3 March in Shanghai


@pytest.fixture
def chain() -> Chain:
    for number in range(5):
        append(chain_key=KEY, act="opinion_received", role="public", at=AT, payload={"number": number})
    return Chain.objects.get(key=KEY)


def row(position: int):
    """Return an entry as somebody with the database in hand would reach it, past the model's own refusals."""
    return Entry.objects.filter(chain__key=KEY, position=position)


def test_entries_follow_each_other_from_the_genesis(chain) -> None:
    entries = list(chain.entries.all())
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous == GENESIS
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    assert (chain.length, chain.head) == (5, entries[-1].hash)
    assert verify_chain(chain) == []


def test_the_hash_can_be_recomputed_from_the_public_fields_alone(chain) -> None:
    entry = chain.entries.get(position=2)
    public = entry_fields(entry, KEY)
    assert set(public) == {"chain", "position", "day", "act", "role", "payload", "previous"}
    plain = json.dumps(public, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert sha256(plain).hexdigest() == entry.hash


def test_an_entry_shows_the_local_day_and_no_time(chain) -> None:
    entry = chain.entries.get(position=1)
    assert entry.day == date(2026, 3, 3)
    assert "16:30" not in canonical_bytes(entry_fields(entry, KEY)).decode()


def test_an_entry_is_never_changed_or_deleted(chain) -> None:
    entry = chain.entries.get(position=1)
    entry.act = "other"
    with pytest.raises(ProtectedError):
        entry.save()
    with pytest.raises(ProtectedError):
        entry.delete()


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"number": 99}},
        {"act": "answered"},
        {"role": "operator"},
        {"day": date(2026, 3, 4)},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
    ],
)
def test_a_changed_entry_is_found_and_named(chain, change) -> None:
    row(3).update(**change)
    assert 3 in {fault.position for fault in verify_chain(chain)}


def test_a_missing_entry_is_found(chain) -> None:
    row(3)._raw_delete("default")
    assert verify_chain(chain)


def test_swapped_entries_are_found(chain) -> None:
    row(2).update(position=99)
    row(3).update(position=2)
    row(99).update(position=3)
    assert {fault.position for fault in verify_chain(chain)} >= {2, 3}


def test_a_cut_end_is_found(chain) -> None:
    row(5)._raw_delete("default")
    assert verify_chain(chain)


def test_a_head_that_was_moved_back_with_the_cut_end_differs_from_the_daily_root(chain) -> None:
    root = record_daily_root(day=date(2026, 3, 3))
    row(5)._raw_delete("default")
    last = row(4).get()
    Chain.objects.filter(key=KEY).update(length=4, head=last.hash)
    cut = Chain.objects.get(key=KEY)
    assert verify_chain(cut) == []
    assert root.heads[KEY] != cut.head


def test_a_recomputed_chain_differs_from_the_daily_root(chain) -> None:
    root = record_daily_root(day=date(2026, 3, 3))
    previous = GENESIS
    for entry in list(chain.entries.all()):
        entry.previous = previous
        if entry.position == 2:
            entry.payload = {"number": "forged"}
        previous = sha256(canonical_bytes(entry_fields(entry, KEY))).hexdigest()
        row(entry.position).update(payload=entry.payload, previous=entry.previous, hash=previous)
    Chain.objects.filter(key=KEY).update(head=previous)
    forged = Chain.objects.get(key=KEY)
    assert verify_chain(forged) == []
    assert root.heads[KEY] != forged.head


def test_a_daily_root_is_written_once_and_follows_the_one_before(chain) -> None:
    first = record_daily_root(day=date(2026, 3, 3))
    append(chain_key=KEY, act="closed", role="portal", at=AT)
    assert record_daily_root(day=date(2026, 3, 3)).pk == first.pk
    second = record_daily_root(day=date(2026, 3, 4))
    assert second.previous == first.root
    assert DailyRoot.objects.count() == 2


def test_an_entry_is_undone_with_the_act_it_belongs_to(chain) -> None:
    def act_that_fails() -> None:
        with transaction.atomic():
            append(chain_key=KEY, act="published", role="portal", at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_fails()
    assert verify_chain(Chain.objects.get(key=KEY)) == []
    assert Chain.objects.get(key=KEY).length == 5


def test_chains_are_independent(chain) -> None:
    append(chain_key="notice:200000", act="published", role="portal", at=AT)
    assert Chain.objects.get(key="notice:200000").length == 1
    assert Chain.objects.get(key=KEY).length == 5


def test_a_commitment_needs_its_salt() -> None:
    salt = new_salt()
    assert commitment(salt, b"text") == commitment(salt, b"text")
    assert commitment(salt, b"text") != commitment(new_salt(), b"text")
    assert commitment(salt, b"text") != commitment(salt, b"other")
