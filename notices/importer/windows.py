"""The comment window: the exact phrase, its days where they are stated, its length in working days."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notices.importer.dates import RANGE, range_dates
from notices.importer.reading import Reading, Span, trimmed
from notices.importer.sections import Section, Topic, about, section_at

_NUMERALS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十五": 15,
    "二十": 20,
    "三十": 30,
}
_COUNT = r"(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})?"
WORKING_DAYS = re.compile(_COUNT + r" ?(?:\([一二三四五六七八九十\d]{1,3}\) ?)?个? ?(?:法定)?工作日")
# "from … on": the beginning of a window that is counted and not dated.
_FROM = r"(?:之日|当日|当天|次日|即日|今日|日期?|后|发布|公布|公示|公告)(?:起|开始|算起)?"
COUNTED = re.compile(
    rf"(?:请?(?:在|自|从|于) ?)?(?:[^\d,。;:\n()]{{0,26}}?{_FROM}),? ?[^\d。;\n,:()一二三四五六七八九十]{{0,6}}"
    rf"{_COUNT} ?(?:\([一二三四五六七八九十\d]{{1,3}}\) ?)?(?:个? ?(?:法定)?工作日|(?<=[\d一二三四五六七八九十])[日天](?!期))"
)
_BETWEEN = re.compile(r"[,。;(]? ?(?:即|也即|时间|为期|期限)?[:为]? ?")
_BRACKET = re.compile(r" ?\((?=[^()]{0,38}(?:工作日|节假日|周[六末日]|\d ?[日天]|共))[^()\n]{1,40}\)")
_JOINED_COUNT = re.compile(
    rf" ?[,。;(] ?(?:[^\d,。;\n()]{{0,10}}?){_COUNT.removesuffix('?')} ?(?:\([一二三四五六七八九十\d]{{1,3}}\) ?)?个? ?(?:法定)?(?:工作日|[日天])\)?"
)
_REST_OF_BRACKET = re.compile(r"[^()\n]{0,30}\)")
_FOR_READING = re.compile(r"[^。;\n]{0,40}(?:索取|查阅|纸质|领取)")
_TAIL = re.compile(r" ?(?:以内|之内|内|为止|止|期间)")
_OPENING = re.compile(
    r"(?:[^\d,。;:\n]{0,8}(?:意见|反馈|提出|征求)[^\d,。;:\n]{0,8}(?:时间|期限|日期|期间)(?:为|是)|(?:公众)?(?:可|可以|应|均可)?(?=请?(?:在|自|从|于|即日|本公示|本项目|公示|公告))|为|:|(?:本次|本项目)?(?=(?:公示|公告|公开)(?:期|时间)))"
)
_PERIOD = re.compile(
    r"(?:公示|公告|公开|征求意见|征询意见|意见征集|反馈)(?:的)?(?:起止|有效)?(?:期限|时间|期间|期|日期)(?:为|是|:|自|从| )"
)
_PUBLISHED = re.compile(r"公示|公告|公开|公布|发布|即日|刊登|登报")
_LONGEST = 80
# An item on the window says its days in its first sentences.
_FARTHEST = 1200


@dataclass(frozen=True, slots=True)
class WindowFound:
    """The window of a notice; dates are ISO 8601 and only there where both are stated."""

    text: str | None = None
    start: str | None = None
    end: str | None = None
    working_days: int | None = None


def find_window(reading: Reading, sections: list[Section], *, quotes_earlier: bool = False) -> WindowFound:
    """Return the comment window, from its own item or, where the heading is lost, from a clause that speaks of it.

    A notice that ``quotes_earlier`` rounds tells of their windows, so only its own item counts.
    """
    own = about(sections, Topic.WINDOW)
    for section in own:
        found = _in_region(reading, section.content)
        if found:
            return _with_count(found, reading, section, sections)
    if own or quotes_earlier:
        return WindowFound()
    return _stated_period(reading, sections) or _counted_in_prose(reading, sections) or WindowFound()


def find_period(reading: Reading) -> WindowFound:
    """Return the period that a page of another kind states for itself (公告期为 …)."""
    return _stated_period(reading, []) or WindowFound()


def _stated_period(reading: Reading, sections: list[Section]) -> WindowFound | None:
    for match in _PERIOD.finditer(reading.text):
        line_end = reading.text.find("\n", match.end())
        end = min(line_end if line_end >= 0 else len(reading.text), match.end() + _LONGEST)
        found = _in_region(reading, Span(match.start(), end))
        if found and not _belongs_to_other_item(sections, match.start()):
            return found
    return None


def _counted_in_prose(reading: Reading, sections: list[Section]) -> WindowFound | None:
    for match in COUNTED.finditer(reading.text):
        elsewhere = _belongs_to_other_item(sections, match.start()) or _FOR_READING.match(
            reading.text, match.end()
        )
        if not elsewhere and _PUBLISHED.search(match[0]):
            found = _in_region(reading, Span(match.start(), min(match.end() + 30, len(reading.text))))
            if found:
                return found
    return None


def _belongs_to_other_item(sections: list[Section], position: int) -> bool:
    section = section_at(sections, position)
    return section is not None and bool(section.topics & {Topic.PAPER, Topic.DRAFT, Topic.WAYS, Topic.FORM})


def _in_region(reading: Reading, region: Span) -> WindowFound | None:
    text = reading.text[: min(region.end, region.start + _FARTHEST)]
    dated = RANGE.search(text, region.start)
    counted = COUNTED.search(text, region.start)
    core = dated or counted
    if core is None:
        return None
    start, end = core.span()
    if dated and counted and counted.start() < dated.start():
        between = text[counted.end() : dated.start()]
        tail = _TAIL.match(between)
        if _BETWEEN.fullmatch(between[tail.end() :] if tail else between):
            start = counted.start()
    start = _clause_start(text, start, region.start)
    end = _clause_end(text, start, end)
    span = trimmed(reading, Span(start, end))
    phrase = reading.original(span)
    first, last = range_dates(dated) if dated else (None, None)
    return WindowFound(
        phrase or None,
        first.isoformat() if first else None,
        last.isoformat() if last else None,
        _count_in(reading.part(span)),
    )


def _clause_start(text: str, core: int, floor: int) -> int:
    start = max(floor, *(text.rfind(mark, floor, core) + 1 for mark in "。;\n,:"))
    opening = _OPENING.match(text, start, core + 3)
    return opening.end() if opening else start


def _clause_end(text: str, start: int, end: int) -> int:
    """Return the end of the phrase: tails, brackets and joined counts of days belong to it."""
    for _round in range(3):
        for pattern in (_TAIL, _JOINED_COUNT, _BRACKET):
            match = pattern.match(text, end)
            if match:
                end = match.end()
    if text.count("(", start, end) > text.count(")", start, end):
        closing = _REST_OF_BRACKET.match(text, end)
        end = closing.end() if closing else end
        tail = _TAIL.match(text, end)
        end = tail.end() if tail else end
    return end


def _count_in(text: str) -> int | None:
    match = WORKING_DAYS.search(text)
    if match is None or not match["n"]:
        return None
    return int(match["n"]) if match["n"].isdecimal() else _NUMERALS.get(match["n"])


def _with_count(
    found: WindowFound, reading: Reading, section: Section, sections: list[Section]
) -> WindowFound:
    if found.working_days is not None:
        return found
    regions = [section.content, *(ways.content for ways in about(sections, Topic.WAYS))]
    counts = (_count_in(reading.part(region)) for region in regions)
    return WindowFound(found.text, found.start, found.end, next((count for count in counts if count), None))
