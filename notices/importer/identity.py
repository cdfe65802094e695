"""Which project it is and whose: name, code, companies, place, nature, investment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.reading import Reading, Span, read, trimmed
from notices.importer.sections import Section, Topic, about

_LABELS = (
    r"(?:建设)?(?:项目|工程)(?:的)?(?:名称|代码|地点|性质|概况|概要|内容|投资|位置|选址|规模)|建设(?:地[点址]|性质|单位|内容|规模)|联 ?系|通[讯信]|地 ?址|邮 ?[箱编政]|电 ?话|传 ?真"
    r"|电子|手机|环评|评价(?:单位|机构)|编制单位|总?投资|附件|网址|链接|主要"
)
_VALUE_END = re.compile(rf"[\n;。|]|[ ]+(?=(?:{_LABELS}))|[ ]+(?=[㐀-鿿 ]{{2,14}}[:])|\?*(?<=[㐀-鿿)?])(?=(?:联 ?系 ?人|联系电话|联系方式|联系地址|通[讯信]地址|地 ?址|电 ?话|邮 ?箱|邮 ?编)[:])|[,](?=(?:{_LABELS}|项目))|[ ](?=[一二三四五六七八九十(（\d]{{1,3}}[、)])")
_MASK = re.compile(r"[*＊ ]+|\((?:略|\.\.\.)\)")
_EMPTY_COMPANY = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:公司|分公司)?(?:单位)?")
COMPANY_END = (
    r"(?:公司|集团|分公司|厂|矿|管理局|管理委员会|管委会|人民政府|办事处|委员会|交通运输[局厅]|水[利务]局|[㐀-鿿]{2}局|[㐀-鿿]{2}厅|医院|大学|学院|研究院|研究所|设计院"
    r"|中心|办公室|指挥部|合作社|养殖场|电站|电厂|支队|[㐀-鿿]处|部队|银行|基地|事务所|筹建处|项目部|机构|协会)"
)
_COMPANY = rf"[㐀-鿿A-Za-z0-9()*·]{{2,45}}?{COMPANY_END}(?:\([^()\n]{{1,20}}\))?(?:[㐀-鿿]{{0,12}}?(?:分公司|分局|项目部))?"
_NAME_END = r"(?:项目|工程|规划(?:\([^()]{1,14}\))?|[㐀-鿿]路|段|电站|基地|园区|线|矿|厂)"

CODE = re.compile(r"(?<!\d)(?:20\d\d|\d{4})\s?[-~]\s?\d{6}\s?[-~]\s?\d{2}\s?[-~]\s?\d{2}\s?[-~]\s?\d{5,6}(?!\d)")


def field_value(reading: Reading, label: str, *, within: Span | None = None) -> Iterator[Span]:
    """Yield the values written behind a label (``建设地点:…``), in order."""
    region = within or Span(0, len(reading.text))
    pattern = re.compile(rf"(?:(?<![㐀-鿿])|(?<=[项本该拟]))(?:本|该|拟)?(?:{label})(?:\([^()\n]{{0,12}}\))?(?: ?[:] ?|[ \n]{{0,2}}\n)")
    for match in pattern.finditer(reading.text, region.start, region.end):
        end = _VALUE_END.search(reading.text, match.end(), region.end)
        span = trimmed(reading, Span(match.end(), end.start() if end else region.end))
        if span.end > span.start:
            yield span


def is_masked(text: str) -> bool:
    """Return whether nothing but mask and legal form is left of a name."""
    return not _MASK.sub("", text) or bool(_EMPTY_COMPANY.fullmatch(_MASK.sub("", text)))


_PROJECT_LABEL = r"(?:建设)?(?:项目|工程|规划)(?:的)? ?名 ?称"
_QUOTED = re.compile(rf"[“「\"](?P<name>[^“”「」\"\n]{{4,90}}?{_NAME_END}(?:\([^()]{{1,14}}\))?)[”」\"]")
_IMPACT = r"(?:\(?(?:变更|重新报批|调整)\)?)?(?:生态)?环境影响(?:评价)?(?:跟踪评价)?(?:报告|评价|公众|第|信息)"
_BOOK = re.compile(rf"《(?P<name>(?!中华|建设项目|环境|关于)[^《》\n]{{4,90}}?)(?:生态)?(?:环境影响|环评|竣工环境)[^《》\n]{{0,40}}》")
_TITLE = re.compile(
    rf"(?:^|(?<=\n)|(?<=[|>]))[ ]*(?:标题[ :]*)?(?:关于)?(?P<name>[^\n。;:《》]{{4,90}}?)[ \n]{{0,2}}(?:{_IMPACT}|环评|公众参与|竣工环境保护|报批前)[^\n。;]{{0,40}}(?:公示|公告|公 ?示|公开|信息|说明|内容)"
)
_TITLE_LEAD = re.compile(r"(?:当前位置[^\n]*[>》»])?(?:[^ ]{0,10}网 )?(?:关于|《)?")
_SPOKEN = re.compile(rf"(?:现就|现对|对|就|开展了?|承担了?|公示 ?|由于|建设的?|拟建的?)(?P<name>[㐀-鿿A-Za-z0-9()、/·*.-]{{4,70}}?{_NAME_END}) ?(?:作|进行|开展|的?环境影响|环境影响|环评|公众参与|予以|总投资)")
_PROSE = re.compile(rf"(?:^|(?<=[\n。 ]))(?P<name>[㐀-鿿A-Za-z0-9()/·*?;]{{4,60}}?{_NAME_END})(?=总投资|位于|拟投|选址)")
_INLINE = re.compile(rf"(?:(?<=[\n、。;:《 )])|^)(?P<name>[㐀-鿿A-Za-z0-9()、/·*.%,-]{{4,80}}?{_NAME_END}(?:\([^()]{{1,14}}\))?) ?(?:海洋)?(?:生态)?环境影响(?:评价)?报告[书表]")
_FILE = re.compile(rf"(?:附件 ?\d?[:、 ]*|(?<=\n))(?:[^\n:;]{{0,12}}[ :])?(?P<name>[^\n:;。《》 ]{{4,80}}?{_NAME_END}(?:\([^()]{{1,14}}\))?) ?-?(?:环境影响|征求意见|环评)")


def find_project_name(reading: Reading) -> str | None:
    """Return the project's name: its own field, else the name in quotes, in the report's title or in the notice's title."""
    for span in field_value(reading, _PROJECT_LABEL):
        part = reading.part(span)
        if len(part) >= 4 and not is_masked(part) and not re.match(r"[一二三四五六七八九十(]{1,3}[、)]|建设单位", part):
            return reading.original(_without_report(reading, span))
    for pattern in (_QUOTED, _BOOK, _TITLE, _INLINE, _SPOKEN, _FILE, _PROSE):
        for match in pattern.finditer(reading.text):
            span = _project_span(reading, match)
            if span and not is_masked(reading.part(span)):
                return reading.original(_without_owner(reading, span))
    return None


def _without_owner(reading: Reading, span: Span) -> Span:
    """Return the name without the company before it where the text also uses it so."""
    part = reading.part(span)
    prefix = _PREFIX.match(part)
    rest = part[prefix.end() :] if prefix else ""
    if prefix and len(rest) >= _SHORTEST_REST and re.search(rf"(?:^|[\n。;“《:]) *{re.escape(rest)}", reading.text):
        return Span(span.start + prefix.end(), span.end)
    return span


_SHORTEST_REST = 6


def _without_report(reading: Reading, span: Span) -> Span:
    report = re.search(r"(?:生态)?环境影响(?:评价|报告).*$", reading.part(span))
    return trimmed(reading, Span(span.start, span.start + report.start())) if report and report.start() > 4 else span


def _project_span(reading: Reading, match: re.Match[str]) -> Span | None:
    start, end = match.span("name")
    if match.re is _TITLE:
        lead = _TITLE_LEAD.match(reading.text, start, end)
        start = lead.end() if lead else start
        if re.search(r"办法|条例|按照|根据|依据|委托|征求|我[司单公]|[,,]", reading.text[start:end]):
            return None
    if re.match(r"(?:本|该|上述|建设)(?:项目|工程)$|公众意见|附件", reading.text[start:end]):
        return None
    span = trimmed(reading, Span(start, end))
    part = reading.part(span)
    number = re.match(r"[(]?[一二三四五六七八九十]{1,2}[)]?[、.]", part)
    if number:
        span = Span(span.start + number.end(), span.end)
    sea = re.search(r"(?<=项目|工程)海洋$", part)
    if sea:
        span = Span(span.start, span.start + sea.start())
    if re.search(r"^(?:报批|拟报批|征求意见)|说明$|报告书?$", part):
        return None
    return span if span.end - span.start >= 4 else None


_PROPONENT_LABEL = r"(?:项目)?(?:建设|业主|组织|项目|规划实施|实施|委托)(?:的)?(?:单位|方)(?:的)?(?:名称)?|(?:意见)?提交单位|申请单位|公示单位"
_CONSULTANT_LABEL = (
    r"(?:承担)?(?:环境影响评价|环境影响报告书|环评|评价|报告书|环评报告|环境影响评价报告书)?(?:文件)?(?:编制|评价|环评|技术)(?:工作)?(?:的)?(?:单位|机构)(?:的)?(?:名称)?"
)
_ENTRUSTED = re.compile(rf"委托(?:了)?(?P<name>{_COMPANY})(?=承担|编制|开展|进行|对|负责|编|环评|为|就|受|的|实施|完成|作|组织|,|。|[《“])")
_ACCEPTED = re.compile(rf"(?:(?P<consultant>{_COMPANY})(?:接受|受)|受)(?P<name>{_COMPANY})(?:的)?委托")
_ENTRUSTING = re.compile(rf"(?:(?<=[\n。;: ,、，?])|^)(?P<name>{_COMPANY})(?=(?:已|现|特|拟|正式|于[^,。]{{4,16}})?委托)")
_INVESTING = re.compile(rf"(?:(?<=[\n。;: ,])|^)(?P<name>{_COMPANY})(?:拟|计划|决定)(?=投|建|在|于)")
_BRACKETED = r"(?:{0})(?:单位|机构)\((?P<name>[^()\n]{{4,40}})\)"
_NAMED = r"(?:{0})(?:单位|机构)(?:为|是)?(?P<name>{1})(?=[或,。;联索查获咨领\n ]|$)"
_PROPONENT_PROSE = (
    re.compile(_BRACKETED.format("建设|业主|组织")),
    re.compile(_NAMED.format("建设|业主", _COMPANY)),
    _ACCEPTED,
    _ENTRUSTING,
    _INVESTING,
)
_CONSULTANT_PROSE = (
    _ENTRUSTED,
    re.compile(_BRACKETED.format("环评|评价|编制")),
    re.compile(_NAMED.format("环评|评价|环境影响评价|编制", _COMPANY)),
)
_SPEAKERS = re.compile(r"我(?:单位|公司|司|局|厂)|本(?:单位|公司)|建设单位|该公司|业主|相关|有资质|评价单位|环评单位|编制单位")


_BARE_NAME_LABEL = r"(?:单位|机构)?名 ?称"
_MENTION = {
    Topic.PROPONENT: re.compile(r"(?:建设|业主|组织)单位"),
    Topic.CONSULTANT: re.compile(r"(?:环评|评价|编制)(?:单位|机构)"),
}
_PREFIX = re.compile(
    r"(?P<name>[㐀-鿿A-Za-z0-9()·*]{2,40}?(?:公司(?:[㐀-鿿]{1,8}?分公司)?|管理委员会|管委会|人民政府|[㐀-鿿]{2}局))(?=[^,。]{2,})"
)


def find_proponent(
    reading: Reading, sections: list[Section], signature: str | None, project_name: str | None
) -> str | None:
    """Return the company that answers for the project: its field, else who entrusts, who signs, whom the project is named after."""
    for span in (*field_value(reading, _PROPONENT_LABEL), *_names_below(reading, sections, Topic.PROPONENT)):
        name = _company(reading, span)
        if name:
            return name
    for pattern in _PROPONENT_PROSE:
        found = _in_prose(reading, pattern, "name")
        if found and (found.endswith("公司") or not _company_prefix(project_name)):
            return found
    return signature or _company_prefix(project_name) or _title_prefix(reading)


def _names_below(reading: Reading, sections: list[Section], topic: Topic) -> Iterator[Span]:
    """Yield the values of a bare 名称 under a heading, or behind a mention, of the unit in question."""
    other = Topic.CONSULTANT if topic is Topic.PROPONENT else Topic.PROPONENT
    for section in about(sections, topic):
        yield from field_value(reading, _BARE_NAME_LABEL, within=section.whole)
        bare = _COMPANY_LINE.match(reading.text, section.body, section.end)
        if bare:
            yield Span(*bare.span("name"))
    for span in field_value(reading, r"单位名 ?称"):
        before = reading.text[max(0, span.start - 60) : span.start]
        last = {kind: max((m.start() for m in pattern.finditer(before)), default=-1) for kind, pattern in _MENTION.items()}
        if last[topic] > last[other]:
            yield span


_COMPANY_LINE = re.compile(rf"[ \n]{{0,3}}(?P<name>{_COMPANY})[ ]*(?=\n|$|[,;。])")


def _company_prefix(project_name: str | None) -> str | None:
    """Return the company after which a project is named."""
    if not project_name:
        return None
    reading = read(project_name)
    match = _PREFIX.match(reading.text)
    return reading.original(Span(*match.span("name"))) if match else None


def _title_prefix(reading: Reading) -> str | None:
    """Return the company at the beginning of a title, where the project's own name leaves it out."""
    for match in (*_BOOK.finditer(reading.text), *_TITLE.finditer(reading.text)):
        lead = _TITLE_LEAD.match(reading.text, match.start("name"), match.end("name"))
        start = lead.end() if lead else match.start("name")
        prefix = _company_prefix(reading.original(Span(start, match.end("name"))))
        if prefix:
            return prefix
    return None


def find_consultant(reading: Reading, sections: list[Section], proponent: str | None) -> str | None:
    """Return the company that writes the report."""
    for span in (*field_value(reading, _CONSULTANT_LABEL), *_names_below(reading, sections, Topic.CONSULTANT)):
        name = _company(reading, span)
        if name and name != proponent:
            return name
    found = _in_prose(reading, _ACCEPTED, "consultant")
    if found:
        return found
    for pattern in _CONSULTANT_PROSE:
        found = _in_prose(reading, pattern, "name")
        if found and found != proponent:
            return found
    return None


def _company(reading: Reading, span: Span) -> str | None:
    part = reading.part(span)
    comma = re.search(r"[,:]", part)
    end = span.start + comma.start() if comma else span.end
    span = trimmed(reading, Span(span.start, end))
    part = reading.part(span)
    if span.end >= len(reading.text.rstrip()) and not re.search(COMPANY_END + "$", part):
        return None
    if len(part) < 3 or is_masked(part) or re.search(r"联系|电话|@|\d{6}|名称|http", part) or _SPEAKERS.fullmatch(part):
        return None
    return reading.original(span)


def _in_prose(reading: Reading, pattern: re.Pattern[str], group: str) -> str | None:
    for match in pattern.finditer(reading.text):
        if match[group] is None:
            continue
        span = trimmed(reading, Span(*match.span(group)))
        part = reading.part(span)
        speaker = _SPEAKERS.search(part)
        if len(part) >= 4 and not is_masked(part) and not speaker:
            return reading.original(span)
    return None


_LOCATION_LABEL = r"(?:项目|工程|建设)(?:的)?(?:建设|所在)?(?:地点|地址|位置|选址)|选址(?:地点|位置)?|地理位置|建设地"
_PLACE_LEAD = re.compile(r"(?:本|该|拟建)?(?:项目|工程|矿区|厂区|厂址|场址|电站|码头|线路)?(?:拟)?(?:选址)?(?:位于|建于|建设于|选址于|在)")
_PLACE_REST = re.compile(r"[,](?=属|东经|北纬|中心坐标|占地|地理坐标|厂址中心)")


def _place_in(reading: Reading, span: Span) -> Span:
    """Return the place itself, without the words around it."""
    part = reading.part(span)
    lead = _PLACE_LEAD.match(part)
    rest = _PLACE_REST.search(part)
    start = span.start + (lead.end() if lead else 0)
    return trimmed(reading, Span(start, span.start + rest.start() if rest else span.end))


_LOCATED = re.compile(r"(?:拟?选?(?:厂|场)?址(?:位于|在)|(?:项目|工程)?(?:拟)?(?:(?<!单)位于|迁[至建]|建于|建在|选址于|设于)|建设地点为)(?P<place>[^。;\n]{4,80})")
_AT = re.compile(r"(?<=[,。 ])于(?P<place>[^。;\n,]{2,12}[省市县区][^。;\n,]{3,50}?(?:内|侧|旁|处))(?:建|新建|扩建|实施)")


def find_location(reading: Reading) -> str | None:
    """Return where the project is to be built."""
    for span in field_value(reading, _LOCATION_LABEL):
        if not is_masked(reading.part(span)):
            return reading.original(_place_in(reading, span))
    for pattern in (_LOCATED, _AT):
        for match in pattern.finditer(reading.text):
            comma = re.search(r",(?!(?:北(?!纬)|南|东(?!经)|西|以|[^,]{0,14}(?:以[东西南北]|侧|路|岸|内)))", match["place"])
            end = match.start("place") + comma.start() if comma else match.end("place")
            return reading.original(trimmed(reading, Span(match.start("place"), end)))
    return None


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
            for match in re.finditer(rf"(?:{_NATURES})(?=项目|工程|及|$|\(|铁路|公路)", reading.text):
                if at <= reading.starts[match.start()] < at + len(project_name) and (
                    match[0] != "新建" or reading.starts[match.start()] == at
                ):
                    return reading.original(Span(*match.span()))
    spoken = re.search(rf"(?:(?:本|此)次?|(?<=[:,。]))(?P<nature>{_NATURES})(?:项目|工程)", reading.text)
    return reading.original(Span(*spoken.span("nature"))) if spoken else None


_INVESTMENT = re.compile(r"(?<!环保)(?<!环境保护)(?:投资?|资金)(?:总?投?资?额|金额|概算|估算)?(?:约|为|:|:约)? ?(?P<amount>\d[\d,]{0,12}(?:\.\d{1,4})?) ?(?P<unit>万|亿)")
_IN_WAN = {"万": 1.0, "亿": 10000.0}


def find_investment(reading: Reading) -> float | None:
    """Return the total investment in 万元."""
    for match in _INVESTMENT.finditer(reading.text):
        if re.search(r"环保$|环境保护$", reading.text[max(0, match.start() - 4) : match.start()]):
            continue
        return round(float(match["amount"].replace(",", "")) * _IN_WAN[match["unit"]], 4)
    return None


def find_project_code(reading: Reading) -> str | None:
    """Return the project code as it is printed."""
    match = CODE.search(reading.text)
    return reading.original(Span(*match.span())) if match else None


_SIGNATURE = re.compile(
    rf"(?:(?<=[\n。;|])|^|(?<=[ ]))[ ]*(?P<unit>[㐀-鿿A-Za-z0-9()·]{{3,45}}?)[ \n|]{{1,6}}(?P<date>(?:19|20)\d\d ?[年.\-/] ?\d{{1,2}} ?[月.\-/] ?\d{{1,2}} ?日?)[ ]*(?=[\n|]|$)"
)
_UNIT_LINE = re.compile(rf"(?:(?<=\n)|^)[ ]*(?P<unit>[㐀-鿿A-Za-z0-9()·]{{2,45}}{COMPANY_END}(?:\([^()\n]{{1,20}}\))?)[ ]*(?=\n|$)")


def find_signature(reading: Reading) -> Span | None:
    """Return the name under the notice: above its date, or on a line of its own at the end."""
    last = None
    for match in _SIGNATURE.finditer(reading.text):
        if re.search(COMPANY_END + r"(?:\(|$)", match["unit"]) and not re.search(r"来源|作者|编辑|时间|网$", match["unit"]):
            last = Span(*match.span("unit"))
    if last and last.start > len(reading.text) * 0.3:
        return last
    for match in _UNIT_LINE.finditer(reading.text):
        if match.start() > len(reading.text) * 0.5:
            return Span(*match.span("unit"))
    return None
