"""Erasing what is due: keys destroyed, numbers and ledger kept, each opinion in short transactions of its own.

A run that was broken off is made up for by the next one: an opinion stays due until the last of its steps.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from notices.opinions.answering import erase_commenter
from notices.opinions.feedback_notes import erase_notes
from notices.opinions.files import erase_files
from notices.opinions.models import Opinion
from notices.opinions.retention import due_opinions, is_due

logger = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True, slots=True)
class Expired:
    """How many opinions lost their page two in a run, and how many failed and stay due."""

    erased: int
    failed: int


def expire_personal_data(*, now: datetime, most: int | None = BATCH) -> Expired:
    """Erase page two, files and notes on feedback of opinions that are due, ``most`` of them in a run.

    One that fails is logged by number and kind of error and stops nobody else.
    """
    erased = failed = 0
    left = most
    for ground, due in due_opinions(timezone.localdate(now)):
        keys = list(due.order_by("pk").values_list("pk", flat=True)[:left])
        if left is not None:
            left -= len(keys)
        for pk in keys:
            # A run takes hours where much is due; a date may have been corrected since the list was read.
            if not is_due(pk, ground, timezone.localdate(now)):
                continue
            done = _expire(pk, now=now)
            erased, failed = erased + done, failed + (not done)
        if keys:
            logger.info("personal data expired (%s): %d opinions", ground, len(keys))
    return Expired(erased, failed)


def _expire(pk: int, *, now: datetime) -> bool:
    opinion = Opinion.objects.select_related("notice__record", "commenter").get(pk=pk)
    try:
        # Photos and scanned letters may say who wrote as well.
        erase_files(opinion=opinion, now=now)
        if hasattr(opinion, "commenter"):
            erase_commenter(opinion=opinion, now=now)
        # Where nobody left a name, or a note was written after page two had gone.
        erase_notes(opinion)
    except Exception as error:
        # The class alone: a message may hold what was to be erased.
        logger.error("personal data of %s was not erased: %s", opinion.number, type(error).__name__)
        return False
    return True
