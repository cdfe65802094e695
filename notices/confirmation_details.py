"""What a register entry and the page of confirmation show about who confirmed which wording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.capacity import ROLE_LABELS
from notices.duties import Duty
from notices.gate import confirmation_gap, wording_digest
from notices.models.parties import PublicationConfirmation
from notices.models.records import NoticeStage
from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models import NoticePage, NoticeRecord


@dataclass(frozen=True, slots=True)
class Given:
    """One confirmation, whether it fits the present wording, and who gave or filed it."""

    confirmation: PublicationConfirmation
    fits: bool
    who: str


@dataclass(frozen=True, slots=True)
class ConfirmationState:
    """All confirmations of a notice, newest first, and what is missing; ``gap`` is empty when one fits."""

    digest: str
    given: tuple[Given, ...]
    gap: str
    url: str


def confirmation_state(record: NoticeRecord, page: NoticePage) -> ConfirmationState:
    """Return where the confirmation of the wording of ``page`` stands."""
    digest = wording_digest(page)
    given = tuple(
        Given(row, row.digest == digest, f"{ROLE_LABELS[row.role]} {row.organisation}".strip())
        for row in record.confirmations.all()
    )
    gap = "" if any(row.fits for row in given) else confirmation_gap(record, page)
    return ConfirmationState(digest, given, gap, confirmation_url(record))


def confirmation_url(record: NoticeRecord) -> str:
    """Return the address of the page of confirmation."""
    return reverse("notice_confirmation", args=[record.page_id])


def confirmation_duty(record: NoticeRecord, today: date, calendar: Calendar) -> Iterable[Duty]:
    """Return the confirmation as a duty of the 建设单位 while a submitted notice waits for it.

    A list of many notices has confirmations and states loaded; whether the wording is the same is looked at where it
    counts, at the approval.
    """
    page = record.page
    if record.stage not in (NoticeStage.DRAFT, NoticeStage.PUBLISHED) or not page.workflow_in_progress:
        return []
    saved_at = page.latest_revision_created_at
    given = any(saved_at is None or row.filed_at >= saved_at for row in record.confirmations.all())
    return [Duty("confirmation", str(_("确认公开")), page.planned_date, confirmation_url(record), done=given)]
