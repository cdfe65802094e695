"""The steps of a correction, as short as a test needs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from notices.corrections import apply_correction, open_correction
from notices.ledger.models import Chain
from notices.models import Correction, NoticeChange, NoticePage
from notices.services import chain_key
from tests.factories import confirm
from tests.notices.ledger.tampering import verify_chain
from tests.people import People

REASON = "联系电话印错"
ZONE = ZoneInfo("Asia/Shanghai")
# A Monday without holidays near: ten working days end on 16 March.
OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NEXT_WEEK = datetime(2026, 3, 9, 10, 0, tzinfo=ZONE)


def fresh(page: Any) -> NoticePage:
    """Return the page as the database has it."""
    return NoticePage.objects.get(pk=page.pk)


def entries(page: NoticePage) -> list[Any]:
    """Return the ledger of a notice in order."""
    return list(Chain.objects.get(key=chain_key(fresh(page).record)).entries.order_by("position"))


def assert_chain_holds(page: NoticePage) -> None:
    """Fail where the ledger of a notice does not verify."""
    assert verify_chain(Chain.objects.get(key=chain_key(fresh(page).record))) == []


def begin(page: NoticePage, user: Any, kind: str = "statutory", now: datetime | None = None) -> Correction:
    """Open a correction."""
    return open_correction(
        record=page.record, correction_class=kind, reason=REASON, user=user, now=now or timezone.now()
    )


def edit(page: NoticePage, user: Any, **changes: Any) -> NoticePage:
    """Save a draft with changes."""
    draft = fresh(page).get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision(user=user)
    return fresh(page)


def finish(page: NoticePage, user: Any, now: datetime | None = None) -> NoticeChange:
    """Apply the open correction of a notice as its draft was last saved, confirmed by its proponent."""
    page = fresh(page)
    confirm(page, now=now)
    correction = page.record.open_correction
    assert correction is not None
    return apply_correction(
        correction=correction, revision=page.get_latest_revision(), user=user, now=now or timezone.now()
    )


def correct(
    page: NoticePage, people: People, to: str = "statutory", now: datetime | None = None, **changes: Any
) -> NoticeChange:
    """Take a correction from its opening by li to its application by the operator."""
    begin(page, people.li, to, now)
    edit(page, people.li, **changes)
    return finish(page, people.op, now)
