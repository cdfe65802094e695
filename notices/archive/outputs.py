"""What the page of materials shows: each output with its links, or why it is not to be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notices.archive.addresses import short_address
from notices.archive.forms import PosterForm
from notices.archive.newspapers import insertion_numbers, newspaper_of
from notices.archive.refusals import why_no_form, why_not_printed
from notices.archive.wording import days_of, wording_of
from notices.models import NoticeRecord
from notices.printing import missing_parts, qr_data_uri
from notices.printing.rendering import PrintingUnavailable
from notices.statutory.facts import NoticeKind
from notices.statutory.newspaper import LIMIT, NewspaperText, TooLongError


@dataclass(frozen=True, slots=True)
class NewspaperOutput:
    """One insertion: its number and its text, or why there is none."""

    number: int
    text: NewspaperText | None
    problem: str = ""


def outputs_context(record: NoticeRecord) -> dict[str, Any]:
    """Return the context of the page of materials."""
    blocked = why_not_printed(record)
    postings = list(record.page.sitepostings.all())
    page = wording_of(record)
    address = short_address(record.code)
    return {
        "record": record,
        "blocked": blocked,
        "pdf_blocked": blocked or _no_printing(),
        "form_blocked": why_no_form(record),
        "form_pdf_blocked": why_no_form(record) or _no_printing(),
        "days": days_of(record, page),
        "address": address,
        "qr": qr_data_uri(address),
        "postings": postings,
        "poster_form": PosterForm(postings=postings),
        "needs_posting": page.kind == NoticeKind.DRAFT_REPORT and not page.art31_simplified,
        "needs_newspaper": page.kind == NoticeKind.DRAFT_REPORT,
        "art31": page.art31_simplified,
        **newspaper_context(record),
    }


def newspaper_context(record: NoticeRecord) -> dict[str, Any]:
    """Return the newspaper texts of a notice."""
    blocked = why_not_printed(record)
    texts = [] if blocked else [_newspaper(record, number) for number in insertion_numbers(record)]
    return {"record": record, "blocked": blocked, "newspapers": texts, "newspaper_limit": LIMIT}


def _newspaper(record: NoticeRecord, number: int) -> NewspaperOutput:
    try:
        return NewspaperOutput(number, newspaper_of(record, number))
    except TooLongError as error:
        return NewspaperOutput(number, None, str(error))


def _no_printing() -> str:
    missing = missing_parts()
    return str(PrintingUnavailable(missing)) if missing else ""
