"""Who answers for a project, who writes its report, and who signs the notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.identity import BOOK, TITLE, title_start
from notices.importer.reading import Reading, Span, read, trimmed
from notices.importer.sections import Section, Topic, about
from notices.importer.values import COMPANY, COMPANY_END, COMPANY_PREFIX, NUMBER, field_value, is_masked

_PROPONENT_LABEL = (
    r"(?:项目|工程)?(?:建设|业主|组织|项目|实施|委托|申报|规划(?:组织)?(?:编制|实施)|组织编制)(?:的)?(?:单位|方|业主|机关|部门)(?:的)?(?:名称)?|项目业主|业主(?:名称)?"
    r"|(?:意见)?提交单位|申请单位|公示单位"
)
_CONSULTANT_LABEL = (
    r"(?=[^\n:|]{0,12}(?:环评|评价|编制|环境影响|技术|咨询))(?:承担)?(?:规划)?(?:环境影响评价|环境影响报告[书表]?|环评报告[书表]?|环评文件|报告[书表]|环境影响|环境|环评)?(?:文件)?(?:工作)?(?:的)?"
    r"(?:评价|编制|环评|技术|咨询)?(?:服务|报告编制)?(?:工作)?(?:的)?(?:单位|机构|公司)(?:的)?(?:名称)?"
)
_ENTRUSTED = re.compile(
    rf"委托(?:了)?(?P<name>{COMPANY})(?=承担|编制|开展|进行|对|负责|编|环评|为|就|受|的|实施|完成|作|组织|,|。|[《“])"
)
_ACCEPTED = re.compile(rf"(?:(?P<consultant>{COMPANY})(?:接受|受)|受)(?P<name>{COMPANY})(?:的)?委托")
_ENTRUSTING = re.compile(
    rf"(?:(?<=[\n。;: ,、，?])|^)(?P<name>{COMPANY})(?=(?:已|现|特|拟|正式|于[^,。]{{4,16}})?委托)"
)
# The subject of a sentence about the project or its notice.
_ACTING = re.compile(
    rf"(?:(?<=[\n。;: ,])|^)(?P<name>{COMPANY})(?=(?:现|拟|已|将|正在|特|决定|计划|组织|开展|对|就|公开)[^。\n]{{0,80}}(?:环境影响|环评|建设|项目|工程|公示))"
)
_BRACKETED = r"(?:{0})(?:单位|机构)\((?P<name>[^()\n]{{4,40}})\)"
_NAMED = r"(?:{0})(?:单位|机构)(?:为|是)?(?P<name>{1})(?=[或,。;联索查获咨领\n ]|$)"
_PROPONENT_PROSE = (
    re.compile(_BRACKETED.format("建设|业主|组织|项目")),
    re.compile(_NAMED.format("建设|业主|项目", COMPANY)),
    _ACCEPTED,
    _ENTRUSTING,
    _ACTING,
    re.compile(rf"由(?P<name>{COMPANY})(?:负责|投资|出资|组织)*(?:建设|实施)"),
    re.compile(rf"(?:提交|反馈|递交|邮寄|寄送|寄)(?:至|给|到)(?P<name>{COMPANY})(?=[。,;(\n]|$)"),
)
_CONSULTANT_PROSE = (
    _ENTRUSTED,
    re.compile(rf"委托,? ?(?:现)?由?(?P<name>{COMPANY})(?=承担|开展|编制|进行|正在|对|负责|组织|作为)"),
    re.compile(
        rf"(?:(?<=[\n。;: ,])|^)(?P<name>{COMPANY})(?=(?:承担|负责|编制|开展)[^。,\n]{{0,30}}(?:环评|环境影响|报告书))"
    ),
    re.compile(rf"(?<!经)由(?P<name>{COMPANY})(?=编制|承担|负责|完成|开展)"),
    re.compile(_BRACKETED.format("环评|评价|编制")),
    re.compile(_NAMED.format("环评|评价|环境影响评价|编制", COMPANY)),
)
_SPEAKERS = re.compile(
    r"我(?:单位|公司|司|局|厂)|本(?:单位|公司)|建设单位|该公司|业主|相关|有资质|评价单位|环评单位|编制单位"
)


_BARE_NAME_LABEL = r"(?:单位|机构)?名 ?称|单位|机构"
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


_COMPANY_LINE = re.compile(rf"[ \n]{{0,3}}(?P<name>{COMPANY})[ ]*(?=\n|$|[ ,;。])")


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
        start = title_start(reading.text, *match.span("name"))
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
    # Of two units that are only called by name the second is the consultant.
    others = (_company(reading, span) for span in field_value(reading, r"机构名 ?称|单位名 ?称"))
    return next((name for name in others if name and name != proponent), None) if proponent else None


_BRACKETS = re.compile(r"\((?P<name>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
_UNIT_WORDS = re.compile(rf"(?:{NUMBER})? ?(?:{_PROPONENT_LABEL}|{_CONSULTANT_LABEL})")


def _company(reading: Reading, span: Span) -> str | None:
    """Return the name at a place; that in brackets where the words before them only say which unit it is."""
    words = _UNIT_WORDS.match(reading.text, span.start, span.end)
    bracket = _BRACKETS.match(reading.text, words.end(), span.end) if words else None
    if bracket:
        span = Span(*bracket.span("name"))
    part = reading.part(span)
    comma = re.search(r"[,:]", part)
    span = trimmed(reading, Span(span.start, span.start + comma.start() if comma else span.end))
    part = reading.part(span)
    if span.end >= len(reading.text.rstrip()) and not re.search(COMPANY_END + "$", part):
        return None
    if (
        len(part) < 3
        or is_masked(part)
        or _UNIT_WORDS.fullmatch(part)
        or re.search(r"联系|电话|@|\d{6}|名称|http|\d号", part)
        or _SPEAKERS.fullmatch(part)
    ):
        return None
    return reading.original(span)


_CLAUSE = re.compile(r"^(?:或|和|及|与|以及)|委托|根据|依据|按照|承担|开展")


def _in_prose(reading: Reading, pattern: re.Pattern[str], group: str) -> str | None:
    for match in pattern.finditer(reading.text):
        if match[group] is None:
            continue
        span = trimmed(reading, Span(*match.span(group)))
        part = reading.part(span)
        speaker = _SPEAKERS.search(part) or _CLAUSE.search(part)
        if len(part) >= 4 and not is_masked(part) and not speaker:
            return reading.original(span)
    return None


_SIGNATURE = re.compile(
    r"(?<![^\s。;|])(?P<unit>[㐀-鿿〇A-Za-z0-9()·]{3,45}?)[ \n|]{1,6}(?P<date>(?:19|20)\d\d ?[年.\-/] ?\d{1,2} ?[月.\-/] ?\d{1,2} ?日?)[ ]*(?=[\n|]|$)"
)
_UNIT_LINE = re.compile(
    rf"(?:(?<=\n)|^)[ ]*(?P<unit>[㐀-鿿〇A-Za-z0-9()·]{{2,45}}{COMPANY_END}(?:\([^()\n]{{1,20}}\))?)[ ]*(?=\n|$)"
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
        value = (
            reading.text[max(0, match.start() - 20) : match.start()]
            .rstrip()
            .endswith((":", "单位", "机构", "名称"))
        )
        if not value and match.start() > len(reading.text) * 0.5 and not is_masked(match["unit"]):
            return Span(*match.span("unit"))
    return None
