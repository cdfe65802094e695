"""The clock's jobs that keep the index in order: rebuilt when it must be, compared with the database every night."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from search.backends.errors import SearchUnavailableError
from search.index_check import NotInspectable, inspectable
from search.index_upkeep import OVERDUE_AFTER
from search.models import IndexCheck
from search.tasks import compare_index

logger = logging.getLogger(__name__)

NOT_BEFORE: Final = 3  # o'clock: after the check of the ledger


def rebuild_if_needed(*, now: datetime) -> bool:
    """Queue a rebuild of an index that is missing, damaged or of another version; return whether one was queued.

    The first run after a start does so for an installation that was upgraded; the old index answers until the switch.
    """
    try:
        backend = inspectable()
    except NotInspectable:
        return False
    try:
        if not backend.needs_rebuild():
            return False
    except SearchUnavailableError as error:
        logger.warning("the search engine does not say whether it has an index: %s", error)
        return False
    logger.warning("the search index is missing, unreadable or of another version: a rebuild is queued")
    backend.request_rebuild()
    return True


def check_nightly(*, now: datetime) -> IndexCheck | None:
    """Queue the comparison of index and database, once a day; None when that was done or cannot be done.

    It runs on the queue of the index writer, behind every change queued so far. One that failed or was lost is queued
    again after a while.
    """
    local = timezone.localtime(now)
    check = IndexCheck.objects.filter(day=local.date()).first()
    if local.hour < NOT_BEFORE or (check and (check.finished_at or now - check.queued_at < OVERDUE_AFTER)):
        return None
    try:
        inspectable()
    except NotInspectable:
        return None
    with transaction.atomic():
        check = IndexCheck.objects.update_or_create(
            day=local.date(),
            defaults={"queued_at": now, "tries": check.tries + 1 if check else 1},
        )[0]
        compare_index.enqueue(check.pk)
    return check
