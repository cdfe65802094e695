"""Data keys that nothing names: a process that died between the key store and the database leaves them behind.

A key is committed before the row that names it, so that no row can ever name a lost key. What a rolled-back act leaves is
removed at once; what a killed process leaves, here.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from notices.opinions.key_store import discard_data_key
from notices.opinions.models.keys import DataKey, KeyPurpose
from notices.sealing.key_store import KEY_STORE

logger = logging.getLogger(__name__)

NAMED_BY_ROWS = (KeyPurpose.COMMENTER, KeyPurpose.FILE)
# A crash leaves a handful. More means that the database is older than the key store: its rows may come back.
MOST = 200


class TooManyOrphansError(Exception):
    """More keys are named by nothing than crashes leave; ``count`` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} data keys are named by nothing")
        self.count = count


def clear_orphan_keys(*, now: datetime) -> int:
    """Delete what may be deleted and return how many; what may not is left with an error in the log. For the clock."""
    try:
        return delete_orphan_keys(now=now)
    except TooManyOrphansError as error:
        logger.error(
            "%d data keys are named by nothing; none was deleted. Was an older copy of the database restored?"
            " If its rows will not come back: manage.py clear_orphan_keys --force",
            error.count,
        )
        return 0


def delete_orphan_keys(*, now: datetime, most: int | None = None) -> int:
    """Delete the keys, older than a day, that nothing names; return how many.

    Raises TooManyOrphansError, and deletes none, when there are more than ``most``, by default MOST.
    """
    found = orphan_keys(created_before=timezone.localdate(now) - timedelta(days=1))
    if len(found) > (MOST if most is None else most):
        raise TooManyOrphansError(len(found))
    for key_id in found:
        discard_data_key(key_id)
    if found:
        logger.warning("%d data keys that nothing named were deleted", len(found))
    return len(found)


def orphan_keys(*, created_before: date | None) -> list[UUID]:
    """Return the live keys created before a day, None standing for all, that no row of this app names."""
    keys = DataKey.objects.using(KEY_STORE).filter(purpose__in=NAMED_BY_ROWS).exclude(wrapped=None)
    if created_before is not None:
        keys = keys.filter(created_on__lt=created_before)
    # The keys first: whatever is named between the two readings was not among them or is found named.
    candidates = list(keys.values_list("pk", flat=True))
    named = {
        key_id for model in _naming_models() for key_id in model.objects.values_list("key_id", flat=True)
    }
    return [key_id for key_id in candidates if key_id not in named]


def _naming_models() -> list[Any]:
    """Return every model of this app that names a key, those that are still to come included."""
    return [model for model in apps.get_app_config("opinions").get_models() if _names_a_key(model)]


def _names_a_key(model: type[models.Model]) -> bool:
    try:
        return isinstance(model._meta.get_field("key_id"), models.UUIDField)
    except FieldDoesNotExist:
        return False
