"""The check sheet of one notice (形式核对): every rule that applies, what it found, and what was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notices import permissions
from notices.checklist import ChecklistItem, checklist_of
from notices.fact_words import FactRow, fact_row, fact_rows
from notices.judgement import Judgement, judgement_of
from notices.models import NoticeRecord
from notices.record_details import shown_page
from notices.statutory.rules import NOT_WAIVABLE, Rule
from notices.waivers import BEFORE_PUBLICATION, waiving_obstacle


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A finding with the fact it rests on; ``kept`` says why its rule is not waived, ``can_waive`` that this person may."""

    item: ChecklistItem
    fact: FactRow | None
    can_waive: bool = False
    kept: str = ""


def check_sheet(record: NoticeRecord, *, user: Any) -> dict[str, Any]:
    """Return the template context of the check sheet for a person who may see the notice."""
    page = shown_page(record)
    judgement = judgement_of(page)
    checklist = checklist_of(page, judgement)
    is_operator = permissions.is_operator(user)
    obstacle = waiving_obstacle(record, user) if is_operator else ""
    may_waive = is_operator and not obstacle

    def rows(items: tuple[ChecklistItem, ...]) -> list[SheetRow]:
        return [_row(item, judgement, may_waive=may_waive) for item in items]

    rules = [rule for rule in judgement.basis.rules.rules if judgement.facts.kind in rule.kinds]
    return {
        "record": record,
        "notice": page,
        "basis": judgement.basis,
        "blocking": rows(checklist.blocking),
        "warnings": rows(checklist.warnings),
        "hints": rows(checklist.hints),
        "waived": rows(checklist.waived),
        "withdrawn": record.waivers.exclude(withdrawn_at=None).select_related("waived_by", "withdrawn_by"),
        "clear": [rule for rule in rules if not _found(rule, judgement) and not _is_unseen(rule, judgement)],
        "unseen": [rule for rule in rules if not _found(rule, judgement) and _is_unseen(rule, judgement)],
        "facts": fact_rows(judgement.facts, {rule.field for rule in rules}),
        "may_withdraw": is_operator and record.stage in BEFORE_PUBLICATION,
        "waiving_obstacle": obstacle if record.stage in BEFORE_PUBLICATION else "",
    }


def _row(item: ChecklistItem, judgement: Judgement, *, may_waive: bool) -> SheetRow:
    kept = NOT_WAIVABLE.get(item.rule_id, "")
    return SheetRow(
        item=item,
        fact=fact_row(judgement.facts, item.fact),
        can_waive=may_waive and bool(item.rule_id) and not kept and item.waiver is None,
        kept=kept if may_waive else "",
    )


def _found(rule: Rule, judgement: Judgement) -> bool:
    return any(
        judged.finding.rule_id == rule.id and judged.finding.title == rule.title
        for judged in judgement.findings
    )


def _is_unseen(rule: Rule, judgement: Judgement) -> bool:
    return rule.field in judgement.facts.unseen
