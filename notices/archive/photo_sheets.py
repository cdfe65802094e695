"""The companion sheet of a poster: where it hangs, when to photograph it, and the code by which photos are sent in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from notices.archive.refusals import refuse, why_not_printed
from notices.archive.wording import Days, common_context, days_of, printed_at, wording_of
from notices.calendars import current_calendar
from notices.models import NoticeRecord, SitePosting
from notices.posting_uploads import upload_address
from notices.printing import PrintedFile, print_pdf, qr_data_uri
from notices.record_language import in_chinese
from notices.statutory.window import strip_days
from notices.statutory.workdays import Calendar


@dataclass(frozen=True, slots=True)
class PhotoDay:
    """An occasion to photograph a poster; ``on`` is None where no day is set."""

    label: str
    on: date | None


@in_chinese
def photo_sheets(record: NoticeRecord, postings: Sequence[SitePosting]) -> PrintedFile:
    """Return the companion sheets of postings as one PDF/A-3u, each on one page; they are not to be posted.

    Raises DocumentRefusedError, PrintingUnavailable, UnprintableTextError, PrintingFaultError.
    """
    refuse(why_not_printed(record))
    refuse(_revoked(postings))
    page = wording_of(record)
    days = days_of(record, page)
    calendar = current_calendar()
    context = {
        **common_context(record),
        "page": page,
        "days": days,
        "sheets": [_sheet(posting, days, calendar) for posting in postings],
    }
    return print_pdf(
        "archive/photo_sheets_pdf.html",
        context,
        variant="pdf/a-3u",
        title=_("%(title)s（张贴照片登记）") % {"title": page.title},
        created=printed_at(record),
    )


def _revoked(postings: Sequence[SitePosting]) -> str:
    """Return which sites take no photos by code any more, and what to do; empty when all do."""
    spots = "、".join(f"{row.village} {row.spot}" for row in postings if row.upload_revoked)
    if not spots:
        return ""
    return _("%(spots)s的照片上传码已停用。请先在“公开证据”页换发二维码，再打印。") % {"spots": spots}


def photo_days(start: date | None, last_day: date | None, calendar: Calendar) -> list[PhotoDay]:
    """Return when to photograph: the first day, the middle working day and the last; without an end, the first and the last."""
    if start is None or last_day is None or last_day < start:
        return [PhotoDay(_("开始"), start), PhotoDay(_("结束"), None)]
    counted = [day.date for day in strip_days(start, last_day, calendar) if day.number]
    middle = counted[(len(counted) - 1) // 2] if counted else start
    return [PhotoDay(_("开始"), start), PhotoDay(_("中间"), middle), PhotoDay(_("结束"), last_day)]


def _sheet(posting: SitePosting, days: Days, calendar: Calendar) -> dict[str, Any]:
    address = upload_address(posting)
    return {
        "posting": posting,
        "photo_days": photo_days(posting.posted_on or days.first, days.last, calendar),
        "upload_address": address.removeprefix("https://"),
        "qr": qr_data_uri(address),
    }
