"""The nightly check of the whole ledger, and what operators see of it."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime

from django.utils import timezone

from notices.ledger.models import LedgerCheck
from notices.opinions.verification import verify_ledger

logger = logging.getLogger(__name__)

NOT_BEFORE = 2  # o'clock: the root of the day that has ended is written by then
MOST_LISTED = 100


def check_nightly(*, now: datetime) -> LedgerCheck | None:
    """Check every chain from its first entry against its rows and the daily roots, once a day; None when it was done.

    Files that came with opinions are compared by their rows; their bytes are read by ``verify_ledger --files`` only.
    """
    local = timezone.localtime(now)
    if local.hour < NOT_BEFORE or LedgerCheck.objects.filter(day=local.date()).exists():
        return None
    chains = entries = 0
    faults = []
    for report in verify_ledger():
        chains += bool(report.chain)
        entries += report.entries
        faults += report.faults
    check = LedgerCheck.objects.create(
        day=local.date(),
        finished_at=timezone.now(),
        chains=chains,
        entries=entries,
        fault_count=len(faults),
        faults=[asdict(fault) for fault in faults[:MOST_LISTED]],
    )
    if faults:
        kinds = sorted({f"{fault.chain} {fault.kind}" for fault in faults[:MOST_LISTED]})
        logger.error("the ledger check found %d faults: %s", len(faults), "; ".join(kinds))
    return check
