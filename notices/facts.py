"""From a notice page to the plain facts that the rules judge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from notices.models.attachments import AttachmentKind
from notices.statutory.facts import (
    NEVER_IN_TEXT,
    FileFact,
    InsertionFact,
    NoticeFacts,
    NoticeKind,
    PaperPlaceFact,
    PostingFact,
    Way,
    WayFact,
)
from notices.statutory.identifiers import personal_data_in
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar
from notices.wording import page_ranges

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

FULL_WORKING_DAYS = 10  # Art. 10 para. 2
SIMPLIFIED_WORKING_DAYS = 5  # Art. 31 (2)


def working_days_of(page: NoticePage) -> int:
    """Return the shortest lawful window in working days: ten, or five under Art. 31."""
    return SIMPLIFIED_WORKING_DAYS if page.art31_simplified else FULL_WORKING_DAYS


def proposed_last_day(page: NoticePage, published_on: date, calendar: Calendar) -> date:
    """Return the last day of the window: the one asked for, else the shortest lawful one."""
    if page.requested_last_day is not None:
        return page.requested_last_day
    return comment_window(published_on, working_days=working_days_of(page), calendar=calendar).last_day


def _ways(page: NoticePage) -> tuple[WayFact, ...]:
    online = WayFact(Way.ONLINE, f"/n/{page.notice_code}/opinion/")
    return (online, *(WayFact(Way(row.way), row.address.strip()) for row in page.ways.all()))


def _files(page: NoticePage, kinds: set[str]) -> tuple[FileFact, ...]:
    if page.pk is None:
        return ()
    rows = page.files().filter(kind__in=kinds)
    return tuple(FileFact(row.file_name, row.pages, row.text_share, row.title) for row in rows)


def _personal_data_in_files(page: NoticePage) -> tuple[str, ...]:
    """Return what was seen in the files at upload, masked, but for the contacts that the notice itself gives."""
    if page.pk is None:
        return ()
    own = " ".join(
        [
            page.contact_phone,
            page.consultant_contact,
            *(row.address for row in page.ways.all()),
            *(row.contact for row in page.paper_places.all()),
        ]
    )
    known = set(personal_data_in(own))
    return tuple(
        _("《%(title)s》%(pages)s %(sample)s")
        % {"title": row.title, "pages": page_ranges(found["pages"]), "sample": found["sample"]}
        for row in page.files().exclude(personal_data=[])
        for found in row.personal_data
        if found["sample"] not in known
    )


def _evidence(page: NoticePage) -> dict[str, Any]:
    if page.pk is None:
        return {}
    insertions = page.newspaperinsertions.prefetch_related("files")
    postings = page.sitepostings.prefetch_related("files")
    return {
        "insertions": tuple(
            InsertionFact(row.published_on or row.planned_on, row.newspaper, bool(row.files.all()))
            for row in insertions
        ),
        "postings": tuple(
            PostingFact(row.village, row.posted_on, row.removed_on, len(row.files.all())) for row in postings
        ),
    }


def _text_of(page: NoticePage) -> str:
    parts = [
        page.project_name,
        page.location,
        page.content,
        page.existing_works,
        page.public_scope,
        page.art31_statement,
        *(row.address for row in page.ways.all()),
        *(f"{row.address} {row.hours} {row.contact}" for row in page.paper_places.all()),
        *(row.text for row in page.summary_points.all()),
    ]
    return "\n".join(part for part in parts if part)


def facts_from_page(page: NoticePage, *, on: date, calendar: Calendar) -> NoticeFacts:
    """Return the facts of a draft or published notice; ``on`` is the date taken when none is planned."""
    published_on = page.planned_date or on
    takes_opinions = page.kind == NoticeKind.DRAFT_REPORT
    statement = bool(_files(page, {AttachmentKind.STATEMENT}))
    report = (
        AttachmentKind.FULL_REPORT if page.kind == NoticeKind.PRE_APPROVAL else AttachmentKind.DRAFT_REPORT
    )
    return NoticeFacts(
        kind=NoticeKind(page.kind),
        unseen=unseen_fields(page),
        text=_text_of(page),
        project_name=page.project_name or None,
        project_code=page.project_code or None,
        proponent=page.proponent_name or None,
        consultant=page.consultant_name or None,
        location=page.location or None,
        nature=page.nature or None,
        existing_works=page.existing_works or None,
        division_codes=tuple(divisions_of(page)),
        filing_date=page.filing_date,
        contract_date=page.project.contracted_on if page.project else None,
        contact_name=page.contact_name or None,
        contact_phone=page.contact_phone or None,
        contact_email=page.contact_email or None,
        draft_report_files=_files(page, {report}),
        paper_places=tuple(
            PaperPlaceFact(row.address, row.hours, row.contact) for row in page.paper_places.all()
        ),
        public_scope=page.public_scope.strip() or None,
        villages=tuple(row.village for row in page.places.all() if row.in_scope),
        opinion_form_provided=page.kind != NoticeKind.PRE_APPROVAL,
        ways=_ways(page),
        publication_date=page.planned_date,
        window_start=page.planned_date if takes_opinions else None,
        window_end=(
            proposed_last_day(page, published_on, calendar) if takes_opinions and page.planned_date else None
        ),
        art31=page.art31_simplified,
        art31_evidence=tuple(
            part for part in (page.art31_park, page.art31_review, page.art31_statement) if part.strip()
        ),
        signature_unit=page.signature_unit or None,
        signature_date=page.signature_date,
        depth_decided=_depth_decided(page),
        personal_data_in_files=_personal_data_in_files(page),
        participation_statement_file=statement if page.kind == NoticeKind.PRE_APPROVAL else None,
        **_evidence(page),
    )


def _depth_decided(page: NoticePage) -> bool | None:
    """Return whether in-depth participation was decided on; None until the window has closed."""
    record = getattr(page, "record", None)
    if record is None or record.closed_at is None or record.historical:
        return None
    return bool(record.depth_decisions.exists())


def unseen_fields(page: NoticePage) -> frozenset[str]:
    """Return the facts that count as unseen: none but for a historical record."""
    record = getattr(page, "record", None)
    if record is None or not record.historical:
        return frozenset()
    # A page of the past cannot show what only the portal's own evidence would.
    return record.unseen | NEVER_IN_TEXT


def divisions_of(page: NoticePage) -> list[str]:
    """Return the division codes that a notice names, the project's county first."""
    codes = [page.division_code, *(row.division_code for row in page.places.all())]
    return list(dict.fromkeys(code for code in codes if code))
