"""Who and what a notice is about and how to reach it: names, and numbers checked for slips: L25 to L29."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.statutory import divisions
from notices.statutory.facts import NoticeFacts, NoticeKind, Way
from notices.statutory.identifiers import is_post_code, is_valid_email, is_valid_uscc, parse_phone
from notices.statutory.rules.base import ALL_KINDS, TAKES_OPINIONS, Context, Hit, Level, Rule
from notices.statutory.rules.items import carries_first_round, post_codes_in, rows_of

_BETWEEN = re.compile(r"[、，,;；/／|\n]+")
_NUMBER = re.compile(r"[+（(]?\d[\d()（）\s－—-]{2,}\d(?:转\d+)?")
_MASKED = re.compile(r"[*＊×xX]{2,}")
_PHONE_WAYS = frozenset({Way.PHONE, Way.FAX})


def _identity(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    for field, name, value in (
        ("project_name", "建设项目名称", facts.project_name),
        ("proponent", "建设单位名称", facts.proponent),
    ):
        if not (value or "").strip():
            yield Hit(f"请填写{name}。", field=field)
    if not (facts.location or "").strip():
        level = Level.BLOCK if facts.kind is NoticeKind.FIRST_ROUND else Level.WARN
        yield Hit("请填写建设地点。", level=level, field="location")


def _first_round_identity(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if not carries_first_round(facts):
        return
    if not (facts.consultant or "").strip():
        yield Hit("请填写环境影响报告书编制单位的名称。", field="consultant")
    if not (facts.contact_phone or facts.contact_email or "").strip():
        yield Hit(
            "请填写建设单位的联系方式（电话或邮箱）。",
            field="contact_phone",
            absent=("contact_phone", "contact_email"),
        )


def _uscc(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    if facts.proponent_uscc and not is_valid_uscc(facts.proponent_uscc):
        yield Hit(
            f"建设单位的统一社会信用代码“{facts.proponent_uscc}”不对（应为18位，末位是校验码），"
            "请对照营业执照在建设单位页面改正。"
        )


def _contacts(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    phone, email = (facts.contact_phone or "").strip(), (facts.contact_email or "").strip()
    usable_email = is_valid_email(email)
    usable_way = any(way.address.strip() for _row, way in rows_of(facts) if way.way is not Way.ONLINE)
    for wrong in _wrong_phones(phone) or ([phone] if phone and not _has_phone(phone) else []):
        alone = wrong == phone and not usable_email and not usable_way
        yield Hit(
            f"联系电话“{wrong}”不像电话号码，请核对；座机请加区号，例如 0357-1234567。",
            level=Level.BLOCK if alone else Level.WARN,
            absent=("contact_email",) if alone else (),
        )
    if email and not usable_email and not _MASKED.search(email):
        alone = not _has_phone(phone) and not usable_way
        yield Hit(
            f"电子邮箱“{email}”格式不对，请核对，例如 name@example.cn。",
            level=Level.BLOCK if alone else Level.WARN,
            field="contact_email",
            absent=("contact_phone",) if alone else (),
        )
    for row, way in rows_of(facts):
        for wrong in _wrong_phones(way.address) if way.way in _PHONE_WAYS else ():
            yield Hit(f"“{wrong}”不像电话号码，请核对；座机请加区号。", field="ways", row=row, part="address")


def _wrong_phones(text: str) -> list[str]:
    """Return the numbers in a text that are no telephone numbers; a masked one is not judged."""
    return [
        number.strip()
        for part in _BETWEEN.split(text)
        if not _MASKED.search(part)
        for number in _NUMBER.findall(part)
        if not _is_phone(number)
    ]


def _is_phone(number: str) -> bool:
    plain = number.strip("（( )）")
    return parse_phone(number) is not None or parse_phone(plain) is not None


def _has_phone(text: str) -> bool:
    return bool(_MASKED.search(text)) or any(_is_phone(part) for part in _NUMBER.findall(text))


def _post_code(facts: NoticeFacts, _context: Context) -> Iterator[Hit]:
    for row, way in rows_of(facts):
        for code in post_codes_in(way.address) if way.way is Way.LETTER else ():
            if not is_post_code(code):
                yield Hit(f"邮政编码“{code}”不对，应为六位数字，请核对。", row=row, part="address")


def _division_codes(facts: NoticeFacts, context: Context) -> Iterator[Hit]:
    zones = divisions.zones_in_use(context.zones, context.on, context.on)
    if facts.division_code and not divisions.is_known(facts.division_code, zones):
        yield Hit(f"行政区划代码 {facts.division_code} 不存在，请核对，例如安泽县 141026。")
    for row, place in enumerate(facts.places):
        if place.division_code and not divisions.is_known(place.division_code, zones):
            yield Hit(
                f"{place.village}的行政区划代码 {place.division_code} 不存在，请核对。",
                field="places",
                row=row,
                part="division_code",
            )


RULES = (
    Rule(
        "L25",
        "项目和单位",
        "办法第九条（一）（二）",
        False,
        Level.BLOCK,
        ALL_KINDS,
        "project_name",
        _identity,
    ),
    Rule(
        "L25",
        "编制单位和联系方式",
        "办法第九条（二）（三）",
        False,
        Level.BLOCK,
        TAKES_OPINIONS,
        "consultant",
        _first_round_identity,
    ),
    Rule("L26", "统一社会信用代码", "GB 32100-2015", True, Level.WARN, ALL_KINDS, "proponent_uscc", _uscc),
    Rule(
        "L27",
        "电话和邮箱",
        "办法第九条（二）、第十条（四）",
        False,
        Level.WARN,
        ALL_KINDS,
        "contact_phone",
        _contacts,
    ),
    Rule("L28", "邮政编码", "办法第十条（四）", False, Level.WARN, TAKES_OPINIONS, "ways", _post_code),
    Rule(
        "L29",
        "行政区划代码",
        "GB/T 2260-2007",
        False,
        Level.WARN,
        ALL_KINDS,
        "division_code",
        _division_codes,
    ),
)
