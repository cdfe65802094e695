"""The public that is asked, and where the report lies on paper."""

from __future__ import annotations

import re

from notices.importer.reading import Reading, Span, trimmed
from notices.importer.sections import Section, Topic, about

_SCOPE_LEAD = re.compile(
    r"[ \n:]*(?:\d[、.)] ?)?(?:[^。\n,;]{0,16}?(?:范围|对象|公众)(?:主要|具体)?(?:包括|为|是|指|涉及|:)[:]?)?"
    r"[ ]*(?:主要)?(?:为|是|包括|包含|征询|征求|面向|涉及|广泛听取|听取)?[:]?[ ]*"
)
_SCOPE_CUT = re.compile(
    r"[。\n|]|;(?! ?[(]?[2-9①-⑳])|均可(?=提|发|参|反)|[,](?=(?:也|同时|并)?(?:鼓励|欢迎|提倡|主要事项|均可|具体为|具体范围|详见|就|范围外|评价范围外|对))|(?:的)?意见(?:和建议|或建议)?(?=$|[。;,\n])|(?<=组织)就|(?:以及|及)关[注心][^,。;\n]{0,10}(?:人士|者)(?=的|,|。|$)|(?<=[㐀-鿿)]) (?=[一二三四五六七八九十]、|\([一二三四五六七八九十])"
)
_INLINE_SCOPE = re.compile(r"(?:公众范围|调查对象|征求对象|(?<=[①-⑳ \n。;])对象)(?:主要)?(?:为|包括|是)[:]?")


def find_scope(reading: Reading, sections: list[Section]) -> str | None:
    """Return whose opinions are asked."""
    for section in about(sections, Topic.SCOPE):
        start = section.body
        found = _scope_from(reading, _people_start(reading, start, section.end), section.end)
        if found:
            return found
    inline = _INLINE_SCOPE.search(reading.text)
    return _scope_from(reading, inline.end(), len(reading.text)) if inline else None


def _people_start(reading: Reading, start: int, end: int) -> int:
    """Return where the description of the people begins: past its lead, and past a sentence that names nobody."""
    for sentence in re.finditer(r"[^。\n]+", reading.text[start:end]):
        if _PEOPLE.search(sentence[0]):
            narrowed = _NARROWED.search(sentence[0])
            if narrowed:
                return start + sentence.start() + narrowed.end()
            lead = _SCOPE_LEAD.match(reading.text, start + sentence.start(), end)
            return lead.end() if lead else start + sentence.start()
    lead = _SCOPE_LEAD.match(reading.text, start, end)
    return lead.end() if lead else start


_PEOPLE = re.compile(r"公民|居民|村民|法人|公众|单位|组织|人群|群众|个人|职工|敏感点")
_NARROWED = re.compile(r"具体包括[:]?")


def _scope_from(reading: Reading, start: int, limit: int) -> str | None:
    cut = _SCOPE_CUT.search(reading.text, start, limit)
    span = trimmed(reading, Span(start, cut.start() if cut else limit))
    return reading.original(span) if span.end - span.start >= 4 else None


_PAPER_WORD = re.compile(r"纸质|查阅地点|现场查阅|纸版")
_PLACE_PATTERNS = (
    re.compile(r"(?:存放|摆放|放置|放)[于在](?P<place>[^。;\n,]{3,60}?)(?=供|[,。;\n]|$)"),
    re.compile(r"(?:地点|地址)[:为](?P<place>[^。;\n,:)]{4,60}?)(?=[。;\n,、)]| ?联系|$)"),
    re.compile(
        r"(?:请|可)?(?:就近)?(?:到|至|前往|去|在)(?P<place>[^。;\n,]{3,60}?)(?:进行|现场)?(?:查阅|索取|领取|获取|借阅|查看|取阅|翻阅)"
    ),
    re.compile(r"(?P<place>(?:向|通过)[^。;\n,]{3,60}?(?:函索|索取|索要|获取|联系|领取|查阅|借阅))"),
    re.compile(
        r"(?P<place>请?联系(?!人|电话|方式|地址)[^。;\n,()]{3,40}?(?:\([^()]{1,40}\))?)(?=查阅|获取|索取|借阅|领取|[。;\n,]|$)"
    ),
    re.compile(
        r"^ *(?P<place>(?!现场|可|请|通过|公众|如|联系)[^。;\n,:]{4,50}(?:公司|办公室|[局处号室楼内站会厅部村]))(?=[, ]|$)"
    ),
    re.compile(r"(?:[:]|现场查阅,)(?!现场|可|请|通过|[/])(?P<place>[^。;\n,:]{4,50})(?=,现场|[,。;\n ]|$)"),
)


def find_paper_place(reading: Reading, sections: list[Section]) -> str | None:
    """Return where the report can be read on paper, or whom to ask for it."""
    papers = about(sections, Topic.PAPER)
    for section in (*papers, *about(sections, Topic.DRAFT)):
        for clause in re.finditer(r"[^。\n]+", reading.text[section.body : section.end]):
            if section in papers or _PAPER_WORD.search(clause[0]):
                place = _place_in(reading, section.body + clause.start(), clause[0])
                if place:
                    return place
    return None


def _place_in(reading: Reading, start: int, clause: str) -> str | None:
    for pattern in _PLACE_PATTERNS:
        match = pattern.search(clause)
        if match is None or "工作日" in match["place"]:
            continue
        first, last = match.span("place")
        if "**" in match["place"]:
            # Of a masked place the sentence is all that can be shown.
            first, last = clause.rfind(",", 0, first) + 1, len(clause)
        elif match["place"].count("号") > 1 and "、" in match["place"]:
            last = first + match["place"].index("、")
        address = _ADDRESS_OF.search(clause, first, last)
        if address:
            first, last = address.span("address")
        return reading.original(trimmed(reading, Span(start + first, start + last)))
    return None


_ADDRESS_OF = re.compile(r"地址\((?P<address>[^()]{4,60})\)")
