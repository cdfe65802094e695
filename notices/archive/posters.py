"""Posters: one for each place where the notice is posted, A4 and A3, with strips to tear off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.refusals import refuse, why_not_printed
from notices.archive.wording import Days, common_context, days_of, printed_at, printed_hash, wording_of
from notices.calendar_words import simplification_sentence
from notices.models import NoticePage, NoticePlace, NoticeRecord, SitePosting
from notices.printing import PrintedFile, print_pdf
from notices.record_language import in_chinese
from notices.statutory.facts import NoticeKind, Way
from notices.statutory.terms import term

# The size of 1rem, from large to small: the largest at which everything fits on one page is taken.
POSTER_SIZES = ("12pt", "11.2pt", "10.5pt", "9.7pt", "9pt", "8.3pt", "7.6pt", "6.9pt", "6.2pt", "5.5pt")
STRIPS = 9
_NEAREST = 3


class Paper(StrEnum):
    """A size of paper; A3 is A4 enlarged by the square root of two."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One poster: its paper and the place where it hangs, empty on one that may hang anywhere."""

    paper: Paper
    site: str = ""


def sheets_for(papers: Sequence[Paper], postings: Sequence[SitePosting | None]) -> list[Sheet]:
    """Return the posters of a batch, sorted by paper as a copy shop prints them; None stands for the general one."""
    sites = ["" if posting is None else str(posting) for posting in postings]
    return [Sheet(paper, site) for paper in papers for site in sites]


def posters(record: NoticeRecord, sheets: Sequence[Sheet] = (Sheet(Paper.A4),)) -> PrintedFile:
    """Return posters of an approved or published notice as one PDF/A-3u, each on one page.

    Raises DocumentRefusedError before approval, for notices that take no posters, when the address of this installation cannot
    be printed, and when the text is too long for a page; PrintingUnavailable, UnprintableTextError, PrintingFaultError.
    """
    refuse(why_not_printed(record))
    context = _context(record)
    fullest = Sheet(Paper.A4, max((sheet.site for sheet in sheets), key=len))
    size, trial = _fit(context, fullest)
    printed = trial if list(sheets) == [fullest] else _print(context, sheets, size)
    if printed.pages != len(sheets):
        refuse(
            _("文字太多，一页排不下。请缩短项目名称、建设地点、查阅地点或提意见的方式，重新核对后再打印。")
        )
    return printed


def _fit(context: dict[str, Any], sheet: Sheet) -> tuple[str, PrintedFile]:
    """Return the largest size at which the fullest sheet stays on its page, and that sheet; else the smallest size."""
    low, high = 0, len(POSTER_SIZES) - 1
    fitting: dict[int, PrintedFile] = {}
    while low < high:
        middle = (low + high) // 2
        printed = _print(context, [sheet], POSTER_SIZES[middle])
        if printed.pages == 1:
            high, fitting[middle] = middle, printed
        else:
            low = middle + 1
    return POSTER_SIZES[low], fitting.get(low) or _print(context, [sheet], POSTER_SIZES[low])


@in_chinese
def _print(context: dict[str, Any], sheets: Sequence[Sheet], size: str) -> PrintedFile:
    return print_pdf(
        "archive/poster_pdf.html",
        {**context, "sheets": sheets, "size": size},
        variant="pdf/a-3u",
        title=_("%(title)s（张贴公告）") % {"title": context["page"].title},
        created=printed_at(context["record"]),
    )


@in_chinese
def _context(record: NoticeRecord) -> dict[str, Any]:
    page = wording_of(record)
    days = days_of(record, page)
    return {
        **common_context(record),
        "page": page,
        "places": _nearest(page),
        "strip": days.strip(),
        "last_day": days.last,
        "simplification": simplification_sentence(page),
        "kind_line": _kind_line(page, days),
        "content_hash": printed_hash(page),
        "tear_offs": range(STRIPS),
        **_ways(page),
    }


def _kind_line(page: NoticePage, days: Days) -> str:
    """Return what is published, in the law's words of the first day."""
    on = days.first or timezone.localdate()
    if page.kind == NoticeKind.PRE_APPROVAL:
        return _("拟报批的%(report)s全文和公众参与说明") % {"report": term("eia_report", on=on)}
    return term("first_round" if page.kind == NoticeKind.FIRST_ROUND else "second_round", on=on)


def _nearest(page: NoticePage) -> list[NoticePlace]:
    """Return the nearest villages that the location itself does not name already."""
    rows = [
        row for row in page.places.all() if row.distance_km is not None and row.village not in page.location
    ]
    return sorted(rows, key=lambda row: row.distance_km)[:_NEAREST]


def _ways(page: NoticePage) -> dict[str, Any]:
    ways = list(page.ways.all())
    phone = next((row.address for row in ways if row.way == Way.PHONE and row.address), page.contact_phone)
    papers = list(page.paper_places.all())
    return {
        "phone": phone,
        "ways": [row for row in ways if row.way != Way.PHONE and row.address],
        "paper": papers[0] if papers else None,
        "more_papers": max(0, len(papers) - 1),
    }
