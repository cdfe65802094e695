"""Which project it is: its name, code, place, nature and investment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.reading import Reading, Span, trimmed
from notices.importer.values import COMPANY_PREFIX, NUMBER, field_value, is_masked

_NAME_END = r"(?:项目|工程|规划(?:\([^()]{1,14}\))?|[㐀-鿿]路|段|[㐀-鿿]站|基地|园区|线|矿|厂|场|中心|港|码头|水库|装置|车间|隧道|桥)"

CODE = re.compile(
    r"(?<!\d)(?:20\d\d|\d{4})\s?[-~]\s?\d{6}\s?[-~]\s?\d{2}\s?[-~]\s?\d{2}\s?[-~]\s?\d{5,6}(?!\d)"
)


_NAME_SIGNS = r"[㐀-鿿〇A-Za-z0-9()、/·*?.%#×+~&-]"
_PROJECT_LABEL = r"(?:建设)?(?:项目|工程|规划)(?:的)? ?名 ?称"
_QUOTED = re.compile(rf"[“「\"](?P<name>[^“”「」\"\n]{{4,90}}?{_NAME_END}(?:\([^()]{{1,14}}\))?)[”」\"]")
_IMPACT = (
    r"(?:\(?(?:变更|重新报批|调整)\)?)?(?:生态)?环境影响(?:评价)?(?:跟踪评价)?(?:报告|评价|公众|第|信息)"
)
BOOK = re.compile(
    r"《(?P<name>(?!中华|建设项目|环境|关于)[^《》\n]{4,90}?)(?:生态)?(?:环境影响|环评|竣工环境)[^《》\n]{0,40}》"
)
TITLE = re.compile(
    rf"(?:^|(?<=\n)|(?<=[|>]))[ ]*(?:标题[ :]*)?(?:关于)?(?P<name>[^\n。;:《》]{{4,90}}?)[ \n]{{0,2}}(?:{_IMPACT}|环评|公众参与|竣工环境保护|报批前)[^\n。;]{{0,40}}(?:公示|公告|公 ?示|公开|信息|说明|内容)"
)
_TITLE_LEAD = re.compile(
    r"(?:【[^】\n]{1,8}】)?(?:[^ \n]{0,10}网 )?(?:标题[ :]*)?(?:[^\n关]{0,40}关于(?:公开)?(?:征求|公布|公示|发布)?)?(?:《|[ ])*"
)
_MENU_WORD = re.compile(r"[㐀-鿿]{1,6} +")
_SPOKEN = re.compile(
    rf"(?:现就|现对|对|就|开展了?|承担了?|公示 ?|由于|建设的?|拟建的?)(?P<name>{_NAME_SIGNS}{{4,70}}?{_NAME_END}) ?(?:作|进行|开展|的?环境影响|环境影响|环评|公众参与|予以|总投资|公示如下|公告如下)"
)
_PLANNED = re.compile(
    rf"(?:拟|计划)(?:投资[^,。\n]{{0,12}})?(?:建设|实施)(?P<name>{_NAME_SIGNS}{{4,60}}?{_NAME_END})(?=[,。;])"
)
_PROSE = re.compile(
    rf"(?:^|(?<=[\n。 ]))(?P<name>(?:{_NAME_SIGNS}|;){{4,60}}?{_NAME_END})(?=总投资|位于|拟投|选址)"
)
_INLINE = re.compile(
    rf"(?:(?<=[\n、。;:《 )])|^)(?P<name>{_NAME_SIGNS}{{4,80}}?{_NAME_END}(?:\([^()]{{1,14}}\))?) ?(?:海洋)?(?:生态)?环境影响(?:评价)?报告[书表]"
)
_FILE = re.compile(
    rf"(?:附件 ?\d?[:、 ]*|(?<=\n))(?:[^\n:;]{{0,12}}[ :])?(?P<name>[^\n:;。《》 ]{{4,80}}?{_NAME_END}(?:\([^()]{{1,14}}\))?) ?-?(?:环境影响|征求意见|环评)"
)


def find_project_name(reading: Reading) -> str | None:
    """Return the project's name: its own field, else the name in quotes, in the report's title or in the notice's title."""
    for span in field_value(reading, _PROJECT_LABEL):
        part = reading.part(span)
        if (
            len(part) >= 4
            and not is_masked(part)
            and not re.match(r"[一二三四五六七八九十(]{1,3}[、)]|建设单位", part)
        ):
            return reading.original(_without_report(reading, span))
    for pattern in (_QUOTED, BOOK, TITLE, _INLINE, _SPOKEN, _PLANNED, _FILE, _PROSE):
        for match in pattern.finditer(reading.text):
            named = _project_span(reading, match)
            if named and not is_masked(reading.part(named)):
                return reading.original(_without_owner(reading, named))
    return None


def _without_owner(reading: Reading, span: Span) -> Span:
    """Return the name without the company before it where the text also uses it so."""
    part = reading.part(span)
    prefix = COMPANY_PREFIX.match(part)
    rest = part[prefix.end() :] if prefix else ""
    if (
        prefix
        and len(rest) >= _SHORTEST_REST
        and re.search(rf"(?:^|[\n。;“《:]) *{re.escape(rest)}", reading.text)
    ):
        return Span(span.start + prefix.end(), span.end)
    return span


_SHORTEST_REST = 6


def _without_report(reading: Reading, span: Span) -> Span:
    report = re.search(r"(?:生态)?环境影响(?:评价|报告).*$", reading.part(span))
    return (
        trimmed(reading, Span(span.start, span.start + report.start()))
        if report and report.start() > 4
        else span
    )


def title_start(text: str, start: int, end: int) -> int:
    """Return where the name in the line of a title begins: behind the path and the menu of a site, behind 关于."""
    for mark in (">", "»", "|", "  "):
        found = text.rfind(mark, start, end)
        start = max(start, found + len(mark)) if found >= 0 else start
    for word_end in _leading_words(text, start, end):
        start = word_end
    lead = _TITLE_LEAD.match(text, start, end)
    return lead.end() if lead else start


def _leading_words(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the ends of the short words, each before a space, with which a menu begins."""
    word = _MENU_WORD.match(text, start, end)
    while word:
        yield word.end()
        word = _MENU_WORD.match(text, word.end(), end)


_NAME_LEAD = re.compile(r"(?:现|特|兹)(?:将|就|对)|(?:拟|就|对)(?=.{6})")
# Words between a name and 环境影响评价 that are no part of it.
_NAME_TAIL = re.compile(r"(?<=项目|工程)海洋$|[ ]?(?:第[一二]次|二次|首次)(?:环评)?$|(?<=.)的$")


def _project_span(reading: Reading, match: re.Match[str]) -> Span | None:
    start, end = match.span("name")
    if match.re is TITLE:
        start = title_start(reading.text, start, end)
        if re.search(r"办法|条例|按照|根据|依据|委托|征求|我[司单公]|,(?!\d)", reading.text[start:end]):
            return None
    if re.match(r"(?:本|该|上述|建设)(?:项目|工程)$|公众意见|附件", reading.text[start:end]):
        return None
    span = trimmed(reading, Span(start, end))
    part = reading.part(span)
    number = re.match(r"[(]?[一二三四五六七八九十]{1,2}[)]?[、.]", part)
    if number:
        span = Span(span.start + number.end(), span.end)
    builder = re.match(
        r"由?[^,。]{4,45}?(?:公司|局|厂|政府)[^,。]{0,6}(?:建设|实施|承担)的(?=.{4})", reading.part(span)
    )
    if builder:
        span = Span(span.start + builder.end(), span.end)
    lead = _NAME_LEAD.match(reading.part(span))
    if lead:
        span = Span(span.start + lead.end(), span.end)
    tail = _NAME_TAIL.search(reading.part(span))
    if tail:
        span = Span(span.start, span.start + tail.start())
    if re.search(r"^(?:报批|拟报批|征求意见|(?:建设项目)?环境影响|公众参与)|说明$|报告书?$", part):
        return None
    return span if span.end - span.start >= 4 else None


_LOCATION_LABEL = (
    r"(?:项目|工程|建设)(?:的)?(?:建设|所在)?(?:地点|地址|位置|选址)|选址(?:地点|位置)?|地理位置|建设地"
)
_PLACE_LEAD = re.compile(
    r"(?:本|该|拟建)?(?:项目|工程|矿区|厂区|厂址|场址|电站|码头|线路)?(?:拟)?(?:选址)?(?:位于|建于|建设于|选址于|在)"
)
_PLACE_REST = re.compile(r"[,](?=属|东经|北纬|中心坐标|占地|地理坐标|厂址中心)")


def _place_in(reading: Reading, span: Span) -> Span:
    """Return the place itself, without the words around it."""
    part = reading.part(span)
    lead = _PLACE_LEAD.match(part)
    rest = _PLACE_REST.search(part)
    start = span.start + (lead.end() if lead else 0)
    return trimmed(reading, Span(start, span.start + rest.start() if rest else span.end))


_LOCATED = re.compile(
    r"(?:拟?选?(?:厂|场)?址(?:位于|在)|(?:项目|工程)?(?:拟)?(?:(?<!单)位于|迁建?[至于]|建于|建在|选址于|设于)|建设地点为)(?P<place>[^。;\n]{4,80})"
)
_AT = re.compile(
    r"(?<=[,。 ])于(?P<place>[^。;\n,]{2,12}[省市县区][^。;\n,]{3,50}?(?:内|侧|旁|处))(?:建|新建|扩建|实施)"
)


def find_location(reading: Reading) -> str | None:
    """Return where the project is to be built."""
    for span in field_value(reading, _LOCATION_LABEL):
        if not is_masked(reading.part(span)):
            return reading.original(_place_in(reading, span))
    for pattern in (_LOCATED, _AT):
        for match in pattern.finditer(reading.text):
            comma = re.search(
                r",(?!(?:北(?!纬)|南|东(?!经)|西|以|[^,]{0,14}(?:以[东西南北]|侧|路|岸|内)))", match["place"]
            )
            end = match.start("place") + comma.start() if comma else match.end("place")
            return reading.original(trimmed(reading, Span(match.start("place"), end)))
    return None


_WORKS = re.compile(r"项目|工程|及|$|\(|铁路|公路")
_NATURES = r"技改扩建|改扩建|改、扩建|扩建|改建|迁建|技改|技术改造|新建"


def find_nature(reading: Reading, project_name: str | None, *, finished: bool) -> str | None:
    """Return the nature of the works: its field, else what the name or the sentence about the works says."""
    for span in field_value(reading, r"(?:项目|工程|建设)(?:建设)?性质"):
        return reading.original(trimmed(reading, span))
    if finished:
        return None
    if project_name:
        at = reading.source.find(project_name)
        if at >= 0:
            for match in re.finditer(rf"{_NATURES}", reading.text):
                begins = reading.starts[match.start()] == at
                inside = at < reading.starts[match.start()] < at + len(project_name)
                # New works say so in front (新建…铁路), other works also behind (…扩建项目).
                if begins or (inside and match[0] != "新建" and _WORKS.match(reading.text, match.end())):
                    return reading.original(Span(*match.span()))
    spoken = re.search(rf"(?:(?:本|此)次?|(?<=[:,。]))(?P<nature>{_NATURES})(?:项目|工程)", reading.text)
    return reading.original(Span(*spoken.span("nature"))) if spoken else None


_INVESTMENT = re.compile(
    r"(?<!环保)(?<!环境保护)(?:投资?|资金)(?:总?投?资?额|金额|概算|估算)?(?:约|为|:|:约)? ?(?P<amount>\d[\d,]{0,12}(?:\.\d{1,4})?) ?(?P<unit>万|亿)"
)
_IN_WAN = {"万": 1.0, "亿": 10000.0}


def find_investment(reading: Reading) -> float | None:
    """Return the total investment in 万元."""
    for match in _INVESTMENT.finditer(reading.text):
        if re.search(r"环保$|环境保护$", reading.text[max(0, match.start() - 4) : match.start()]):
            continue
        return round(float(match["amount"].replace(",", "")) * _IN_WAN[match["unit"]], 4)
    return None


_CONTENT_LABEL = re.compile(
    r"(?<![㐀-鿿])(?:主要|项目|工程)?(?:建设|工程|项目)(?:主要)?(?:内容(?:[及和与、](?:建设)?规模)?|规模(?:[及和与、](?:建设|主要)?内容)?)[:|] ?\n?(?P<value>[^\n|]{4,1200})"
)


def find_content(reading: Reading) -> str | None:
    """Return what is to be built, as its field says it: up to the end of its line or the next item."""
    match = _CONTENT_LABEL.search(reading.text)
    if match is None:
        return None
    following = _NEXT_ITEM.search(reading.text, match.start("value"), match.end("value"))
    end = following.start() if following else match.end("value")
    return reading.original(trimmed(reading, Span(match.start("value"), end))) or None


_NEXT_ITEM = re.compile(rf"(?<=[。;]) ?(?={NUMBER})| (?={NUMBER})|(?<=[。;]) ?(?=[㐀-鿿]{{4,10}}:)")


def find_project_code(reading: Reading) -> str | None:
    """Return the project code as it is printed."""
    match = CODE.search(reading.text)
    return reading.original(Span(*match.span())) if match else None
