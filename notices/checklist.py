"""What still stands between a draft and its publication, told at the place where it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.correction_rules import correction_obstacles, prepared_wording
from notices.facts import proposed_last_day, working_days_of
from notices.selectors import Strip, long_date, strip_for
from notices.services import findings_for
from notices.statutory.facts import NoticeKind
from notices.statutory.rules import Finding, Level
from notices.statutory.window import comment_window

if TYPE_CHECKING:
    from notices.models.corrections import Correction
    from notices.models.pages import NoticePage

# Where the editor shows a finding whose fact has no form field of that name.
FORM_FIELDS = {
    "window_start": "planned_date",
    "publication_date": "planned_date",
    "window_end": "requested_last_day",
    "window_text": "planned_date",
    "art31": "art31_simplified",
    "art31_evidence": "art31_park",
    "proponent": "proponent_name",
    "consultant": "consultant_name",
    "villages": "places",
    "division_codes": "division_code",
    "draft_report_files": "attachments",
    "participation_statement_file": "attachments",
    "text": "content",
}
FORMSETS = ("paper_places", "places", "ways", "summary_points")
ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to mend: what to do, by which rule and article, and where.

    ``anchor`` is the id of an element of the editor, empty when the item is not mended there.
    """

    level: Level
    message: str
    field: str
    anchor: str = ""
    rule_id: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class ProposedWindow:
    """The window that a planned date leads to, in words and drawn."""

    first_day: str
    last_day: str
    working_days: int
    provisional: bool
    requested: bool
    strip: Strip


@dataclass(frozen=True, slots=True)
class Checklist:
    """The findings on a draft, blocking ones first, and the proposed window."""

    blocking: tuple[ChecklistItem, ...]
    warnings: tuple[ChecklistItem, ...]
    hints: tuple[ChecklistItem, ...]
    window: ProposedWindow | None


def _anchor(page: NoticePage, field: str) -> str:
    if field == ATTACHMENTS:
        return "notice-attachments"
    if field in FORMSETS:
        return f"id_{field}-ADD"
    return f"id_{field}" if any(known.name == field for known in page._meta.fields) else ""


def _item(page: NoticePage, finding: Finding) -> ChecklistItem:
    field = FORM_FIELDS.get(finding.field, finding.field)
    return ChecklistItem(
        finding.level, finding.message, field, _anchor(page, field), finding.rule_id, finding.article
    )


def _correction_items(page: NoticePage, correction: Correction) -> list[ChecklistItem]:
    """Return what stands against a correction beside the rules."""
    obstacles = correction_obstacles(page, correction, now=timezone.now())
    return [ChecklistItem(Level.BLOCK, message, field, _anchor(page, field)) for field, message in obstacles]


def checklist_items(page: NoticePage, *, correcting: bool = True) -> list[ChecklistItem]:
    """Return everything the rules find, in the order of the rules.

    A draft is judged as of today, its planned date included; a published notice as of the day it was published. While a
    correction is open the page is judged as its draft, unless ``correcting`` says that it is the public wording.
    """
    today = timezone.localdate()
    record = getattr(page, "record", None)
    if record is not None and record.published_at is not None:
        correction = record.correction_being_edited if correcting else None
        first = _correction_items(prepared_wording(page, correction), correction) if correction else []
        found = findings_for(page, on=record.published_on or today)
        return [*first, *(_item(page, finding) for finding in found)]
    items = [_item(page, finding) for finding in findings_for(page, on=today)]
    if page.planned_date is None:
        # The missing dates of the window follow from the planned date: one thing to do, said once.
        items = [item for item in items if item.rule_id != "L01"]
        items.append(ChecklistItem(Level.BLOCK, _("请填写计划公开日期。"), "planned_date", "id_planned_date"))
    elif page.planned_date < today:
        message = _("计划公开日期已过，请改为今天或以后的日期。")
        items.append(ChecklistItem(Level.BLOCK, message, "planned_date", "id_planned_date"))
    return items


def blocking_items(page: NoticePage) -> list[ChecklistItem]:
    """Return what stops a submission or an approval today."""
    return [item for item in checklist_items(page) if item.level == Level.BLOCK]


def checklist_of(page: NoticePage, *, correcting: bool = True) -> Checklist:
    """Return the checklist of a draft, or of a published notice."""
    items = checklist_items(page, correcting=correcting)

    def of(level: Level) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in items if item.level == level)

    return Checklist(of(Level.BLOCK), of(Level.WARN), of(Level.INFO), proposed_window(page))


def proposed_window(page: NoticePage) -> ProposedWindow | None:
    """Return the window that the planned date leads to; None without one, for a kind that has none, once it is set."""
    record = getattr(page, "record", None)
    is_set = record is not None and record.published_at is not None
    if is_set or page.kind != NoticeKind.DRAFT_REPORT or page.planned_date is None:
        return None
    calendar = current_calendar()
    window = comment_window(page.planned_date, working_days=working_days_of(page), calendar=calendar)
    last_day = max(proposed_last_day(page, page.planned_date, calendar), window.first_day)
    strip = strip_for(
        window.first_day,
        last_day,
        today=timezone.localdate(),
        provisional=window.provisional,
        calendar=calendar,
    )
    return ProposedWindow(
        first_day=long_date(window.first_day),
        last_day=long_date(last_day),
        working_days=max((cell.number or 0 for cell in strip.cells), default=0),
        provisional=window.provisional,
        requested=page.requested_last_day is not None,
        strip=strip,
    )


def checklist_context(page: Any) -> dict[str, Any]:
    """Return the template context of the checklist, for the editor, its refresh and the register."""
    return {"checklist": checklist_of(page), "page": page}
