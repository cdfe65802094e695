"""Checking chains against the daily roots, those in the database and those kept outside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from notices.ledger.models import GENESIS, Chain, DailyRoot, Entry
from notices.ledger.roots import RootsDamagedError, read_lines
from notices.ledger.services import Fault, root_hash, walk
from notices.ledger.timestamps import token_holds


@dataclass(slots=True)
class Witness:
    """What the roots say: for each chain the heads that it had, each with the day that names it first and the source."""

    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    days: int = 0

    def names(self, chain: str, head: str, day: date, source: str) -> None:
        """Remember a head."""
        if head != GENESIS:
            self.heads.setdefault(chain, {}).setdefault(head, f"{day.isoformat()} {source}")

    def fault(self, kind: str, text: str) -> None:
        """Remember a fault of the roots themselves."""
        self.faults.append(Fault("", 0, kind, text))


def read_witness(files: Sequence[Path], *, own: Path | None = None) -> Witness:
    """Return what the roots in the database and in the files say, and where they contradict each other.

    ``own`` is the file that this installation writes itself: it must hold every root of the database.
    """
    witness = Witness()
    outside = [(path, _read_file(path, witness, own=path == own)) for path in files]
    known: dict[str, str] = {}
    previous = GENESIS
    for root in DailyRoot.objects.order_by("day").iterator(chunk_size=20):
        witness.days += 1
        _check_root(root, previous, witness)
        for path, roots in outside:
            kept = roots.pop(root.day, None)
            if kept is None and path == own:
                witness.fault("root_not_outside", _("%(day)s 的每日根没有写到库外") % {"day": root.day})
            elif kept is not None and kept != root.root:
                witness.fault("root_differs", _("%(day)s 的每日根和库外留存的不同") % {"day": root.day})
        for chain, head in root.heads.items():
            if known.get(chain) != head:
                witness.names(chain, head, root.day, _("每日根"))
        known, previous = root.heads, root.root
    for _path, roots in outside:
        for day in roots:
            witness.fault("root_missing", _("库外留存了 %(day)s 的每日根，数据库中没有") % {"day": day})
    return witness


def _check_root(root: DailyRoot, previous: str, witness: Witness) -> None:
    if root.previous != previous or root_hash(day=root.day, heads=root.heads, previous=previous) != root.root:
        witness.fault("root", _("%(day)s 的每日根被改动") % {"day": root.day})
    if root.token is not None and not token_holds(bytes(root.token), root.root):
        witness.fault("stamp", _("%(day)s 的时间戳和每日根不符") % {"day": root.day})


def _read_file(path: Path, witness: Witness, *, own: bool) -> dict[date, str]:
    """Return the roots of a file by day, as far as it is whole, and have the witness remember its heads."""
    roots: dict[date, str] = {}
    source = _("库外留存")
    try:
        with path.open("rb") as content:
            for line, _heads in read_lines(content):
                roots[line.day] = line.root
                for chain, head in line.changed.items():
                    if head is not None:
                        witness.names(chain, head, line.day, source)
    except RootsDamagedError as error:
        witness.fault(
            "roots_file",
            _("库外留存的每日根文件 %(name)s 第 %(line)s 行损坏") % {"name": path.name, "line": error.line},
        )
    except OSError:
        # An installation that has not ended its first day has no file yet; missing roots are named one by one.
        if not own:
            witness.fault("roots_file", _("读不到每日根文件 %(name)s") % {"name": path.name})
    return roots


def witnessed_walk(chain: Chain, witness: Witness, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the entries of a chain like ``walk``, and find the heads of the roots that are not in it."""
    missing = dict(witness.heads.get(chain.key, {}))
    position = 0
    for entry in walk(chain, faults):
        position = entry.position
        missing.pop(entry.hash, None)
        yield entry
    if missing:
        # All heads after a forged entry are missing: the earliest tells where to look.
        faults.append(
            Fault(
                chain.key,
                position,
                "root_head",
                _("%(source)s记的链头不在台账中，台账曾被截短或者重算") % {"source": min(missing.values())},
            )
        )


def missing_chains(witness: Witness) -> list[Fault]:
    """Return a fault for each chain that the roots name and the database does not have."""
    there = set(Chain.objects.values_list("key", flat=True))
    return [
        Fault(key, 0, "chain_missing", _("每日根中有这条台账，数据库中没有"))
        for key in sorted(witness.heads.keys() - there)
    ]
