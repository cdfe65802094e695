"""What every printed document of a notice needs: its wording, its days, its addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.archive.addresses import is_public_address, short_address, spoken_address
from notices.calendars import current_calendar
from notices.content_hash import content_hash, short_hash
from notices.facts import proposed_last_day, working_days_of
from notices.models import NoticePage, NoticeRecord
from notices.printing import qr_data_uri
from notices.selectors import Strip, strip_for
from notices.statutory.facts import NoticeKind
from notices.statutory.official_form import WORDINGS
from notices.statutory.window import comment_window


@dataclass(frozen=True, slots=True)
class Days:
    """The window as it is printed; ``last`` is None for a notice without one."""

    first: date | None
    last: date | None
    provisional: bool = False

    def strip(self) -> Strip | None:
        """Return the window drawn as its days, as they look on the first of them."""
        if self.first is None or self.last is None:
            return None
        return strip_for(
            self.first,
            self.last,
            today=self.first,
            provisional=self.provisional,
            calendar=current_calendar(),
        )


def wording_of(record: NoticeRecord) -> NoticePage:
    """Return the notice in its public or approved wording, not in that of a later draft."""
    revision = record.revision or record.approved_revision
    page: NoticePage = revision.as_object() if revision else record.page.specific
    page.record = record
    return page


def days_of(record: NoticeRecord, page: NoticePage) -> Days:
    """Return the days of a notice; before publication those that the planned date will bring."""
    if record.first_day is not None:
        return Days(record.first_day, record.last_day, record.provisional)
    first = record.planned_on or record.published_on
    if first is None or page.kind != NoticeKind.DRAFT_REPORT:
        return Days(first, None)
    calendar = current_calendar()
    window = comment_window(first, working_days=working_days_of(page), calendar=calendar)
    planned = record.planned_last_day or proposed_last_day(page, first, calendar)
    return Days(first, planned, window.provisional)


def printed_at(record: NoticeRecord) -> datetime:
    """Return the only date in a printed file: that of the act by which the notice got its wording."""
    return record.published_at or record.approved_at or timezone.now()


def common_context(record: NoticeRecord) -> dict[str, Any]:
    """Return what the templates of all printed documents show."""
    address, spoken = short_address(record.code), spoken_address(record.code)
    path = reverse("notice", args=[record.code])
    return {
        "record": record,
        "demo": record.demo,
        "historical": record.historical,
        "sample": not is_public_address(settings.WAGTAILADMIN_BASE_URL),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "address": address,
        "spoken_address": spoken,
        "address_host": spoken.removesuffix(path),
        "address_path": path,
        "qr": qr_data_uri(address),
        "pledge": WORDINGS["footer"],
    }


def printed_hash(page: NoticePage) -> str:
    """Return the fingerprint of a notice as it is printed: four groups of four digits."""
    return short_hash(content_hash(page, page.files()))
