"""Who answers for a project, who writes its report, and who signs the notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.identity import BOOK, TITLE, TITLE_LEAD
from notices.importer.reading import Reading, Span, read, trimmed
from notices.importer.sections import Section, Topic, about
from notices.importer.values import COMPANY, COMPANY_END, COMPANY_PREFIX, field_value, is_masked

_PROPONENT_LABEL = r"(?:项目)?(?:建设|业主|组织|项目|规划实施|实施|委托)(?:的)?(?:单位|方)(?:的)?(?:名称)?|(?:意见)?提交单位|申请单位|公示单位"
_CONSULTANT_LABEL = r"(?:承担)?(?:环境影响评价|环境影响报告书|环评|评价|报告书|环评报告|环境影响评价报告书)?(?:文件)?(?:编制|评价|环评|技术)(?:工作)?(?:的)?(?:单位|机构)(?:的)?(?:名称)?"
_ENTRUSTED = re.compile(
    rf"委托(?:了)?(?P<name>{COMPANY})(?=承担|编制|开展|进行|对|负责|编|环评|为|就|受|的|实施|完成|作|组织|,|。|[《“])"
)
_ACCEPTED = re.compile(rf"(?:(?P<consultant>{COMPANY})(?:接受|受)|受)(?P<name>{COMPANY})(?:的)?委托")
_ENTRUSTING = re.compile(
    rf"(?:(?<=[\n。;: ,、，?])|^)(?P<name>{COMPANY})(?=(?:已|现|特|拟|正式|于[^,。]{{4,16}})?委托)"
)
_INVESTING = re.compile(rf"(?:(?<=[\n。;: ,])|^)(?P<name>{COMPANY})(?:拟|计划|决定)(?=投|建|在|于)")
_BRACKETED = r"(?:{0})(?:单位|机构)\((?P<name>[^()\n]{{4,40}})\)"
_NAMED = r"(?:{0})(?:单位|机构)(?:为|是)?(?P<name>{1})(?=[或,。;联索查获咨领\n ]|$)"
_PROPONENT_PROSE = (
    re.compile(_BRACKETED.format("建设|业主|组织")),
    re.compile(_NAMED.format("建设|业主", COMPANY)),
    _ACCEPTED,
    _ENTRUSTING,
    _INVESTING,
)
_CONSULTANT_PROSE = (
    _ENTRUSTED,
    re.compile(_BRACKETED.format("环评|评价|编制")),
    re.compile(_NAMED.format("环评|评价|环境影响评价|编制", COMPANY)),
)
_SPEAKERS = re.compile(
    r"我(?:单位|公司|司|局|厂)|本(?:单位|公司)|建设单位|该公司|业主|相关|有资质|评价单位|环评单位|编制单位"
)


_BARE_NAME_LABEL = r"(?:单位|机构)?名 ?称"
_MENTION = {
    Topic.PROPONENT: re.compile(r"(?:建设|业主|组织)单位"),
    Topic.CONSULTANT: re.compile(r"(?:环评|评价|编制)(?:单位|机构)"),
}


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
        last = {
            kind: max((m.start() for m in pattern.finditer(before)), default=-1)
            for kind, pattern in _MENTION.items()
        }
        if last[topic] > last[other]:
            yield span


_COMPANY_LINE = re.compile(rf"[ \n]{{0,3}}(?P<name>{COMPANY})[ ]*(?=\n|$|[,;。])")


def _company_prefix(project_name: str | None) -> str | None:
    """Return the company after which a project is named."""
    if not project_name:
        return None
    reading = read(project_name)
    match = COMPANY_PREFIX.match(reading.text)
    if match is None or is_masked(match["name"]):
        return None
    return reading.original(Span(*match.span("name")))


def _title_prefix(reading: Reading) -> str | None:
    """Return the company at the beginning of a title, where the project's own name leaves it out."""
    for match in (*BOOK.finditer(reading.text), *TITLE.finditer(reading.text)):
        lead = TITLE_LEAD.match(reading.text, match.start("name"), match.end("name"))
        start = lead.end() if lead else match.start("name")
        prefix = _company_prefix(reading.original(Span(start, match.end("name"))))
        if prefix:
            return prefix
    return None


def find_consultant(reading: Reading, sections: list[Section], proponent: str | None) -> str | None:
    """Return the company that writes the report."""
    for span in (
        *field_value(reading, _CONSULTANT_LABEL),
        *_names_below(reading, sections, Topic.CONSULTANT),
    ):
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
    if (
        len(part) < 3
        or is_masked(part)
        or re.search(r"联系|电话|@|\d{6}|名称|http", part)
        or _SPEAKERS.fullmatch(part)
    ):
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


_SIGNATURE = re.compile(
    r"(?:(?<=[\n。;|])|^|(?<=[ ]))[ ]*(?P<unit>[㐀-鿿A-Za-z0-9()·]{3,45}?)[ \n|]{1,6}(?P<date>(?:19|20)\d\d ?[年.\-/] ?\d{1,2} ?[月.\-/] ?\d{1,2} ?日?)[ ]*(?=[\n|]|$)"
)
_UNIT_LINE = re.compile(
    rf"(?:(?<=\n)|^)[ ]*(?P<unit>[㐀-鿿A-Za-z0-9()·]{{2,45}}{COMPANY_END}(?:\([^()\n]{{1,20}}\))?)[ ]*(?=\n|$)"
)


def find_signature(reading: Reading) -> Span | None:
    """Return the name under the notice: above its date, or on a line of its own at the end."""
    last = None
    for match in _SIGNATURE.finditer(reading.text):
        if is_masked(match["unit"]):
            continue
        if re.search(COMPANY_END + r"(?:\(|$)", match["unit"]) and not re.search(
            r"来源|作者|编辑|时间|网$", match["unit"]
        ):
            last = Span(*match.span("unit"))
    if last and last.start > len(reading.text) * 0.3:
        return last
    for match in _UNIT_LINE.finditer(reading.text):
        if match.start() > len(reading.text) * 0.5 and not is_masked(match["unit"]):
            return Span(*match.span("unit"))
    return None
