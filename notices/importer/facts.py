"""From a parsed notice to the plain facts that the rules judge: present, absent, or not seen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from notices.importer.contacts import EMAIL, PHONE
from notices.importer.parsed import ParsedNotice
from notices.importer.reading import Reading, Span, read, trimmed
from notices.statutory.divisions import DivisionLevel, find_in_text
from notices.statutory.facts import (
    NEVER_IN_TEXT,
    FileFact,
    NoticeFacts,
    NoticeKind,
    PaperPlaceFact,
    Way,
    WayFact,
)

KINDS = {
    "second_round": NoticeKind.DRAFT_REPORT,
    "first_round": NoticeKind.FIRST_ROUND,
    "pre_approval": NoticeKind.PRE_APPROVAL,
}
# What a text may show; of a cut one, those that it does not show are unseen.
_SHOWN_IN_TEXT = (
    "project_name",
    "project_code",
    "proponent",
    "consultant",
    "location",
    "nature",
    "existing_works",
    "filing_date",
    "contact_name",
    "contact_phone",
    "contact_email",
    "draft_report_files",
    "draft_report_url",
    "paper_places",
    "public_scope",
    "villages",
    "opinion_form_provided",
    "opinion_form_url",
    "ways",
    "window_text",
    "window_start",
    "window_end",
    "publication_date",
    "signature_unit",
    "signature_date",
)
# Proofs that stand in other papers; a notice only refers to them.
_ELSEWHERE = frozenset({"art31_evidence"})
_ADDRESSES = frozenset({"url", "masked_url", "broken_url"})
_EXISTING = re.compile(r"[^。\n]{0,80}(?:现有|原有|已建)(?:工程|项目|厂区)[^。\n]{0,120}")
_ART31 = re.compile(r"第(?:三十一|31) ?条")
_HOURS = re.compile(
    r"(?:工作日|每天|周[一二三四五])?[^\n。;,]{0,6}(?:上午|下午|\d{1,2}[:时点]\d{0,2} ?分?[-~至到])[^\n。;]{0,30}"
)
_NEAR = 160


def facts_from_parsed(parsed: ParsedNotice) -> NoticeFacts:
    """Return the facts of a notice, judged by its own part of the page.

    Raises ValueError for a kind that the proponent does not publish itself (acceptance, other).
    """
    kind = KINDS.get(parsed.kind)
    if kind is None:
        raise ValueError(f"a page of kind {parsed.kind} has no facts for the rules")
    reading = read(parsed.source_text)
    facts = NoticeFacts(
        kind=kind,
        text=parsed.source_text,
        project_name=parsed.project_name,
        project_code=parsed.project_code,
        proponent=parsed.proponent,
        consultant=parsed.consultant,
        location=parsed.location,
        nature=parsed.nature,
        existing_works=_found(_EXISTING, reading),
        division_codes=_counties(parsed),
        filing_date=_day(parsed.filing_date),
        contact_name=parsed.contact_name,
        contact_phone=parsed.contact_phone,
        contact_email=parsed.contact_email,
        publication_date=_day(parsed.publication_date),
        art31=bool(_ART31.search(reading.text)),
        signature_unit=parsed.signature_unit,
        signature_date=_day(parsed.signature_date),
    )
    return _with_unseen(_with_items(facts, parsed, reading), parsed)


def _with_items(facts: NoticeFacts, parsed: ParsedNotice, reading: Reading) -> NoticeFacts:
    """Return the facts with the items of Art. 10; an attachment counts as a file, whatever stands in it."""
    is_file = parsed.draft_link_kind == "attachment"
    is_form_file = parsed.form_link_kind == "attachment"
    return replace(
        facts,
        draft_report_files=(FileFact(parsed.draft_report_url or ""),) if is_file else (),
        draft_report_url=parsed.draft_report_url if parsed.draft_link_kind in _ADDRESSES else None,
        paper_places=_paper_places(parsed, reading),
        public_scope=parsed.public_scope,
        villages=tuple(read(village).text for village in parsed.villages),
        opinion_form_provided=is_form_file,
        opinion_form_url=None if is_form_file else parsed.opinion_form_url,
        ways=tuple(WayFact(Way(way), _address(Way(way), parsed)) for way in parsed.how_to_comment),
        window_text=parsed.window_text,
        window_start=_day(parsed.window_start),
        window_end=_day(parsed.window_end),
    )


def _with_unseen(facts: NoticeFacts, parsed: ParsedNotice) -> NoticeFacts:
    unseen = set(NEVER_IN_TEXT | _ELSEWHERE)
    if parsed.truncated:
        unseen.update(field for field in _SHOWN_IN_TEXT if not getattr(facts, field))
        if any(not way.address for way in facts.ways):
            unseen.add("ways")
        # An item that was read to its end leaves nothing of itself unseen.
        if facts.window_text:
            unseen -= {"window_start", "window_end"}
        if facts.public_scope:
            unseen.discard("villages")
        if facts.opinion_form_provided or facts.opinion_form_url:
            unseen -= {"opinion_form_provided", "opinion_form_url"}
        if facts.draft_report_files or facts.draft_report_url:
            unseen -= {"draft_report_files", "draft_report_url"}
    return replace(facts, unseen=frozenset(unseen))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _found(pattern: re.Pattern[str], reading: Reading) -> str | None:
    match = pattern.search(reading.text)
    return reading.original(trimmed(reading, Span(*match.span()))) if match else None


def _counties(parsed: ParsedNotice) -> tuple[str, ...]:
    place = read(f"{parsed.location or ''}\n{parsed.project_name or ''}").text
    return tuple(row.code for row in find_in_text(place) if row.level is DivisionLevel.COUNTY)


def _paper_places(parsed: ParsedNotice, reading: Reading) -> tuple[PaperPlaceFact, ...]:
    if not parsed.paper_copy_place:
        return ()
    place = read(parsed.paper_copy_place).text
    at = reading.text.find(place)
    paragraph = re.match(r"[^\n]*\n?[^\n]*", reading.text[at : at + _NEAR]) if at >= 0 else None
    near = paragraph[0] if paragraph else ""
    hours, phone = _HOURS.search(near), PHONE.search(near) or EMAIL.search(near)
    return (
        PaperPlaceFact(parsed.paper_copy_place, hours[0].strip() if hours else "", phone[0] if phone else ""),
    )


def _address(way: Way, parsed: ParsedNotice) -> str:
    """Return the address that makes a way usable; empty where the text gives none."""
    if way is Way.EMAIL:
        return parsed.contact_email or ""
    if way is Way.PHONE:
        return parsed.contact_phone or ""
    if way is Way.ONLINE:
        return parsed.opinion_form_url or ""
    return (parsed.contact_fax if way is Way.FAX else parsed.contact_address) or ""
