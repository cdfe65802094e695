"""The rules applied to a notice: by the set that binds it, with what operators have waived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from notices.calendars import current_calendar
from notices.facts import facts_from_page
from notices.models.offices import Zone
from notices.models.records import NoticeRecord, RuleWaiver
from notices.statutory import divisions
from notices.statutory.facts import NoticeFacts, NoticeKind
from notices.statutory.rules import (
    Finding,
    Level,
    RuleSet,
    Stage,
    judge,
    rule_set,
    rule_set_for,
)
from notices.statutory.terms import TermSet, term_set, term_set_for

if TYPE_CHECKING:
    from notices.models.pages import NoticePage


@dataclass(frozen=True, slots=True)
class Basis:
    """By what a notice is judged: the day, the rules, the words, and the moment it is judged for."""

    on: date
    rules: RuleSet
    terms: TermSet
    stage: Stage


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, and the waiver that sets it aside if there is one."""

    finding: Finding
    waiver: RuleWaiver | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything the rules say about a notice, and on what ground."""

    basis: Basis
    facts: NoticeFacts
    findings: tuple[Judged, ...]

    @property
    def standing(self) -> list[Finding]:
        """Return the findings that nobody has waived."""
        return [judged.finding for judged in self.findings if judged.waiver is None]


def current_zones() -> tuple[divisions.Zone, ...]:
    """Return the operator's zones with their days of validity."""
    return tuple(
        divisions.Zone(row.code, row.name, row.valid_from, row.valid_to) for row in Zone.objects.all()
    )


def basis_of(page: NoticePage, record: NoticeRecord | None, *, today: date) -> Basis:
    """Return by what a notice is judged.

    A draft is judged as on its planned date, today at the earliest; a public notice as on the day of its publication, by
    the rules and words that its register row froze then.
    """
    if record is not None and record.is_public:
        on = record.published_on or today
        return Basis(
            on=on,
            rules=rule_set(record.rule_set) if record.rule_set else rule_set_for(on),
            terms=term_set(record.term_set) if record.term_set else term_set_for(on),
            stage=_stage(page, record, today),
        )
    on = max(today, page.planned_date) if page.planned_date else today
    return Basis(on, rule_set_for(on), term_set_for(on), _stage(page, record, today))


def _stage(page: NoticePage, record: NoticeRecord | None, today: date) -> Stage:
    """Return the statement's stage for the round that publishes it, and for a second round once its window is over."""
    if page.kind == NoticeKind.PRE_APPROVAL:
        return Stage.STATEMENT
    over = record is not None and record.last_day is not None and record.last_day < today
    return Stage.STATEMENT if over and record is not None and not record.historical else Stage.PUBLICATION


def judgement_of(page: NoticePage, *, on: date | None = None) -> Judgement:
    """Return what the rules say about a notice on a day, today if none is given."""
    record = NoticeRecord.objects.filter(page_id=page.pk).first() if page.pk else None
    calendar = current_calendar()
    basis = basis_of(page, record, today=on or timezone.localdate())
    facts = facts_from_page(page, record=record, calendar=calendar)
    found = judge(
        facts,
        on=basis.on,
        calendar=calendar,
        stage=basis.stage,
        zones=current_zones(),
        rules=basis.rules,
        terms=basis.terms,
    )
    waivers = _waivers_in_force(page, record)
    return Judgement(basis, facts, tuple(Judged(finding, _waiver_of(finding, waivers)) for finding in found))


def findings_for(page: NoticePage, *, on: date | None = None) -> list[Finding]:
    """Return what the rules find on a notice, without those an operator has waived."""
    return judgement_of(page, on=on).standing


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop a publication."""
    return [finding for finding in findings if finding.level == Level.BLOCK]


def _waivers_in_force(page: NoticePage, record: NoticeRecord | None) -> list[RuleWaiver]:
    if record is None:
        return []
    waivers = list(record.waivers.in_force().select_related("waived_by"))
    if not waivers:
        return []
    # Who waives a finding and submits the notice afterwards would check himself: such a waiver does not count.
    submitter = submitter_id(page)
    return [waiver for waiver in waivers if waiver.waived_by_id != submitter]


def submitter_id(page: NoticePage) -> int | None:
    """Return who last submitted the notice for its check, None before the first submission."""
    state = page.workflow_states.order_by("-created_at", "-pk").first()
    return state.requested_by_id if state else None


def _waiver_of(finding: Finding, waivers: list[RuleWaiver]) -> RuleWaiver | None:
    return next((waiver for waiver in waivers if waiver.covers(finding)), None)
