"""From a parsed notice to the values of a draft: each with its place in the text and what is doubtful about it.

Nothing is invented: a value that the text does not give, or that the law would not take, stays empty and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from notices.importer.dates import FULL_DATE, as_date
from notices.importer.facts import KINDS, facts_from_parsed
from notices.importer.parsed import ParsedNotice
from notices.importer.reading import Reading, read
from notices.models import CommentWay, NoticePage, NoticePlace, PaperPlace
from notices.statutory.divisions import DivisionLevel, find_in_text
from notices.statutory.facts import NoticeFacts, NoticeKind, Way
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar

ROW_MODELS: dict[str, Any] = {"places": NoticePlace, "paper_places": PaperPlace, "ways": CommentWay}
# Page field, field of the parsed notice, and the words that stand before the value in a text.
_TEXTS = (
    ("project_name", "project_name", r"(?:项目|工程)名称"),
    ("project_code", "project_code", r"代码"),
    ("location", "location", r"地[点址]|位置"),
    ("nature", "nature", r"性质"),
    ("content", "construction_content", r"内容|概况|规模"),
    ("proponent_name", "proponent", r"(?:建设|项目|业主)单位|单位名称"),
    ("contact_name", "contact_name", r"联系人|联系方式|联系电话"),
    ("contact_phone", "contact_phone", r"电话|联系方式|联系人"),
    ("contact_email", "contact_email", r"邮箱|邮件|E-?mail"),
    ("consultant_name", "consultant", r"委托|(?:编制|环评|评价)(?:单位|机构)"),
    ("consultant_contact", "consultant_contact_phone", r"电话|联系"),
    ("public_scope", "public_scope", r"范围|对象"),
)
_KIND_WORDS = {
    NoticeKind.FIRST_ROUND: re.compile(r"第一次[^\n。]{0,8}公示|首次[^\n。]{0,12}公[示开]|第一次|首次"),
    NoticeKind.DRAFT_REPORT: re.compile(r"第二次[^\n。]{0,8}公示|征求意见稿[^\n。]{0,4}公示|征求意见稿"),
    NoticeKind.PRE_APPROVAL: re.compile(r"报批前[^\n。]{0,8}公[示开]|拟?报批"),
}
# Doubts about these are shown at the field that takes the value; all others concern the text as a whole.
_DOUBT_AT = {
    "proponent": "proponent_name",
    "consultant": "consultant_name",
    "paper_copy_place": "paper_places",
    "consultant_contact_phone": "consultant_contact",
}
_LABEL_REACH = 16


@dataclass(frozen=True, slots=True)
class Found:
    """One value for a draft. ``name`` is a page field, or the name of rows whose ``value`` is then a dict of fields."""

    name: str
    value: Any
    start: int | None = None
    end: int | None = None
    doubt: str = ""

    @property
    def is_row(self) -> bool:
        """Whether the value is a row."""
        return self.name in ROW_MODELS


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a draft takes from a text, and what is doubtful about the text as a whole."""

    found: tuple[Found, ...]
    doubts: tuple[str, ...]


def draft_content(parsed: ParsedNotice, *, today: date, calendar: Calendar) -> DraftContent:
    """Return the values and doubts of a parsed notice.

    Raises ValueError for a kind that the proponent does not publish itself.
    """
    facts, reading = facts_from_parsed(parsed), read(parsed.source_text)
    dates, date_doubts = _dates(parsed, facts, reading, today=today, calendar=calendar)
    found = [_kind(parsed), *_texts(parsed), *_more(parsed, facts, reading), *dates]
    found += _rows(parsed, facts)
    placed = {item.name for item in found}
    return DraftContent(
        tuple(_with_doubt(item, parsed) for item in found),
        (*_doubts_of_the_text(parsed, placed), *date_doubts),
    )


def page_with(content: DraftContent) -> NoticePage:
    """Return an unsaved notice with the values, rows included."""
    fields = {item.name: item.value for item in content.found if not item.is_row}
    page = NoticePage(**fields, live=False)
    for name, model in ROW_MODELS.items():
        rows = [model(**item.value) for item in content.found if item.name == name]
        getattr(page, name).set(rows)
    return page


def _kind(parsed: ParsedNotice) -> Found:
    kind = KINDS[parsed.kind]
    match = _KIND_WORDS[kind].search(parsed.source_text)
    return Found("kind", kind.value, *(match.span() if match else (None, None)))


def _texts(parsed: ParsedNotice) -> Iterator[Found]:
    for name, source, label in _TEXTS:
        value: str | None = getattr(parsed, source)
        if not value:
            continue
        limit = NoticePage._meta.get_field(name).max_length
        cut = value[:limit]
        doubt = f"原文过长，只取了前 {limit} 个字，请核对。" if cut != value else ""
        yield Found(name, cut, *_place(parsed.source_text, cut, label), doubt)
    unit = (parsed.signature_unit or "")[:200]
    if unit:
        at = parsed.source_text.rfind(unit)  # the name stands further up as well; the signature is the last
        yield Found("signature_unit", unit, at, at + len(unit))


def _place(text: str, value: str, label: str = "") -> tuple[int | None, int | None]:
    """Return where a value stands: beside its label if it stands there at all, else where it comes first."""
    first = text.find(value)
    if first < 0:
        return None, None
    at = first
    while label and at >= 0:
        end = at + len(value)
        # Of a reading place the telling word comes behind: 可在某公司查阅纸质版.
        if re.search(label, text[max(0, at - _LABEL_REACH) : at]) or re.match(label, text[end:]):
            return at, end
        at = text.find(value, at + 1)
    return first, first + len(value)


def _more(parsed: ParsedNotice, facts: NoticeFacts, reading: Reading) -> Iterator[Found]:
    """Yield what is worked out from the text: the county of the place, the investment in 万元, the date of filing."""
    county = _county_in(parsed.location)
    if county:
        yield Found("division_code", county, *_place(parsed.source_text, parsed.location or "", r"地[点址]"))
    if parsed.investment_wan_yuan is not None:
        match = re.search(r"投资[^\n。]{0,30}?\d[\d.,]*\s*[万亿]?元", parsed.source_text)
        amount = Decimal(str(parsed.investment_wan_yuan))
        yield Found("investment_wan_yuan", amount, *(match.span() if match else (None, None)))
    if facts.filing_date:
        yield Found("filing_date", facts.filing_date, *_date_place(reading, facts.filing_date))


def _county_in(location: str | None) -> str:
    """Return the county code that a location names, empty where it names none or several."""
    counties = [row.code for row in find_in_text(location or "") if row.level is DivisionLevel.COUNTY]
    return counties[0] if len(counties) == 1 else ""


def _date_place(reading: Reading, day: date, *, last: bool = False) -> tuple[int | None, int | None]:
    matches = [
        match
        for match in FULL_DATE.finditer(reading.text)
        if as_date(int(match["y"]), int(match["m"]), int(match["d"])) == day
    ]
    if not matches:
        return None, None
    match = matches[-1 if last else 0]
    return reading.starts[match.start()], reading.ends[match.end() - 1]


def _dates(
    parsed: ParsedNotice, facts: NoticeFacts, reading: Reading, *, today: date, calendar: Calendar
) -> tuple[list[Found], list[str]]:
    """Return the dates that can still be planned, and a doubt for each printed one that cannot."""
    found, doubts = [], []
    if facts.signature_date:
        place = _date_place(reading, facts.signature_date, last=True)
        found.append(Found("signature_date", facts.signature_date, *place))
    opening = facts.window_start or facts.publication_date
    planned = opening if opening and opening >= today else None
    if planned:
        found.append(Found("planned_date", planned, *_date_place(reading, planned)))
    elif opening:
        doubts.append(f"原文的公开日期 {opening:%Y-%m-%d} 已过，没有填入，请另定计划公开日期。")
    if parsed.window_text and not planned:
        doubts.append(f"原文的起止时间是“{parsed.window_text}”，填写计划公开日期后由系统推算截止日。")
    end = facts.window_end
    if end and planned and facts.kind == NoticeKind.DRAFT_REPORT:
        shortest = comment_window(planned, working_days=10, calendar=calendar).last_day
        if end >= shortest:
            found.append(Found("requested_last_day", end, *_date_place(reading, end, last=True)))
        else:
            doubts.append(
                f"原文的截止日期 {end:%Y-%m-%d} 早于法定最短期限的最后一天 {shortest:%Y-%m-%d}，没有填入。"
            )
    return found, doubts


def _rows(parsed: ParsedNotice, facts: NoticeFacts) -> Iterator[Found]:
    text = parsed.source_text
    county = facts.division_codes[0] if len(facts.division_codes) == 1 else ""
    for village in parsed.villages:
        values = {"village": village[:60], "division_code": county, "in_scope": True}
        yield Found("places", values, *_place(text, village, r"范围|对象"))
    for place in facts.paper_places:
        values = {"address": place.address[:200], "hours": place.hours[:100], "contact": place.contact[:100]}
        yield Found("paper_places", values, *_place(text, place.address, r"查阅|纸质"))
    for address in parsed.paper_copy_places[1:]:
        yield Found("paper_places", {"address": address[:200]}, *_place(text, address, r"查阅|纸质"))
    for way in facts.ways:
        if way.way is Way.ONLINE:
            continue
        doubt = "" if way.address else "原文没有写地址或号码，请补上。"
        start, end = _place(text, way.address) if way.address else _way_place(text, way.way)
        yield Found("ways", {"way": way.way.value, "address": way.address[:200]}, start, end, doubt)


_WAY_WORDS = {
    Way.LETTER: re.compile(r"信函|信件|来信|书信|邮寄|寄送"),
    Way.EMAIL: re.compile(r"电子邮件|电子邮箱|邮件|邮箱"),
    Way.PHONE: re.compile(r"电话"),
    Way.FAX: re.compile(r"传真"),
    Way.VISIT: re.compile(r"面谈|当面|走访|来访|上门"),
}


def _way_place(text: str, way: Way) -> tuple[int | None, int | None]:
    """Return where a way without an address is named, last where several items speak of it."""
    matches = list(_WAY_WORDS[way].finditer(text))
    return matches[-1].span() if matches else (None, None)


def _with_doubt(item: Found, parsed: ParsedNotice) -> Found:
    remarks = [
        doubt.remark for doubt in parsed.doubts if _DOUBT_AT.get(doubt.field, doubt.field) == item.name
    ]
    together = " ".join(part for part in (item.doubt, *remarks) if part)
    return Found(item.name, item.value, item.start, item.end, together)


def _doubts_of_the_text(parsed: ParsedNotice, placed: set[str]) -> list[str]:
    return [doubt.remark for doubt in parsed.doubts if _DOUBT_AT.get(doubt.field, doubt.field) not in placed]
