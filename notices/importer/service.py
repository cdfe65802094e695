"""From parsed notices to drafts; never publishes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.importer.facts import facts_from_parsed
from notices.importer.parser import ParsedNotice
from notices.models import CommentWay, NoticeIndexPage, NoticePage, NoticeRecord, PaperPlace, ProponentPage
from notices.services import create_proponent
from notices.statutory.divisions import DivisionLevel, find_in_text
from notices.statutory.facts import NoticeKind, Way

KINDS = {
    "second_round": NoticeKind.DRAFT_REPORT,
    "first_round": NoticeKind.FIRST_ROUND,
    "pre_approval": NoticeKind.PRE_APPROVAL,
}
UNCLAIMED = "导入待认领"


@dataclass(frozen=True, slots=True)
class Draft:
    """What became of one parsed notice: its page, and whether it was there before."""

    page: NoticePage
    created: bool


def can_be_drafted(parsed: ParsedNotice) -> bool:
    """Whether a parsed page is a notice of a kind that the portal keeps."""
    return parsed.kind in KINDS and bool(parsed.project_name)


@transaction.atomic
def write_draft(*, parsed: ParsedNotice, user: Any = None) -> Draft:
    """Write a parsed notice as a draft below its proponent, once: the same text again returns the first draft."""
    known = NoticeRecord.objects.filter(source_text=parsed.source_text).first()
    if known is not None:
        return Draft(known.page, created=False)
    index = NoticeIndexPage.objects.get()
    name = parsed.proponent or UNCLAIMED
    proponent = ProponentPage.objects.child_of(index).filter(title=name).first()
    if proponent is None:
        proponent = create_proponent(index_page=index, name=name)
    page = _page_from(parsed)
    page.live = False
    proponent.add_child(instance=page)
    page.record.source_text = parsed.source_text
    page.record.unseen_fields = sorted(facts_from_parsed(parsed).unseen)
    page.record.save(update_fields=["source_text", "unseen_fields"])
    page.save_revision(user=user)
    return Draft(page, created=True)


def _page_from(parsed: ParsedNotice) -> NoticePage:
    investment = parsed.investment_wan_yuan
    page = NoticePage(
        kind=KINDS[parsed.kind],
        project_name=(parsed.project_name or "")[:200],
        project_code=(parsed.project_code or "")[:30],
        division_code=_county_in(parsed.location),
        location=(parsed.location or "")[:300],
        nature=parsed.nature or "",
        investment_wan_yuan=None if investment is None else Decimal(str(investment)),
        proponent_name=(parsed.proponent or "")[:200],
        contact_name=(parsed.contact_name or "")[:60],
        contact_phone=(parsed.contact_phone or "")[:40],
        contact_email=(parsed.contact_email or "")[:100],
        consultant_name=(parsed.consultant or "")[:200],
        consultant_contact=(parsed.consultant_contact_phone or "")[:100],
        public_scope=parsed.public_scope or "",
        filing_date=date.fromisoformat(parsed.filing_date) if parsed.filing_date else None,
        signature_unit=(parsed.signature_unit or "")[:200],
        signature_date=date.fromisoformat(parsed.signature_date) if parsed.signature_date else None,
        planned_date=_future_date(parsed.publication_date),
    )
    addresses = {Way.PHONE: parsed.contact_phone, Way.EMAIL: parsed.contact_email}
    ways = [Way(way) for way in parsed.how_to_comment if way != Way.ONLINE]
    page.ways.set([CommentWay(way=way, address=addresses.get(way) or "") for way in ways])
    if parsed.paper_copy_place:
        page.paper_places.set([PaperPlace(address=parsed.paper_copy_place[:200])])
    return page


def _future_date(text: str | None) -> date | None:
    """Return a printed publication date only where it can still be planned; a past one is no plan."""
    if not text:
        return None
    day = date.fromisoformat(text)
    return day if day >= timezone.localdate() else None


def _county_in(location: str | None) -> str:
    """Return the county code that a location names, empty where it names none or several."""
    counties = [row.code for row in find_in_text(location or "") if row.level is DivisionLevel.COUNTY]
    return counties[0] if len(counties) == 1 else ""
