"""The items that a notice must show (order no. 4, Arts. 9, 10 and 20): L01 to L09, and what identifies the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from notices.statutory.facts import NoticeFacts, NoticeKind, PaperPlaceFact, Way, WayFact
from notices.statutory.identifiers import is_valid_email
from notices.statutory.links import is_same_link, unfit_host, urls_in
from notices.statutory.rules.base import (
    ALL_KINDS,
    DRAFT_REPORT,
    FIRST_ROUND,
    PRE_APPROVAL,
    Context,
    Hit,
    Level,
    Rule,
)
from notices.statutory.window import MAX_SPAN_DAYS, YEARS, comment_window

FULL_TERM = 10  # working days, Art. 10 para. 2
SIMPLIFIED_TERM = 5  # Art. 31 (2)
MIN_TEXT_SHARE = 0.5
MIN_PAGES = 10

WAY_NAMES = {
    Way.ONLINE: "网上提交",
    Way.LETTER: "信函",
    Way.EMAIL: "电子邮件",
    Way.PHONE: "电话",
    Way.FAX: "传真",
    Way.VISIT: "面谈",
}
_WAY_NEEDS = {
    Way.ONLINE: "网址",
    Way.LETTER: "通信地址和邮政编码",
    Way.EMAIL: "邮箱地址",
    Way.PHONE: "电话号码",
    Way.FAX: "传真号码",
    Way.VISIT: "地点和时间",
}
_EMAIL_IN_TEXT = re.compile(r"[^\s,，;；:：、（）()<>《》]+[@＠][^\s,，;；、（）()<>《》。]+")
_NUMBER_IN_TEXT = re.compile(r"[\d*＊][\d*＊\s()（）—－-]{5,}[\d*＊]|\b(?:12345|12369)\b")
_POST_CODE_IN_TEXT = re.compile(r"(?<!\d)[0-8]\d{5}(?!\d)")
_ABRIDGED = re.compile(r"简本|简写本|简版|摘要|节选")
_POST_CODE_LABELLED = re.compile(r"邮(?:政编码|编)[:：为\s]*(\d+)")
_STREET_ADDRESS = re.compile(r"[路街道巷镇乡村区县市].*|\d+号|[室楼层]")


def minimum_working_days(facts: NoticeFacts) -> int:
    """Return the shortest lawful window: ten working days, five under Art. 31."""
    return SIMPLIFIED_TERM if facts.art31 else FULL_TERM


def carries_first_round(facts: NoticeFacts) -> bool:
    """Whether a notice has to say what Art. 9 asks: the first round, and the notice that replaces it under Art. 31 (1)."""
    return facts.kind is NoticeKind.FIRST_ROUND or facts.art31


def _dated(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if facts.window_start and facts.window_end:
        return
    missing = "window_end" if facts.window_start else "window_start"
    quoted = f"，不能只写“{facts.window_text.strip()}”" if facts.window_text else ""
    yield Hit(
        f"请写明征求意见的起止日期（年月日）{quoted}。",
        field=missing,
        absent=("window_start", "window_end", "window_text"),
    )


def shortest_ends(facts: NoticeFacts, context: Context) -> tuple[date, date] | None:
    """Return the earliest lawful last day, not counting and counting the first day; None where the start is unknown.

    A window that opens after the publication day has that day before it already, so its own first day counts.
    """
    start, published = facts.window_start, facts.publication_date
    base = published if published and start and start > published else None
    if base is not None and start is not None:
        window = comment_window(
            start - timedelta(days=1), working_days=minimum_working_days(facts), calendar=context.calendar
        )
        return window.last_day, window.last_day
    first = published or start
    if first is None or first.year not in YEARS:
        return None
    window = comment_window(first, working_days=minimum_working_days(facts), calendar=context.calendar)
    return window.last_day, window.last_day_counting_first


def _long_enough(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    end, start = facts.window_end, facts.window_start or facts.publication_date
    if end is None or start is None:
        return
    if start.year not in YEARS or end.year not in YEARS:
        yield Hit("征求意见的起止日期不合理，请核对年份。")
        return
    if (end - start).days > MAX_SPAN_DAYS:
        yield Hit("征求意见的起止日期相距超过三年，请核对年份。")
        return
    if end < start:
        yield Hit("征求意见的截止日早于起始日，请改正。")
        return
    ends = shortest_ends(facts, context)
    if ends is None:
        return
    strict, lenient = ends
    days = minimum_working_days(facts)
    if end < lenient:
        yield Hit(
            f"征求意见期限不足{days}个工作日，请把截止日改为{_chinese(strict)}或以后。",
            suggestion=strict.isoformat(),
        )
    elif end < strict:
        yield Hit(
            f"把公开当日算在内才满{days}个工作日。按《民法典》第二百零一条，开始的当日不计入，自下一日开始计算；"
            f"建议截止日改为{_chinese(strict)}。",
            level=Level.WARN,
            suggestion=strict.isoformat(),
        )


def _settled_calendar(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    start, end = facts.publication_date or facts.window_start, facts.window_end
    if start is None or end is None:
        return
    days = range(1, min((end - start).days, MAX_SPAN_DAYS) + 1)
    if any(context.calendar.is_working_day(start + timedelta(days=offset)) is None for offset in days):
        yield Hit("截止日按暂定日历计算，只会延后不会提前；国务院办公厅公布放假安排后再核定，必要时延长。")


def _full_text(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    name = (
        "报告书全文"
        if facts.kind is NoticeKind.PRE_APPROVAL
        else context.terms.terms["draft_report"] + "全文"
    )
    if not facts.draft_report_files:
        reason = "只给出了网页地址，" if facts.draft_report_url else ""
        yield Hit(f"{reason}没有可以直接打开的全文文件，请上传{name}（PDF）。")
    for file in facts.draft_report_files:
        abridged = next((words for words in (file.name, file.title) if _ABRIDGED.search(words)), None)
        if abridged:
            yield Hit(f"“{abridged}”看来不是全文，应公开{name}，请更换。")
        if file.pages == 0:
            yield Hit(f"“{file.name}”没有页面或无法打开，请重新上传。")
        elif file.pages is not None and file.pages < MIN_PAGES:
            yield Hit(f"“{file.name}”只有{file.pages}页，请确认是全文。", level=Level.WARN)
        if file.pages and file.text_share is not None and file.text_share < MIN_TEXT_SHARE:
            yield Hit(f"“{file.name}”多为扫描图像，无法检索，请换成带文字的 PDF。", level=Level.WARN)


def _statement_file(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not facts.participation_statement_file:
        yield Hit("报批前应同时公开公众参与说明，请上传。", field="participation_statement_file")


def _lawful_host(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    links = (
        ("draft_report_url", facts.draft_report_url, "征求意见稿"),
        ("opinion_form_url", facts.opinion_form_url, "公众意见表"),
    )
    for field, link, name in links:
        kind = unfit_host(link) if link else None
        if kind:
            yield Hit(
                f"{name}的链接指向{kind}，不属于法定的三类网络平台，请改在本平台上传文件。", field=field
            )
    platform = facts.platform_url or ""
    if kind := unfit_host(platform):
        yield Hit(
            f"法定网络平台的网址指向{kind}，请填写建设单位网站、当地公共媒体网站或政府网站的页面。",
            field="platform_url",
        )
    named = (*(link for _field, link, _name in links if link), platform)
    for link in urls_in(facts.text):
        kind = unfit_host(link)
        if kind and not any(is_same_link(link, other) for other in named):
            yield Hit(
                f"文中的链接指向{kind}，公众可能打不开，请改在本平台上传文件。",
                level=Level.WARN,
                field="text",
            )
            return


def _paper_copy(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not facts.paper_places:
        yield Hit("请写明查阅纸质报告书的地点、时间和联系人。", level=Level.BLOCK)
    for row, place in enumerate(facts.paper_places):
        missing = _missing_of_place(place)
        if missing:
            where = place.address.strip() or "查阅地点"
            needs = "、".join(missing.values())
            yield Hit(f"“{where}”的查阅信息不全，请补充：{needs}。", row=row, part=next(iter(missing)))


def _missing_of_place(place: PaperPlaceFact) -> dict[str, str]:
    """Return what a place lacks, by its part."""
    address = place.address.strip()
    vague = not _STREET_ADDRESS.search(re.sub(r"\S*(?:公司|厂|矿)(?:\S*分公司)?", "", address))
    lacks = {
        "address": ("地址（街道门牌、房间）" if address else "地址", vague),
        "hours": ("查阅时间", not place.hours.strip()),
        "contact": ("联系人和电话", not place.contact.strip()),
    }
    return {part: name for part, (name, missing) in lacks.items() if missing}


def _opinion_form(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if facts.opinion_form_provided:
        return
    if not facts.opinion_form_url:
        yield Hit("请提供公众意见表的网络链接或文件。", absent=("opinion_form_provided",))
    elif facts.draft_report_url and is_same_link(facts.opinion_form_url, facts.draft_report_url):
        yield Hit("公众意见表的链接与征求意见稿的链接是同一网页，请单独给出公众意见表的链接。")


def _usable_ways(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not facts.ways:
        yield Hit("请至少给出一种提交意见的方式和地址。")
        return
    for row, way in rows_of(facts):
        address = _address_of(way, facts)
        name, need = WAY_NAMES[way.way], _WAY_NEEDS[way.way]
        if not address:
            yield Hit(f"{name}没有地址，公众无法使用，请写明{need}。", row=row, part="address")
        elif not _fits(way.way, address):
            yield Hit(f"{name}的{need}“{address}”格式不对，请核对。", row=row, part="address")
        elif way.way is Way.LETTER and not post_codes_in(address):
            yield Hit("建议在通信地址后写上邮政编码。", level=Level.INFO, row=row, part="address")


def rows_of(facts: NoticeFacts) -> Iterator[tuple[int | None, WayFact]]:
    """Return the ways with their row in the editor, where the portal's own way has none."""
    row = 0
    for way in facts.ways:
        yield (None, way) if way.way is Way.ONLINE else (row, way)
        row += way.way is not Way.ONLINE


def post_codes_in(address: str) -> list[str]:
    """Return what an address gives as its post code: the digits after 邮编, else any six digits that can be one."""
    return _POST_CODE_LABELLED.findall(address) or _POST_CODE_IN_TEXT.findall(address)


def _address_of(way: WayFact, facts: NoticeFacts) -> str:
    address = way.address.strip()
    if not address and way.way is Way.PHONE:
        return (facts.contact_phone or "").strip()
    if not address and way.way is Way.EMAIL:
        return (facts.contact_email or "").strip()
    return address


def _fits(way: Way, address: str) -> bool:
    if way is Way.EMAIL:
        match = _EMAIL_IN_TEXT.search(address)
        return match is not None and is_valid_email(match[0].replace("＠", "@"))
    if way in {Way.PHONE, Way.FAX}:
        return _NUMBER_IN_TEXT.search(address) is not None
    return True


def _scope(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not (facts.public_scope or "").strip():
        yield Hit("请写明征求意见的公众范围。", level=Level.BLOCK)
    elif not facts.villages:
        yield Hit("请在公众范围中逐一列出涉及的村庄、社区和单位。", field="villages")


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


RULES = (
    Rule("L01", "起止日期", "办法第十条（五）", False, Level.BLOCK, DRAFT_REPORT, "window_start", _dated),
    Rule(
        "L02",
        "期限长度",
        "办法第十条第二款，民法典第二百零一条",
        False,
        Level.BLOCK,
        DRAFT_REPORT,
        "window_end",
        _long_enough,
    ),
    Rule(
        "L03",
        "暂定日历",
        "国务院办公厅年度放假安排",
        True,
        Level.WARN,
        DRAFT_REPORT,
        "window_end",
        _settled_calendar,
    ),
    Rule(
        "L04",
        "全文文件",
        "办法第十条（一）",
        False,
        Level.BLOCK,
        DRAFT_REPORT,
        "draft_report_files",
        _full_text,
    ),
    Rule(
        "L04", "全文文件", "办法第二十条", True, Level.BLOCK, PRE_APPROVAL, "draft_report_files", _full_text
    ),
    Rule(
        "L04",
        "公众参与说明",
        "办法第二十条",
        True,
        Level.BLOCK,
        PRE_APPROVAL,
        "participation_statement_file",
        _statement_file,
    ),
    Rule(
        "L05",
        "网络平台",
        "办法第九条、第十一条（一）",
        False,
        Level.BLOCK,
        ALL_KINDS,
        "draft_report_url",
        _lawful_host,
    ),
    Rule("L06", "纸质查阅", "办法第十条（一）", False, Level.WARN, DRAFT_REPORT, "paper_places", _paper_copy),
    Rule(
        "L07",
        "公众意见表",
        "办法第十条（三）",
        False,
        Level.BLOCK,
        DRAFT_REPORT,
        "opinion_form_url",
        _opinion_form,
    ),
    Rule(
        "L07",
        "公众意见表",
        "办法第九条（四）",
        False,
        Level.BLOCK,
        FIRST_ROUND,
        "opinion_form_url",
        _opinion_form,
    ),
    Rule("L08", "提交方式", "办法第十条（四）", False, Level.BLOCK, DRAFT_REPORT, "ways", _usable_ways),
    Rule("L08", "提交方式", "办法第九条（五）", False, Level.BLOCK, FIRST_ROUND, "ways", _usable_ways),
    Rule(
        "L09", "公众范围", "办法第五条、第十条（二）", False, Level.WARN, DRAFT_REPORT, "public_scope", _scope
    ),
)
