"""From the text of a page to the notices on it. Nothing is invented: what the text does not say stays None."""

from __future__ import annotations

import re
from dataclasses import replace

from notices.importer.companies import find_consultant, find_proponent, find_signature
from notices.importer.contacts import find_contacts, find_ways
from notices.importer.dates import FULL_DATE, RANGE, as_date
from notices.importer.doubts import with_doubts
from notices.importer.identity import (
    find_content,
    find_investment,
    find_location,
    find_nature,
    find_project_code,
    find_project_name,
)
from notices.importer.kinds import find_kind
from notices.importer.links import find_draft_link, find_form_link
from notices.importer.pages import is_cut, split_page
from notices.importer.parsed import Doubt, ParsedNotice
from notices.importer.passages import find_paper_places, find_scope, villages_in
from notices.importer.reading import Reading, read
from notices.importer.sections import Section, sections_of
from notices.importer.windows import find_period, find_window

__all__ = ["Doubt", "ParsedNotice", "parse_page"]


def parse_page(text: str) -> list[ParsedNotice]:
    """Return the notices of a page in order; one record of kind ``other`` where it holds none."""
    return [_parse_notice(part) for part in split_page(text)]


def _parse_notice(source: str) -> ParsedNotice:
    reading = read(source)
    sections = sections_of(reading)
    kind = find_kind(reading, sections)
    if kind == "other":
        return _other_page(source, reading, sections)
    signature = find_signature(reading)
    name = find_project_name(reading)
    signed = reading.original(signature) if signature else None
    proponent = find_proponent(reading, sections, signed, name)
    notice = ParsedNotice(
        kind=kind,
        source_text=source,
        truncated=is_cut(reading, sections),
        project_name=name,
        project_code=find_project_code(reading),
        proponent=proponent,
        consultant=find_consultant(reading, sections, proponent),
        location=find_location(reading),
        nature=find_nature(reading, name, finished=kind == "acceptance"),
        construction_content=find_content(reading),
        investment_wan_yuan=find_investment(reading),
        publication_date=_publication_date(reading),
        signature_unit=signed,
        signature_date=_signature_date(reading),
        filing_date=_filing_date(reading),
    )
    return with_doubts(_with_items(notice, reading, sections), reading, sections)


def _with_items(notice: ParsedNotice, reading: Reading, sections: list[Section]) -> ParsedNotice:
    """Return the notice with the items of Art. 10 and the contacts."""
    before_approval = notice.kind == "pre_approval"
    draft = find_draft_link(reading, sections, names_documents=before_approval)
    form = find_form_link(reading, sections, draft)
    window = find_window(reading, sections, quotes_earlier=before_approval)
    scope, places = find_scope(reading, sections), find_paper_places(reading, sections)
    contacts = find_contacts(reading, sections, notice.proponent, notice.consultant)
    return replace(
        notice,
        contact_name=contacts.name,
        contact_phone=contacts.phone,
        contact_email=contacts.email,
        contact_address=contacts.address,
        contact_fax=contacts.fax,
        consultant_contact_phone=contacts.consultant_phone,
        draft_report_url=draft.text if draft else None,
        draft_link_kind=draft.kind if draft else None,
        opinion_form_url=form.text if form else None,
        form_link_kind=form.kind if form else None,
        paper_copy_place=next(iter(places), None),
        paper_copy_places=places,
        public_scope=scope,
        villages=villages_in(scope),
        how_to_comment=find_ways(reading, sections),
        window_text=window.text,
        window_start=window.start,
        window_end=window.end,
        window_working_days=window.working_days,
    )


def _other_page(source: str, reading: Reading, sections: list[Section]) -> ParsedNotice:
    period = find_period(reading)
    return ParsedNotice(
        kind="other",
        source_text=source,
        truncated=is_cut(reading, sections),
        publication_date=_publication_date(reading),
        window_text=period.text,
        window_start=period.start,
        window_end=period.end,
        window_working_days=period.working_days,
    )


_OWN_LINE = re.compile(
    r"(?:(?<=[\n|])|(?<=[㐀-鿿)] )|^)[ ]*(?P<day>(?:19|20)\d\d ?[年.\-/] ?\d{1,2} ?[月.\-/] ?\d{1,2} ?日?)[ ]*(?=[\n|]|$|附件| [㐀-鿿【])"
)
_STAMP = re.compile(
    r"(?:(?:发布|更新|发表|添加|上传|录入|^|[ \n|])[ ]*(?:时间|日期)|来源|发表于|帖[^\n]{0,30}于)[^\d\n为]{0,14}(?=(?:19|20)\d\d)"
)
_DATELINE = re.compile(
    r"(?:^|(?<=[\n ]))[ ]*(?=(?:19|20)\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}日? +(?:\d{1,2}:\d\d|来源|作者|浏览|点击|字体))"
)
_FILED = re.compile(r"备案|核准|立项")


def _day_at(reading: Reading, start: int) -> str | None:
    match = FULL_DATE.match(reading.text, start)
    day = as_date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    return day.isoformat() if day else None


def _signature_date(reading: Reading) -> str | None:
    """Return the date that stands alone in the latter part of a text."""
    days = [
        match.start("day")
        for match in _OWN_LINE.finditer(reading.text)
        if match.start() > len(reading.text) * 0.4
    ]
    return _day_at(reading, days[-1]) if days else None


def _publication_date(reading: Reading) -> str | None:
    signed = _signature_date(reading)
    if signed:
        return signed
    for match in _OWN_LINE.finditer(reading.text):
        return _day_at(reading, match.start("day"))
    head = reading.text[:400]
    for match in (*_STAMP.finditer(head), *_DATELINE.finditer(head)):
        day = _day_at(reading, match.end())
        if day and not RANGE.match(reading.text, match.end()):
            return day
    return None


def _filing_date(reading: Reading) -> str | None:
    """Return the date of a sentence about the filing of the project."""
    for sentence in re.finditer(r"[^。;\n]+", reading.text):
        if _FILED.search(sentence[0]):
            date = FULL_DATE.search(reading.text, *sentence.span())
            if date:
                return _day_at(reading, date.start())
    return None
