"""What still stands between a draft and its publication, told at the place where it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.correction_rules import correction_obstacles, prepared_wording
from notices.facts import proposed_last_day, working_days_of
from notices.gate import filing_gaps
from notices.judgement import Judged, Judgement, judgement_of
from notices.marks import open_marks, unconfirmed_message
from notices.models.records import NoticeRecord, NoticeStage, RuleWaiver
from notices.returned import return_of
from notices.selectors import Strip, long_date, strip_for
from notices.statutory.facts import NoticeKind
from notices.statutory.rules import Level
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
    "contract_date": "contracted_on",
    "platform_url": "qualifying_platform_url",
    "consultant": "consultant_name",
    "villages": "places",
    "division_codes": "division_code",
    "draft_report_files": "attachments",
    "participation_statement_file": "attachments",
    "art31_review_file": "attachments",
    "personal_data_in_files": "attachments",
    "text": "content",
}
FORMSETS = ("paper_places", "places", "ways", "summary_points")
ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to mend: what to do, by which rule and article, and where.

    ``anchor`` is the id of an element of the editor, empty when the item is not mended there; ``row`` and ``part`` say which
    entry of several rows, and what of it; ``fact`` is the field of the facts that was looked at. ``waiver`` is there when an operator has set the item aside.
    """

    level: Level
    message: str
    field: str
    anchor: str = ""
    rule_id: str = ""
    article: str = ""
    title: str = ""
    checked: bool = False
    row: int | None = None
    part: str = ""
    fact: str = ""
    waiver: RuleWaiver | None = None


@dataclass(frozen=True, slots=True)
class ProposedWindow:
    """The window that a planned date leads to, in words and drawn.

    ``shortest`` is the last day when the day of publication is not counted (民法典 201), ``counting_first`` the one that common
    practice takes; an earlier one is not let through.
    """

    first_day: str
    last_day: str
    shortest: str
    counting_first: str
    working_days: int
    provisional: bool
    requested: bool
    strip: Strip


@dataclass(frozen=True, slots=True)
class Checklist:
    """The findings on a notice, blocking ones first, what was waived, and the proposed window."""

    blocking: tuple[ChecklistItem, ...]
    warnings: tuple[ChecklistItem, ...]
    hints: tuple[ChecklistItem, ...]
    waived: tuple[ChecklistItem, ...]
    window: ProposedWindow | None

    @property
    def beside_fields(self) -> tuple[ChecklistItem, ...]:
        """Return what the editor shows beside a field."""
        return tuple(item for item in (*self.blocking, *self.warnings, *self.hints) if item.anchor)


def _anchor(page: NoticePage, field: str) -> str:
    if field == ATTACHMENTS:
        return "notice-attachments"
    if field in FORMSETS:
        return f"id_{field}-ADD"
    return f"id_{field}" if any(known.name == field for known in page._meta.fields) else ""


def _item(page: NoticePage, judged: Judged) -> ChecklistItem:
    finding = judged.finding
    field = FORM_FIELDS.get(finding.field, finding.field)
    return ChecklistItem(
        level=finding.level,
        message=finding.message,
        field=field,
        anchor=_anchor(page, field),
        rule_id=finding.rule_id,
        article=finding.article,
        title=finding.title,
        checked=finding.checked,
        row=finding.row,
        part=finding.part,
        fact=finding.field,
        waiver=judged.waiver,
    )


def _correction_items(page: NoticePage, correction: Correction) -> list[ChecklistItem]:
    """Return what stands against a correction beside the rules."""
    obstacles = correction_obstacles(page, correction, now=timezone.now())
    return [ChecklistItem(Level.BLOCK, message, field, _anchor(page, field)) for field, message in obstacles]


def judged_items(
    page: NoticePage, judgement: Judgement | None = None, *, correcting: bool = True
) -> list[ChecklistItem]:
    """Return everything the rules find, waived or not, in the order of the rules; of a draft also what its date lacks.

    While a correction is open the page is judged as its draft, unless ``correcting`` says that it is the public wording.
    """
    today = timezone.localdate()
    items = [_item(page, judged) for judged in (judgement or judgement_of(page)).findings]
    record = getattr(page, "record", None)
    if record is not None and record.published_at is not None:
        correction = record.correction_being_edited if correcting else None
        first = _correction_items(prepared_wording(page, correction), correction) if correction else []
        return [*first, *items]
    items = [*_unconfirmed(page), *items]
    if page.planned_date is None:
        # The missing dates of the window follow from the planned date: one thing to do, said once.
        items = [item for item in items if item.rule_id != "L01"]
        items.append(_date_item(_("请填写计划公开日期。")))
    elif page.planned_date < today:
        items.append(_date_item(_("计划公开日期已过，请改为今天或以后的日期。")))
    return items + [ChecklistItem(Level.BLOCK, gap, "") for gap in filing_gaps(page, on=today)]


def _unconfirmed(page: NoticePage) -> list[ChecklistItem]:
    """Return one item for all imported values that nobody has confirmed, leading to the first of them."""
    marks = open_marks(page)
    if not marks:
        return []
    first = marks[0]
    return [
        ChecklistItem(
            Level.BLOCK, unconfirmed_message(marks), first.path.partition(":")[0], f"imported-{first.pk}"
        )
    ]


def _date_item(message: str) -> ChecklistItem:
    return ChecklistItem(Level.BLOCK, message, "planned_date", "id_planned_date")


def checklist_items(page: NoticePage) -> list[ChecklistItem]:
    """Return what stands against a notice: everything found that nobody has waived."""
    return [item for item in judged_items(page) if item.waiver is None]


def blocking_items(page: NoticePage) -> list[ChecklistItem]:
    """Return what stops a submission or an approval today."""
    return [item for item in checklist_items(page) if item.level == Level.BLOCK]


def checklist_of(
    page: NoticePage, judgement: Judgement | None = None, *, correcting: bool = True
) -> Checklist:
    """Return the checklist of a notice, from a judgement of it where there is one already."""
    items = judged_items(page, judgement, correcting=correcting)

    def of(level: Level) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in items if item.level == level and item.waiver is None)

    return Checklist(
        blocking=of(Level.BLOCK),
        warnings=of(Level.WARN),
        hints=of(Level.INFO),
        waived=tuple(item for item in items if item.waiver is not None),
        window=proposed_window(page),
    )


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
        shortest=long_date(window.last_day),
        counting_first=long_date(window.last_day_counting_first),
        working_days=max((cell.number or 0 for cell in strip.cells), default=0),
        provisional=window.provisional,
        requested=page.requested_last_day is not None,
        strip=strip,
    )


def is_in_preparation(record: NoticeRecord) -> bool:
    """Whether the wording of a notice is being prepared: a draft, or the correction of a published one."""
    return record.stage == NoticeStage.DRAFT or record.correction_being_edited is not None


def checklist_context(page: Any) -> dict[str, Any]:
    """Return the template context of the checklist, for the editor, its refresh and the register."""
    return {"checklist": checklist_of(page), "page": page}


def editor_context(page: NoticePage, request: HttpRequest) -> dict[str, Any]:
    """Return what the editor's parts show, judged once a request; no checklist unless the notice is a saved draft."""
    known: dict[str, Any] | None = getattr(request, "notice_checklist", None)
    if known is None or known["notice"] is not page:
        is_prepared = page.pk is not None and is_in_preparation(page.record)
        known = {
            "notice": page,
            "page": page,
            "checklist": checklist_of(page) if is_prepared else None,
            "returned": return_of(page) if is_prepared else "",
        }
        request.notice_checklist = known  # type: ignore[attr-defined]
    return known
