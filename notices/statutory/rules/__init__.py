"""The rules a notice is judged by: order no. 4 as dated sets of data, and the one function that applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from notices.statutory.divisions import Zone
from notices.statutory.facts import NoticeFacts
from notices.statutory.rules import evidence, identifiers, items, wording
from notices.statutory.rules.base import Context, Finding, Level, Rule, Stage
from notices.statutory.terms import CODE_IN_FORCE, ORDER4_IN_FORCE, TermSet, term_set_for
from notices.statutory.workdays import Calendar

__all__ = [
    "NOT_WAIVABLE",
    "RULE_SETS",
    "Finding",
    "Level",
    "Rule",
    "RuleSet",
    "Stage",
    "judge",
    "rule_set",
    "rule_set_for",
]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A set of rules and the days on which it applies; ``valid_to`` is the last day, None while in force."""

    version: str
    valid_from: date
    valid_to: date | None
    rules: tuple[Rule, ...]


def _in_order(*groups: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(sorted((rule for group in groups for rule in group), key=lambda rule: rule.id))


_ORDER4 = (items.RULES, wording.RULES, evidence.RULES, identifiers.RULES)

RULE_SETS = (
    RuleSet("order4@2019-01-01", ORDER4_IN_FORCE, CODE_IN_FORCE - timedelta(days=1), _in_order(*_ORDER4)),
    RuleSet("order4@2026-08-15", CODE_IN_FORCE, None, _in_order(*_ORDER4, wording.RULES_SINCE_CODE)),
)

# The window is the public's own time: no interest of a single project outweighs a date that nobody knows (L01) or a term
# that the order sets as a minimum for all (L02). Whoever needs less time has Art. 31, and its conditions.
NOT_WAIVABLE: Mapping[str, str] = MappingProxyType(
    {
        "L01": "起止日期是公众提意见的前提，不能豁免。",
        "L02": "征求意见期限是法定最短期限，不能豁免；符合第三十一条的，请按该条填写。",
    }
)

_WEIGHT = {level: weight for weight, level in enumerate(Level)}


def rule_set_for(on: date) -> RuleSet:
    """Return the rules of a day; the first set for days before it."""
    return next((rules for rules in reversed(RULE_SETS) if rules.valid_from <= on), RULE_SETS[0])


def rule_set(version: str) -> RuleSet:
    """Return a rule set by its version, as a notice froze it. Raises KeyError when there is none."""
    for rules in RULE_SETS:
        if rules.version == version:
            return rules
    raise KeyError(version)


def judge(
    facts: NoticeFacts,
    *,
    on: date,
    calendar: Calendar,
    stage: Stage = Stage.PUBLICATION,
    zones: tuple[Zone, ...] = (),
    rules: RuleSet | None = None,
    terms: TermSet | None = None,
) -> list[Finding]:
    """Return what the rules find on a notice, the heaviest first; nothing that rests on an unseen field.

    Rules and words are those of the day, or those that a published notice froze.
    """
    context = Context(on=on, calendar=calendar, stage=stage, terms=terms or term_set_for(on), zones=zones)
    applied = rules or rule_set_for(on)
    found = [finding for rule in applied.rules for finding in rule.findings(facts, context)]
    return sorted(found, key=lambda finding: (_WEIGHT[finding.level], finding.rule_id))
