"""A page of notices as plain objects for JSON: the fields, the findings of the rules, and the doubts."""

from __future__ import annotations

from datetime import date
from typing import Any

from notices.importer.facts import KINDS, facts_from_parsed
from notices.importer.parsed import ParsedNotice
from notices.importer.parser import parse_page
from notices.statutory.rules import Finding, judge
from notices.statutory.workdays import Calendar

# The field names of the labelled collection, in its order; the text alone cannot fill the first three and ``difficulty``.
FIELDS = (
    "id",
    "source_host",
    "source_url",
    "kind",
    "difficulty",
    "truncated",
    "project_name",
    "project_code",
    "proponent",
    "consultant",
    "location",
    "nature",
    "investment_wan_yuan",
    "contact_name",
    "contact_phone",
    "contact_email",
    "consultant_contact_phone",
    "draft_report_url",
    "opinion_form_url",
    "draft_link_kind",
    "form_link_kind",
    "paper_copy_place",
    "public_scope",
    "how_to_comment",
    "window_text",
    "window_start",
    "window_end",
    "window_working_days",
    "publication_date",
    "missing_items",
    "note",
)


def page_report(text: str, source: str, *, on: date, calendar: Calendar) -> list[dict[str, Any]]:
    """Return one JSON object for each notice of a page; ``source`` is named as it was given, ``on`` is the day of judging."""
    return [notice_report(notice, source=source, on=on, calendar=calendar) for notice in parse_page(text)]


def notice_report(notice: ParsedNotice, *, source: str, on: date, calendar: Calendar) -> dict[str, Any]:
    """Return a parsed notice as a JSON object with its findings and doubts."""
    report: dict[str, Any] = {name: getattr(notice, name, None) for name in FIELDS}
    report["source"] = source
    report["findings"] = [
        {
            "rule": finding.rule_id,
            "title": finding.title,
            "article": finding.article,
            "checked": finding.checked,
            "level": finding.level.value,
            "field": finding.field,
            "message": finding.message,
            "suggestion": finding.suggestion,
        }
        for finding in findings_of(notice, on=on, calendar=calendar)
    ]
    report["doubts"] = [{"field": doubt.field, "remark": doubt.remark} for doubt in notice.doubts]
    return report


def findings_of(notice: ParsedNotice, *, on: date, calendar: Calendar) -> list[Finding]:
    """Return what the rules find on a notice; nothing on a page that is none of the proponent's notices."""
    if notice.kind not in KINDS:
        return []
    return judge(facts_from_parsed(notice), on=on, calendar=calendar)
