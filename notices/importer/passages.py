"""The public that is asked, and where the report lies on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.reading import Reading, Span, read, trimmed
from notices.importer.sections import Section, Topic, about
from notices.importer.values import NUMBER

# What stands before the people: (本次公示)征求意见的公众范围为, 主要包括, 向, 广泛听取.
_SCOPE_LEAD = re.compile(
    r"[ \n:]*(?:\d[、.)] ?)?(?:[^。\n,;:]{0,24}?(?:范围|对象)(?:主要|具体|应|应当)?(?:包括|为|是|指|涉及|有|:)[:]?[ ]*)?(?:[^。\n,;:]{0,8}公众(?:主要)?(?:包括|为|是|:)[:]?)?"
    r"(?:(?:本次|此次|本)?(?:公示|公告|项目|工程|规划|环评|环境影响评价|公众参与|调查)?(?:过程中?)?(?:期间)?,?(?:现|拟|将)?(?:主要|广泛|重点|公开)*"
    r"(?:为|是|包括|包含|征询|征求|面向|涉及|听取|收集|调查|针对|[向对](?=[^。\n]{2,60}(?:征求|征询|收集|听取|公开)))(?!意见|公众意见|的))?(?:主要)?[:]?[ ]*"
)
_SCOPE_CUT = re.compile(
    r"[。\n|]|;(?! ?[(]?[2-9①-⑳])"
    # what is asked of them, and those who may also write
    r"|均可(?=提|发|参|反|以)|[,](?=(?:也|同时|并|亦|此外)?(?:鼓励|欢迎|提倡|接受)|主要事项|均可|具体为|具体范围|详见|就|范围[之以]?外|(?:本?项目)?评价范围[之以]?外|对|征地|凡|不)"
    r"|(?:的)?意见(?:和建议|或建议|、建议|及建议)?(?=$|[。;,\n])|(?:公开)?(?:征求|征询|收集|听取)(?=[^。\n]{0,40}(?:意见|建议|看法))|[就对](?=(?:本|该)?(?:项目|工程|建设|环境|环评|环保|规划)[^。\n]{0,30}(?:意见|建议|看法|态度))"
    r"|(?:以及|及|和)关[注心][^,。;\n]{0,10}(?:人士|者)(?=的|,|。|$)"
    rf"|(?<=[㐀-鿿)]) ?(?={NUMBER} ?(?:公众|征求|提交|意见|环境|公示|建设|联系|网络|查阅|纸质|主要))"
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
    for people in (_PEOPLE, _PLACES):
        for sentence in re.finditer(r"[^。\n]+", reading.text[start:end]):
            if people.search(sentence[0]):
                narrowed = _NARROWED.search(sentence[0])
                if narrowed:
                    return start + sentence.start() + narrowed.end()
                return _past_lead(reading, start + sentence.start(), end)
    return _past_lead(reading, start, end)


def _past_lead(reading: Reading, start: int, end: int) -> int:
    lead = _SCOPE_LEAD.match(reading.text, start, end)
    return lead.end() if lead else start


_PEOPLE = re.compile(
    r"公民|居民|村民|法人|公众(?!参与|意见)|单位|组织|人群|群众|个人|职工|敏感点|人士|代表|团体"
)
_PLACES = re.compile(r"村|社区|学校|医院|部门|企业|专家|敏感|街道|乡|镇")
_NARROWED = re.compile(r"具体包括[:]?")


def _scope_from(reading: Reading, start: int, limit: int) -> str | None:
    cut = _SCOPE_CUT.search(reading.text, start, limit)
    span = trimmed(reading, Span(start, cut.start() if cut else limit))
    return reading.original(span) if span.end - span.start >= 4 else None


_VILLAGE = re.compile(
    r"(?P<name>[㐀-鿿]{1,6}?(?:村|社区|街道|小区|[镇乡](?=[、,。;和及等]|$)))(?!庄|民|委|镇)"
)
_NO_VILLAGE = re.compile(r"影响|周边|附近|各|沿线|相关|所在|的|居民|内")


def villages_in(scope: str | None) -> list[str]:
    """Return the villages and quarters that a public scope names, each once."""
    reading = read(scope or "")
    names = (match for match in _VILLAGE.finditer(reading.text) if not _NO_VILLAGE.search(match["name"]))
    return list(dict.fromkeys(reading.original(Span(*match.span("name"))) for match in names))


_PAPER_WORD = re.compile(r"纸质|查阅地点|现场查阅|纸版|索取|简本")
_TAKE = r"(?:查阅|查看|查询|索取|索要|领取|获取|借阅|取阅|翻阅)"
_PLACE_PATTERNS = (
    re.compile(r"(?:存放|摆放|放置|放)[于在](?P<place>[^。;\n,]{3,60}?)(?=供|[,。;\n]|$)"),
    re.compile(
        rf"(?:请|可)?(?:就近)?(?:到|至|前往|去|在)(?P<place>(?!(?:以下|下列|上述|指定|现场|网)|公示期)[^。;\n,:]{{3,60}}?)(?:进行|现场)?{_TAKE}"
    ),
    re.compile(r"(?:在|于)(?P<place>[^。;\n,:]{3,50}处)可?(?:供|查)"),
    re.compile(r"(?:地点|地址)[:为](?P<place>[^。;\n,:)]{4,60}?)(?=[。;\n,、)]| ?联系|$)"),
    re.compile(r"(?P<place>(?:向|通过)[^。;\n,]{3,60}?(?:函索|联系|索取|索要|获取|领取|查阅|借阅))"),
    re.compile(
        r"(?P<place>[请可]?(?:直接)?联系(?!人|电话|方式|地址)[^。;\n,()]{3,40}?(?:\([^()]{1,40}\))?)(?=查阅|获取|索取|借阅|领取|[。;\n,]|$)"
    ),
    re.compile(
        r"^ *(?P<place>(?!现场|可|请|通过|公众|如|联系)[^。;\n,:]{4,50}(?:公司|[局处号室楼内站会厅部村科所馆院校府社区街镇乡旁侧]))(?=[, ]|$)"
    ),
    re.compile(r"(?:[:]|现场查阅,)(?!现场|可|请|通过|[/])(?P<place>[^。;\n,:]{4,50})(?=,现场|[,。;\n ]|$)"),
)
_NO_PLACE = re.compile(
    r"工作日|\d{7}|《|https?:|www|@|点击|下载|链接|公众范围|征求意见|[一二三四五六七八九十]、"
)


def find_paper_places(reading: Reading, sections: list[Section]) -> list[str]:
    """Return where the report can be read on paper, or whom to ask for it; each place once, in order."""
    return list(dict.fromkeys(_paper_places(reading, sections)))


def _paper_places(reading: Reading, sections: list[Section]) -> Iterator[str]:
    papers = about(sections, Topic.PAPER)
    for section in (*papers, *about(sections, Topic.DRAFT)):
        for clause in re.finditer(r"[^。;\n]+", reading.text[section.body : section.end]):
            if section in papers or _PAPER_WORD.search(clause[0]):
                place = _place_in(reading, section.body + clause.start(), clause[0])
                if place:
                    yield place
    if not papers:
        # Where no item is about the paper copy a sentence may be.
        yield from _paper_places_in_prose(reading)


def _paper_places_in_prose(reading: Reading) -> Iterator[str]:
    for clause in re.finditer(r"[^。;\n]+", reading.text):
        if re.search(r"纸质|纸版", clause[0]):
            place = _place_in(reading, clause.start(), clause[0])
            if place:
                yield place


def _place_in(reading: Reading, start: int, clause: str) -> str | None:
    for pattern in _PLACE_PATTERNS:
        match = pattern.search(clause)
        if match is None or _NO_PLACE.search(re.sub(r"\([^()]*\)", "", match["place"])):
            continue
        first, last = match.span("place")
        if "**" in match["place"]:
            # Of a masked place the sentence is all that can be shown.
            first, last = clause.rfind(",", 0, first) + 1, len(clause)
        elif match["place"].count("号") > 1 and "、" in match["place"]:
            last = first + match["place"].index("、")
        number = re.compile(NUMBER).match(clause, first, last)
        first = number.end() if number and clause[first] not in "①②③④⑤⑥⑦⑧⑨" else first
        address = _ADDRESS_OF.search(clause, first, last)
        if address:
            first, last = address.span("address")
        return reading.original(trimmed(reading, Span(start + first, start + last)))
    return None


_ADDRESS_OF = re.compile(r"地址\((?P<address>[^()]{4,60})\)")
