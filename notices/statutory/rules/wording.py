"""Words, numbers and addresses that a notice should or should not carry: L10 to L14, L22 and L24."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from notices.statutory import divisions
from notices.statutory.facts import NoticeFacts
from notices.statutory.links import has_mixed_schemes, urls_in
from notices.statutory.project_code import (
    CodeProblemKind,
    parse_project_code,
    project_code_problems,
    suggest_project_code,
)
from notices.statutory.rules.base import (
    ALL_KINDS,
    TAKES_OPINIONS,
    Context,
    Hit,
    Level,
    Rule,
)
from notices.statutory.rules.items import rows_of
from notices.statutory.terms import CODE_IN_FORCE, REPEALED_LAWS

MAX_PAPER_URL = 60  # characters that a person can still type from a newspaper
ORDER4_TITLE = "环境影响评价公众参与办法"

# A duty word, then within a few characters and without a word of free choice the personal datum that is asked for.
_DEMAND = re.compile(
    r"(?<![响反相对效供适不无毋])(?:应当|应该|应|必须|须|需要|需|务必)"
    r"(?:(?!鼓励|提倡|倡导|建议|希望|尽量|可以|自愿|不|无需|[。；;\n]).){0,15}?"
    r"(?:实名|真实姓名|身份证|常住地址|经常居住地|家庭住址)"
)
_PLACEHOLDERS = (
    re.compile(r"由[^，。；\n]{0,10}(?:局|部门|系统|平台)(?:自动)?生成"),
    re.compile(r"(?<![0-9A-Za-z/=&?._-])(?:X{2,}|Ｘ{2,}|×{2,}|＊{3,}|[xX]{3,})(?![0-9A-Za-z/=&._-])"),
    re.compile(r"待定|待补充|待填写|此处填写|[（(]\s*略\s*[）)]"),
)
_ORDER4_TITLE = re.compile(
    r"《([^《》]{2,40})》\s*[（(]?[^《》（()）。]{0,12}部令?[，,\s]*第?\s*(?:4|４|四)\s*号"
)
_WRITTEN_FIELDS = (
    "project_name",
    "proponent",
    "consultant",
    "location",
    "existing_works",
    "public_scope",
    "contact_name",
    "contact_phone",
    "contact_email",
    "signature_unit",
)
_CITED = re.compile(r"《(?:中华人民共和国)?([^《》]{2,40})》")
_OLD_WORD = re.compile(r"(?<!生态)环境影响(?:评价|报告书|报告表|登记表)")
_NEW_WORD = re.compile(r"生态环境影响(?:评价|报告书|报告表|登记表)")
_QUOTED_LAW = re.compile(r"《[^《》]*(?:办法|条例|法|法典|规定|导则|名录)》")


def _demanded_identity(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    for field, row, part, text in _wording(facts):
        match = _DEMAND.search(text)
        if match:
            yield Hit(
                f"不能要求公众实名或提供身份证号、住址（原文“{match[0]}”）。"
                "只能要求有效联系方式，实名和住址可以鼓励，请修改。",
                field=field,
                row=row,
                part=part,
            )
            return


def _placeholders(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    said: set[str] = set()
    for field, row, part, text in _wording(facts):
        found = [match[0] for pattern in _PLACEHOLDERS if (match := pattern.search(text))]
        if set(found) - said:
            words = "、".join(f"“{word}”" for word in found)
            yield Hit(f"有未填写的内容（{words}），请补全。", field=field, row=row, part=part)
            said.update(found)


def _wording(facts: NoticeFacts) -> Iterator[tuple[str, int | None, str, str]]:
    """Return what was written, each with field, row and part; the whole text, which may hold all of it, comes last."""
    for field in _WRITTEN_FIELDS:
        yield field, None, "", getattr(facts, field) or ""
    for row, place in enumerate(facts.paper_places):
        for part in ("address", "hours", "contact"):
            yield "paper_places", row, part, getattr(place, part)
    for way_row, way in rows_of(facts):
        yield "ways", way_row, "address", way.address
    yield "text", None, "", facts.text


def _citations(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    on = facts.publication_date or context.on
    order4 = _ORDER4_TITLE.search(facts.text)
    if order4 and order4[1] != ORDER4_TITLE:
        yield Hit(
            f"生态环境部令第4号的名称是《{ORDER4_TITLE}》，不是《{order4[1]}》，请改正。",
            suggestion=f"《{ORDER4_TITLE}》",
        )
    cited = {match[1] for match in _CITED.finditer(facts.text)}
    if "暂行办法" in cited:
        cited.add("环境影响评价公众参与暂行办法")
    # Of a notice whose date was not seen nobody can say that its law was no longer in force.
    undated = () if facts.publication_date else ("publication_date",)
    for law, (last_day, successor) in REPEALED_LAWS.items():
        if law in cited and on > last_day:
            since = last_day + timedelta(days=1)
            yield Hit(
                f"《{law}》自{since.year}年{since.month}月{since.day}日起废止，请改引{successor}。",
                suggestion=successor,
                absent=undated,
            )


def _mixed_terms(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if (facts.publication_date or context.on) < CODE_IN_FORCE:
        return
    text = _QUOTED_LAW.sub("", facts.text)
    old, new = _OLD_WORD.search(text), _NEW_WORD.search(text)
    if old and new:
        yield Hit(f"文中“{old[0]}”和“{new[0]}”并用，请统一用语。")


def _project_code(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    if not facts.project_code:
        return
    counties = facts.division_codes or tuple(
        division.code
        for division in divisions.find_in_text(f"{facts.location or ''}\n{facts.project_name or ''}")
    )
    code = parse_project_code(facts.project_code)
    first, last = code.period if code and code.period else (context.on, context.on)
    problems = project_code_problems(
        facts.project_code,
        on=facts.publication_date or context.on,
        counties=counties,
        filing_date=facts.filing_date,
        nature=facts.nature,
        zones=divisions.zones_in_use(context.zones, first, last),
    )
    if not problems:
        return
    suggestion = suggest_project_code(facts.project_code, counties)
    hint = f"很可能是 {suggestion}。" if suggestion else ""
    idle = next((zone.name for zone in context.zones if code and zone.code == code.region), "")
    if idle and any(problem.kind is CodeProblemKind.COUNTY for problem in problems):
        hint += f"{idle}的代码当时不在启用期内。"
    yield Hit("".join(problem.message for problem in problems) + hint, suggestion=suggestion)


def _personal_data(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if facts.personal_data_in_files:
        shown = "、".join(facts.personal_data_in_files[:5])
        yield Hit(f"拟公开的文件中有个人信息（{shown}），请遮盖后重新上传。")


def _signature_and_links(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not (facts.signature_unit or "").strip():
        yield Hit("文末缺少落款单位，请补上。", field="signature_unit", absent=("signature_date",))
    if facts.signature_date is None:
        yield Hit("文末缺少落款日期，请补上。", field="signature_date", absent=("signature_unit",))
    given = (facts.draft_report_url or "", facts.opinion_form_url or "")
    links = urls_in("\n".join((*given, facts.text)))
    longest = max(map(len, links), default=0)
    if longest > MAX_PAPER_URL:
        yield Hit(
            f"网址长达{longest}个字符，报纸和张贴件上无法照着输入，请改用短网址或二维码。", field="text"
        )
    if has_mixed_schemes(links):
        yield Hit("同一网站的网址有的写 http、有的写 https，请统一为 https。", field="text")


RULES = (
    Rule(
        "L10",
        "不得强制实名",
        "办法第十三条第二款，个人信息保护法第六条",
        True,
        Level.BLOCK,
        TAKES_OPINIONS,
        "text",
        _demanded_identity,
    ),
    Rule("L11", "未填内容", "办法第十条", False, Level.BLOCK, ALL_KINDS, "text", _placeholders),
    Rule(
        "L12",
        "引用的法规",
        "办法第三十四条，生态环境法典第一千二百四十二条",
        False,
        Level.WARN,
        ALL_KINDS,
        "text",
        _citations,
    ),
    Rule("L14", "项目代码", "GB/T 40058-2021", False, Level.WARN, ALL_KINDS, "project_code", _project_code),
    Rule(
        "L22",
        "文件中的个人信息",
        "办法第十三条第三款",
        False,
        Level.BLOCK,
        ALL_KINDS,
        "personal_data_in_files",
        _personal_data,
    ),
    Rule(
        "L24", "落款和网址", "公示规范", False, Level.WARN, ALL_KINDS, "signature_unit", _signature_and_links
    ),
)

# Since 《生态环境法典》 the field has two vocabularies.
RULES_SINCE_CODE = (
    Rule("L13", "用语统一", "生态环境法典", False, Level.INFO, ALL_KINDS, "text", _mixed_terms),
)
