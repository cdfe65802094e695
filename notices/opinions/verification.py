"""The ledger against what it commits to: opinions, who wrote them, files, answers, redactions, erasures, attachments, archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from notices.committed_files import FileCheck
from notices.ledger.models import Chain
from notices.ledger.roots import roots_file
from notices.ledger.services import READ_AT_ONCE, Fault
from notices.ledger.verification import Witness, missing_chains, read_witness, witnessed_walk
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.opinions.verified_rows import Erased, RowCheck
from notices.services import CHAIN_PREFIX

_TRIES = 3


@dataclass(slots=True)
class ChainReport:
    """What the check of one chain found."""

    chain: str
    entries: int = 0
    opinions: int = 0
    faults: list[Fault] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)


def verify_ledger(
    *, codes: Iterable[str] = (), roots: Iterable[Path] = (), with_files: bool = False
) -> Iterator[ChainReport]:
    """Yield the report of each chain, or of those of the notices named, and first one of the roots and of what is lacking.

    ``roots`` are copies of the roots file beside this installation's own. ``with_files`` opens and hashes every file: those that
    came with opinions, attachments and archives.
    """
    own = roots_file()
    witness = read_witness([own, *roots], own=own)
    chains = Chain.objects.order_by("key")
    general = ChainReport("", faults=list(witness.faults))
    wanted = [f"{CHAIN_PREFIX}{code}" for code in codes]
    if wanted:
        chains = chains.filter(key__in=wanted)
        lacking = set(wanted) - set(chains.values_list("key", flat=True))
        general.faults += [Fault(key, 0, "chain_missing", _("没有这条台账")) for key in sorted(lacking)]
    else:
        general.faults += missing_chains(witness) + _opinions_without_chain()
    yield general
    for key in list(chains.values_list("key", flat=True)):
        yield verify_notice(key, witness, with_files=with_files)


def verify_notice(key: str, witness: Witness, *, with_files: bool = False) -> ChainReport:
    """Return the report of one chain. Acts that come in meanwhile do not look like damage: then it is read again."""
    for _attempt in range(_TRIES):
        chain = Chain.objects.get(key=key)
        report = _read_once(chain, witness, with_files=with_files)
        if not report.faults or Chain.objects.filter(pk=chain.pk, length=chain.length).exists():
            break
    return report


def _read_once(chain: Chain, witness: Witness, *, with_files: bool) -> ChainReport:
    report = ChainReport(chain.key)
    record = (
        NoticeRecord.objects.select_related("page").filter(code=chain.key.removeprefix(CHAIN_PREFIX)).first()
    )
    check = RowCheck(chain, record, with_files=with_files)
    files = FileCheck(chain, record, with_bytes=with_files)
    entries = witnessed_walk(chain, witness, report.faults)
    while batch := list(islice(entries, READ_AT_ONCE)):
        report.entries += len(batch)
        check.take(batch)
        files.take(batch)
    check.finish()
    report.opinions = check.opinions
    report.faults += check.faults + files.finish()
    report.erased = check.erased_rows()
    return report


def _opinions_without_chain() -> list[Fault]:
    chains = Chain.objects.values_list("key", flat=True)
    notices = Opinion.objects.order_by().values_list("notice__record__code", flat=True).distinct()
    lacking = {f"{CHAIN_PREFIX}{code}" for code in notices} - set(chains)
    return [Fault(key, 0, "chain_missing", _("公示有意见，没有台账")) for key in sorted(lacking)]
