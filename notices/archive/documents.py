"""The printed documents of a notice: archive, poster, blank opinion form."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.addresses import is_public_address, opinion_address, short_address, spoken_address
from notices.archive.editions import Edition
from notices.calendars import current_calendar
from notices.facts import proposed_last_day, working_days_of
from notices.models import NoticePage, NoticePlace, NoticeRecord, NoticeStage
from notices.printing import PrintedFile, print_pdf, qr_data_uri
from notices.selectors import Strip, strip_for
from notices.statutory.facts import NoticeKind, Way
from notices.statutory.official_form import OPINION_FORM, WORDINGS
from notices.statutory.window import ZONE, comment_window

# The size of 1rem, from large to small: the largest at which everything fits on one page is taken.
POSTER_SIZES = ("12pt", "11.2pt", "10.5pt", "9.7pt", "9pt", "8.3pt", "7.6pt", "6.9pt")


class DocumentRefusedError(Exception):
    """A document is not made in this state of the notice; the text says why and what to do."""


def _common(record: NoticeRecord) -> dict[str, Any]:
    address, spoken = short_address(record.code), spoken_address(record.code)
    path = reverse("notice", args=[record.code])
    return {
        "record": record,
        "demo": record.demo,
        "historical": record.historical,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "address": address,
        "spoken_address": spoken,
        "address_host": spoken.removesuffix(path),
        "address_path": path,
        "qr": qr_data_uri(address),
        "pledge": WORDINGS["footer"],
    }


def notice_archive(edition: Edition) -> PrintedFile:
    """Return the PDF/A-3a of a notice as it stood at an edition.

    Raises PrintingUnavailable, UnprintableTextError, PrintingFaultError.
    """
    context = edition.context()
    page = context["page"]
    entry = edition.entry()
    strip = context["strip"]
    context.update(_common(context["record"]))
    context.update(
        edition=edition,
        entry=entry,
        working_days=max((cell.number or 0 for cell in strip.cells), default=0) if strip else 0,
    )
    title = _("%(title)s（公示存档第%(number)s版）") % {"title": page.title, "number": edition.number}
    return print_pdf("archive/notice_pdf.html", context, title=title, created=edition.at)


def poster(record: NoticeRecord) -> PrintedFile:
    """Return the A4 poster of an approved or published notice as PDF/A-3u, on one page.

    Raises DocumentRefusedError before approval, for notices that take no posters, and when the address of this installation
    cannot be printed.
    """
    _refuse_poster(record)
    page = _wording(record)
    first_day, last_day = _poster_days(record, page)
    context = {
        **_common(record),
        "page": page,
        "places": _poster_places(page),
        "strip": _poster_strip(first_day, last_day, record),
        "first_day": first_day,
        "last_day": last_day,
        "sample": not is_public_address(settings.WAGTAILADMIN_BASE_URL),
        **_poster_ways(page),
    }
    created = record.published_at or record.approved_at or timezone.now()
    for size in POSTER_SIZES:
        printed = print_pdf(
            "archive/poster_pdf.html",
            {**context, "size": size},
            variant="pdf/a-3u",
            title=_("%(title)s（张贴公告）") % {"title": page.title},
            created=created,
        )
        if printed.pages == 1:
            break
    return printed


def blank_form(record: NoticeRecord) -> PrintedFile:
    """Return the official 公众意见表 with the name of the project filled in."""
    page = _wording(record)
    address = opinion_address(record.code)
    context = {
        **_common(record),
        "page": page,
        "form": OPINION_FORM,
        "qr": qr_data_uri(address),
        "opinion_address": address.removeprefix("https://"),
    }
    title = f"{OPINION_FORM.title}：{page.project_name}"
    return print_pdf(
        "archive/blank_form_pdf.html", context, title=title, created=record.published_at or _day(record)
    )


def has_blank_form(record: NoticeRecord) -> bool:
    """Whether the notice gives out the opinion form: public, of a round that takes opinions, not of the past."""
    return (
        record.stage == NoticeStage.PUBLISHED
        and not record.historical
        and record.page.specific.kind != NoticeKind.PRE_APPROVAL
    )


def _day(record: NoticeRecord) -> datetime:
    return datetime.combine(record.planned_on or date.min, time.min, tzinfo=ZONE)


def _wording(record: NoticeRecord) -> NoticePage:
    """Return the notice in its public or approved wording, not in that of a later draft."""
    revision = record.revision or record.approved_revision
    page: NoticePage = revision.as_object() if revision else record.page.specific
    page.record = record
    return page


def _refuse_poster(record: NoticeRecord) -> None:
    if record.stage == NoticeStage.DRAFT:
        raise DocumentRefusedError(_("公示核对通过后才能打印海报：那时公示码、公开日期和截止日期已经确定。"))
    if record.historical:
        raise DocumentRefusedError(_("历史记录不制作海报。"))
    if record.stage in (NoticeStage.WITHDRAWN, NoticeStage.SUPERSEDED):
        raise DocumentRefusedError(_("公示已撤回或已被取代，不再制作海报。"))
    if not (record.demo or settings.DEMO_ALLOWED or is_public_address(settings.WAGTAILADMIN_BASE_URL)):
        raise DocumentRefusedError(
            _(
                "海报上要印平台的网址，现在的网址 %(address)s 在外面打不开。请管理员把 PORTAL_URL 设为以 https 开头的正式网址。"
            )
            % {"address": settings.WAGTAILADMIN_BASE_URL}
        )


def _poster_places(page: NoticePage) -> list[NoticePlace]:
    """Return the nearest villages that the location itself does not name already."""
    rows = [
        row for row in page.places.all() if row.distance_km is not None and row.village not in page.location
    ]
    return sorted(rows, key=lambda row: row.distance_km)[:3]


def _poster_days(record: NoticeRecord, page: NoticePage) -> tuple[date | None, date | None]:
    if record.first_day is not None:
        return record.first_day, record.last_day
    if record.planned_on is None or page.kind != NoticeKind.DRAFT_REPORT:
        return record.planned_on, None
    return record.planned_on, proposed_last_day(page, record.planned_on, current_calendar())


def _poster_strip(first_day: date | None, last_day: date | None, record: NoticeRecord) -> Strip | None:
    if first_day is None or last_day is None:
        return None
    calendar = current_calendar()
    provisional = record.provisional
    if record.first_day is None:
        window = comment_window(first_day, working_days=working_days_of(_wording(record)), calendar=calendar)
        provisional = window.provisional
    return strip_for(first_day, last_day, today=first_day, provisional=provisional, calendar=calendar)


def _poster_ways(page: NoticePage) -> dict[str, Any]:
    ways = list(page.ways.all())
    phone = next((row.address for row in ways if row.way == Way.PHONE and row.address), page.contact_phone)
    papers = list(page.paper_places.all())
    return {
        "phone": phone,
        "ways": [row for row in ways if row.way != Way.PHONE and row.address],
        "paper": papers[0] if papers else None,
        "more_papers": max(0, len(papers) - 1),
    }
