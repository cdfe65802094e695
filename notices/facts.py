"""From a notice page to the plain facts that the rules judge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from notices.fact_providers import opinions_elsewhere, provided_facts
from notices.models.attachments import Attachment, AttachmentKind
from notices.models.records import NoticeRecord
from notices.projects import project_of
from notices.statutory.facts import (
    NEVER_IN_TEXT,
    FileFact,
    InsertionFact,
    NoticeFacts,
    NoticeKind,
    PaperPlaceFact,
    PlaceFact,
    PostingFact,
    Way,
    WayFact,
)
from notices.statutory.identifiers import personal_data_in
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models.pages import NoticePage

_OF_EARLIER_ROUNDS = frozenset(
    {"insertions", "postings", "opinions_unanswered", "opinions_untold", "register_count"}
)
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


def _files(page: NoticePage) -> dict[str, Any]:
    """Return the facts that attachments give."""
    rows = list(page.files()) if page.pk else []
    kinds = {row.kind for row in rows}
    is_last_round = page.kind == NoticeKind.PRE_APPROVAL
    report = AttachmentKind.FULL_REPORT if is_last_round else AttachmentKind.DRAFT_REPORT
    return {
        "draft_report_files": tuple(
            FileFact(row.file_name, row.pages, row.text_share, row.title)
            for row in rows
            if row.kind == report
        ),
        "participation_statement_file": AttachmentKind.STATEMENT in kinds if is_last_round else None,
        "art31_review_file": AttachmentKind.PLANNING_EIA in kinds,
        "personal_data_in_files": _personal_data_in(rows, page),
    }


def _personal_data_in(attachments: list[Attachment], page: NoticePage) -> tuple[str, ...]:
    """Return what was seen in the files at upload, masked, but for the contacts that the notice itself gives."""
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
        % {"title": row.title, "pages": row.places(found["pages"]), "sample": found["sample"]}
        for row in attachments
        for found in row.personal_data
        if found["sample"] not in known
    )


def _evidence(page: NoticePage) -> dict[str, Any]:
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
        page.consultant_name,
        page.consultant_contact,
        page.filing_authority,
        page.art31_park,
        page.art31_review,
        page.art31_statement,
        *(row.address for row in page.ways.all()),
        *(f"{row.address} {row.hours} {row.contact}" for row in page.paper_places.all()),
        *(row.text for row in page.summary_points.all()),
    ]
    return "\n".join(part for part in parts if part)


def _window(page: NoticePage, record: NoticeRecord | None, calendar: Calendar) -> dict[str, Any]:
    """Return the dates of a notice: those of its register row once it is public, else those that are planned."""
    takes_opinions = page.kind == NoticeKind.DRAFT_REPORT
    if record is not None and record.published_at is not None and not record.historical:
        return {
            "publication_date": record.published_on,
            "window_start": record.first_day if takes_opinions else None,
            "window_end": record.last_day,
        }
    planned = page.planned_date
    return {
        "publication_date": planned,
        "window_start": planned if takes_opinions else None,
        "window_end": proposed_last_day(page, planned, calendar) if takes_opinions and planned else None,
    }


def _earlier_rounds(page: NoticePage) -> list[NoticePage]:
    """Return the public first and second rounds of the project that a pre-approval publication reports on."""
    project = project_of(page) if page.kind == NoticeKind.PRE_APPROVAL else None
    if project is None:
        return []
    notices = type(page).objects.filter(project=project, record__published_at__isnull=False)
    earlier = notices.exclude(kind=NoticeKind.PRE_APPROVAL).exclude(record__historical=True)
    return list(earlier.select_related("record").order_by("record__published_at"))


def _participation(page: NoticePage, record: NoticeRecord | None, calendar: Calendar) -> dict[str, Any]:
    """Return window, evidence and opinions: of the notice itself, or of the rounds that a last one reports on."""
    if page.kind != NoticeKind.PRE_APPROVAL:
        opinions = provided_facts([page]) if page.pk else {}
        evidence = _evidence(page) if page.pk else {}
        return {**_window(page, record, calendar), **evidence, **opinions}
    own = _window(page, record, calendar)
    rounds = _earlier_rounds(page)
    opinions = _with_elsewhere(provided_facts(rounds), rounds[0]) if rounds else {}
    second = next((row for row in reversed(rounds) if row.kind == NoticeKind.DRAFT_REPORT), None)
    if second is None:
        return {**own, **opinions}
    return {
        **_window(second, second.record, calendar),
        "publication_date": own["publication_date"],
        "art31": second.art31_simplified,
        "villages": _villages(second),
        **_evidence(second),
        **opinions,
    }


def _with_elsewhere(opinions: dict[str, Any], page: NoticePage) -> dict[str, Any]:
    """Add to the registered opinions those of rounds held elsewhere: the statement counts all of them (Art. 19)."""
    registered, project = opinions.get("register_count"), project_of(page)
    if registered is None or project is None:
        return opinions
    return {**opinions, "register_count": registered + opinions_elsewhere(project)}


def _villages(page: NoticePage) -> tuple[str, ...]:
    return tuple(row.village for row in page.places.all() if row.in_scope)


def _proponent_uscc(page: NoticePage) -> str | None:
    """Return the code on the page above; a notice that is not in the tree yet has none."""
    proponents = apps.get_model("notices", "ProponentPage").objects.filter(path=page.path[: -page.steplen])
    return (proponents.values_list("uscc", flat=True).first() or None) if page.path else None


def facts_from_page(page: NoticePage, *, record: NoticeRecord | None, calendar: Calendar) -> NoticeFacts:
    """Return the facts of a draft or published notice with its register row."""
    participation = _participation(page, record, calendar)
    own = {
        "villages": _villages(page),
        "art31": page.art31_simplified,
        **_files(page),
    }
    return NoticeFacts(
        kind=NoticeKind(page.kind),
        unseen=unseen_fields(page, record) | _not_on_the_portal(page, participation),
        text=_text_of(page),
        project_name=page.project_name or None,
        project_code=page.project_code or None,
        proponent=page.proponent_name or None,
        proponent_uscc=_proponent_uscc(page),
        consultant=page.consultant_name or None,
        location=page.location or None,
        nature=page.nature or None,
        existing_works=page.existing_works or None,
        division_code=page.division_code or None,
        division_codes=tuple(divisions_of(page)),
        places=tuple(PlaceFact(row.village, row.division_code) for row in page.places.all()),
        filing_date=page.filing_date,
        contract_date=page.contracted_on or (page.project.contracted_on if page.project else None),
        contact_name=page.contact_name or None,
        contact_phone=page.contact_phone or None,
        contact_email=page.contact_email or None,
        platform_url=page.qualifying_platform_url or None,
        paper_places=tuple(
            PaperPlaceFact(row.address, row.hours, row.contact) for row in page.paper_places.all()
        ),
        public_scope=page.public_scope.strip() or None,
        opinion_form_provided=page.kind != NoticeKind.PRE_APPROVAL,
        ways=_ways(page),
        art31_evidence=tuple(
            part for part in (page.art31_park, page.art31_review, page.art31_statement) if part.strip()
        ),
        signature_unit=page.signature_unit or None,
        signature_date=page.signature_date,
        depth_decided=_depth_decided(record),
        statement_count=page.statement_count,
        **(own | participation),
    )


def _depth_decided(record: NoticeRecord | None) -> bool | None:
    """Return whether in-depth participation was decided on; None until the window has closed."""
    if record is None or record.closed_at is None or record.historical:
        return None
    return bool(record.depth_decisions.exists())


def _not_on_the_portal(page: NoticePage, participation: dict[str, Any]) -> frozenset[str]:
    """Return what a last round cannot show whose earlier rounds were published elsewhere."""
    if page.kind != NoticeKind.PRE_APPROVAL:
        return frozenset()
    return _OF_EARLIER_ROUNDS - participation.keys()


def unseen_fields(page: NoticePage, record: NoticeRecord | None) -> frozenset[str]:
    """Return the facts that count as unseen: none but for a historical record."""
    if record is None or not record.historical:
        return frozenset()
    # A page of the past cannot show what only the portal's own evidence would.
    return record.unseen | NEVER_IN_TEXT


def divisions_of(page: NoticePage) -> list[str]:
    """Return the division codes that a notice names, the project's county first."""
    codes = [page.division_code, *(row.division_code for row in page.places.all())]
    return list(dict.fromkeys(code for code in codes if code))
