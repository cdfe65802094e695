"""The newspaper text of a notice: from the notice to the facts of the pure composer, and to a Word file."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from notices.archive.addresses import opinion_address, short_address
from notices.archive.refusals import refuse, why_not_printed
from notices.archive.wording import days_of, printed_at, wording_of
from notices.models import NoticePage, NoticeRecord
from notices.printing.word import HEI, Text, WordFile
from notices.record_language import in_chinese
from notices.statutory.facts import NoticeKind, PaperPlaceFact, Way, WayFact
from notices.statutory.newspaper import (
    INSERTIONS,
    Insertion,
    NewspaperFacts,
    NewspaperText,
    newspaper_text,
)


def insertion_numbers(record: NoticeRecord) -> range:
    """Return the numbers of the insertions: two where the law asks for them (Art. 11 (2)), else a single voluntary one."""
    draft_report = record.page.specific.kind == NoticeKind.DRAFT_REPORT
    return range(1, INSERTIONS + 1 if draft_report else 2)


@in_chinese
def newspaper_of(record: NoticeRecord, number: int) -> NewspaperText:
    """Return the text of one insertion. Raises DocumentRefusedError and TooLongError."""
    refuse(why_not_printed(record))
    return newspaper_text(_facts(record, wording_of(record), number))


@in_chinese
def newspaper_docx(record: NoticeRecord, text: NewspaperText) -> bytes:
    """Return the text as a Word file, as newspapers ask for it."""
    title, *lines = text.text.split("\n")
    file = WordFile(
        title=title,
        author=settings.WAGTAIL_SITE_NAME,
        created=printed_at(record),
        margins=(25, 28, 25, 28),
    )
    file.text(Text(title, HEI, 16, "center"), space_after=10)
    for line in lines:
        file.text(Text(line, size=12), space_after=4)
    return file.content()


def planned_days(record: NoticeRecord) -> tuple[date | None, ...]:
    """Return the days of the insertions that are registered, the first two."""
    rows = record.page.newspaperinsertions.all()
    days = sorted(day for row in rows if (day := row.published_on or row.planned_on))
    return tuple(days[:INSERTIONS])


def _facts(record: NoticeRecord, page: NoticePage, number: int) -> NewspaperFacts:
    days = days_of(record, page)
    has_insertions = page.kind == NoticeKind.DRAFT_REPORT
    return NewspaperFacts(
        kind=NoticeKind(page.kind),
        on=days.first or timezone.localdate(),
        code=record.code,
        address=short_address(record.code),
        form_address=opinion_address(record.code),
        project_name=page.project_name,
        project_code=page.project_code,
        proponent=page.proponent_name,
        location=page.location,
        nature=page.nature,
        content=page.content,
        existing_works=page.existing_works,
        consultant=page.consultant_name,
        contact_name=page.contact_name,
        contact_phone=page.contact_phone,
        contact_email=page.contact_email,
        paper_places=tuple(
            PaperPlaceFact(row.address, row.hours, row.contact) for row in page.paper_places.all()
        ),
        public_scope=page.public_scope,
        villages=tuple(row.village for row in page.places.all() if row.in_scope),
        ways=tuple(WayFact(Way(row.way), row.address.strip()) for row in page.ways.all()),
        first_day=days.first,
        last_day=days.last,
        provisional=days.provisional,
        art31=page.art31_simplified,
        signature_unit=page.signature_unit,
        signature_date=page.signature_date,
        insertion=Insertion(number=number, days=planned_days(record)) if has_insertions else None,
    )
