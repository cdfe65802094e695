"""Holding a chain for one transaction, with an eye on how long: whoever waits for it waits in front of a form."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from notices.ledger.models import Chain
from notices.ledger.services import lock_chain

logger = logging.getLogger(__name__)

LONGEST_MS = 100


@contextmanager
def locked_chain(chain_key: str) -> Iterator[Chain]:
    """Run the block in one transaction that holds the chain; the log says how long, with a warning when too long."""
    with transaction.atomic():
        chain = lock_chain(chain_key)
        began = time.perf_counter()
        yield chain
    held = round((time.perf_counter() - began) * 1000)
    logger.log(logging.WARNING if held > LONGEST_MS else logging.DEBUG, "chain held for %d ms", held)
