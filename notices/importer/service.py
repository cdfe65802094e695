"""From parsed notices to drafts; never publishes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.calendars import current_calendar
from notices.importer.drafting import ROW_MODELS, DraftContent, draft_content, page_with
from notices.importer.facts import KINDS, facts_from_parsed
from notices.importer.parser import ParsedNotice
from notices.marks import Source, mark, row_path
from notices.models import NoticeIndexPage, NoticePage, NoticeRecord, Origin, ProponentPage
from notices.services import create_proponent, fill_from_proponent

UNCLAIMED = "导入待认领"


@dataclass(frozen=True, slots=True)
class Draft:
    """What became of one parsed notice: its page, and whether it was there before."""

    page: NoticePage
    created: bool


def can_be_drafted(parsed: ParsedNotice) -> bool:
    """Whether a parsed page is a notice of a kind that the portal keeps."""
    return parsed.kind in KINDS and bool(parsed.project_name)


def content_of(parsed: ParsedNotice) -> DraftContent:
    """Return what a draft made today would take from a parsed notice."""
    return draft_content(parsed, today=timezone.localdate(), calendar=current_calendar())


def unsaved_draft(*, content: DraftContent, proponent: ProponentPage) -> NoticePage:
    """Return the notice that a draft below the proponent would be, unsaved, to see what it still misses."""
    page = page_with(content)
    fill_from_proponent(page, proponent)
    return page


@transaction.atomic
def write_draft(*, parsed: ParsedNotice, proponent: ProponentPage | None = None, user: Any = None) -> Draft:
    """Write a parsed notice as a draft with its marks, once: the same text again returns the first draft.

    Without ``proponent`` it goes below the one that the text names, made when it is missing, and takes nothing that the
    text does not say. A draft of the same text below another proponent is none of this one's business.
    """
    texts = NoticeRecord.objects.filter(source_text=parsed.source_text)
    known = (texts.below(proponent.path) if proponent else texts).first()
    if known is not None:
        return Draft(known.page, created=False)
    content = content_of(parsed)
    if proponent is None:
        page, proponent = page_with(content), _named_proponent(parsed.proponent or UNCLAIMED)
    else:
        page = unsaved_draft(content=content, proponent=proponent)
    proponent.add_child(instance=page)
    page.record.source_text = parsed.source_text
    page.record.source_doubts = list(content.doubts)
    page.record.unseen_fields = sorted(facts_from_parsed(parsed).unseen)
    page.record.save(update_fields=["source_text", "source_doubts", "unseen_fields"])
    mark(page=page, origin=Origin.TEXT, sources=_sources(page, content))
    page.save_revision(user=user)
    return Draft(page, created=True)


def _named_proponent(name: str) -> ProponentPage:
    index = NoticeIndexPage.objects.get()
    found = ProponentPage.objects.child_of(index).filter(title=name).first()
    return found or create_proponent(index_page=index, name=name)


def _sources(page: NoticePage, content: DraftContent) -> dict[str, Source]:
    """Return where each value of a saved draft came from; rows were saved in the order in which they were found."""
    rows = {name: iter(getattr(page, name).all()) for name in ROW_MODELS}
    return {
        row_path(item.name, next(rows[item.name]).pk) if item.is_row else item.name: Source(
            item.start, item.end, item.doubt
        )
        for item in content.found
    }
