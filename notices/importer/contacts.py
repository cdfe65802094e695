"""Whom to write to and how: names, telephone numbers and mailboxes, and whether they are the proponent's or the consultant's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from notices.importer.reading import Reading, Span, read
from notices.importer.sections import STATUTORY, Section, Topic, about, section_at
from notices.importer.values import field_value

EMAIL = re.compile(
    r"(?=[*.]{0,20}[A-Za-z0-9])[A-Za-z0-9_.*+-]{1,60}@[A-Za-z0-9*-]{1,40}(?:\.[A-Za-z0-9*-]{1,20}){1,3}"
)
PHONE = re.compile(
    r"(?<![\d*@A-Za-z_=.])(?<![A-Za-z0-9./]/)(?:\+?86[- ]?)?(?:"
    r"1[3-9]\d[- ]?[\d*]{4}[- ]?[\d*]{4}"
    r"|(?:\(0\d{2,3}\)|0\d{2,3})[-— ]{0,3}[\d*]{7,8}(?:[-—]\d{3,6}|转\d{1,6})?(?:(?=0\d{2,3}-)|(?!\d))"
    r"|[48]00[- ]?\d{3,4}[- ]?\d{3,4}"
    r")(?:(?=0\d{2,3}-)|(?![\d*A-Za-z@_]))"
)
_BARE_PHONE = re.compile(r"(?:电话|手机|联系方式)[^\d\n]{0,6}(?P<number>\d{7,8}(?:-\d{2,6})?)(?!\d)")
_TITLES = r"先生|女士|小姐|同志|老师|工程师|副?总经理|副?经理|副?主任|副?科长|副?部长|副?处长|副?厂长|副?局长|副?院长|副?所长|副?矿长|副?站长|队长|主管|书记|博士|工|总"
_PERSON_LABEL = r"(?:联 ?[系络] ?人(?:员|姓名)?|收[件信]人|经办人|负责人)(?:(?:及|和|与|、|/)?(?:其)?(?:联系)?(?:电话|方式))?(?:\([^()]{1,12}\))?"
# A person behind its label, in the next cell or on the next line, or before the number behind 联系方式.
_ADDRESS_LABEL = r"(?:通[讯信]|联系|邮寄|单位|办公|收件|建设单位)?地址"
_FAX = re.compile(rf"传 ?真(?:号码)?[:| ]{{1,3}}(?P<number>{PHONE.pattern})")
_NAME_LABEL = re.compile(
    rf"{_PERSON_LABEL} ?(?:[:] ?\n?|为|是|\| ?|\n| ) {{0,8}}|{_PERSON_LABEL}(?=[㐀-鿿]{{1,3}}(?:{_TITLES})[\d:,;、(])"
    rf"|(?:联系)?(?:方式|电话|手机)[:] ?(?=[㐀-鿿]{{1,3}}(?:{_TITLES})[ \d*:,(]|[㐀-鿿]{{2,3}}[ ]?[\d*]{{5}})"
)
_WORDS = r"联 ?[系络]|电 ?话|手 ?机|传 ?真|邮 ?[箱编件政]|电 ?子|地 ?址|通 ?[讯信]|单 ?位|建设|环评|评价|职务|公司|报告|公众|查阅|登录|见|略|公示|咨询|办公|拨打|致电|发送|方式|名称|机构"
_NAME = re.compile(
    rf"(?!{_WORDS})[㐀-鿿] ?[㐀-鿿]{{0,2}}?(?:{_TITLES})(?![㐀-鿿]{{0,2}}(?:公司|单位))"
    rf"|(?:(?!{_WORDS})[㐀-鿿·]){{2,5}}(?:[,、/](?!{_WORDS})[㐀-鿿]{{2,3}}(?=[\s,;。:(]|{_WORDS}|$))*"
)
_PROPONENT = re.compile(r"(?:建设|业主|组织|实施|项目)(?:单位|方|业主)|规划实施单位|业主")
_CONSULTANT = re.compile(
    r"(?:环评|评价|编制|环境影响评价|报告书编制|技术)(?:编制)?(?:单位|机构)|环境影响报告书编制"
)
_AUTHORITY = re.compile(
    r"(?:环境保护局|生态环境[厅局]|环保局|审批局|审批部门|主管部门|监督电话)[^\n。;]{0,12}(?:联系|电话|:|地址)"
)


_SHORTEST_NAME = 4


class Owner(StrEnum):
    """Whose contact it is."""

    PROPONENT = "proponent"
    CONSULTANT = "consultant"
    AUTHORITY = "authority"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """A contact at its place; ``in_paper`` tells one that is given for reading the paper copy only."""

    kind: str
    owner: Owner
    span: Span
    in_paper: bool


@dataclass(frozen=True, slots=True)
class ContactsFound:
    """The contacts of a notice as the text writes them."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    consultant_phone: str | None = None
    address: str | None = None
    fax: str | None = None


def find_contacts(
    reading: Reading, sections: list[Section], proponent: str | None, consultant: str | None
) -> ContactsFound:
    """Return the proponent's contacts, or the only ones given, and the consultant's telephone."""
    marks = list(_marks(reading, sections, _mentions(reading, proponent, consultant)))
    own = [mark for mark in marks if mark.owner in (Owner.PROPONENT, Owner.UNKNOWN)]
    theirs = [mark for mark in marks if mark.owner is Owner.CONSULTANT]
    phones = [mark for mark in theirs if mark.kind == "phone"]
    if proponent and not any(mark.kind in ("name", "phone", "email") for mark in own):
        # Below a list of both units one contact serves the notice.
        own, phones = [*own, *(mark for mark in theirs if mark.kind not in ("address", "fax"))], []
    return ContactsFound(
        _best(reading, own, "name"),
        _best(reading, own, "phone"),
        _best(reading, own, "email"),
        reading.original(phones[0].span) if phones else None,
        _best(reading, own, "address"),
        _best(reading, own, "fax"),
    )


def _best(reading: Reading, marks: list[Mark], kind: str) -> str | None:
    own = [mark for mark in marks if mark.kind == kind]
    if not any(mark.kind == "name" for mark in marks):
        # A list of reading places with their numbers names nobody to write to.
        own = [mark for mark in own if not (mark.in_paper and mark.owner is Owner.UNKNOWN)]
    own.sort(key=lambda mark: (mark.in_paper, mark.owner is Owner.UNKNOWN))
    return reading.original(own[0].span) if own else None


@dataclass(frozen=True, slots=True)
class _Mention:
    """A unit named in the text; a ``heading`` holds for the lines below it, other mentions for their sentence."""

    position: int
    owner: Owner
    heading: bool


_HEADING_REST = re.compile(
    r"(?:的)?(?:名称)?(?:[及和与、]?(?:其)?联 ?系(?:方式|人|电话)?|地址|电话|邮箱)?(?:\([^()]{1,40}\))?[ ]*(?:[:\n|]|如下|$| [^ ])|(?:的)?名称|(?:的)?联 ?系|地址|邮箱|电话"
)


def _mentions(reading: Reading, proponent: str | None, consultant: str | None) -> list[_Mention]:
    """Return the places where the units are named, in order."""
    found = [(match, Owner.PROPONENT) for match in _PROPONENT.finditer(reading.text)]
    for match in _CONSULTANT.finditer(reading.text):
        if not _JOINED.search(reading.text[max(0, match.start() - 12) : match.start()]):
            found.append((match, Owner.CONSULTANT))
    named = [
        (match, owner)
        for name, owner in ((proponent, Owner.PROPONENT), (consultant, Owner.CONSULTANT))
        for match in _named(reading, name)
    ]
    # A bureau may itself build; then its name is no address for complaints.
    inside = {position for match, _owner in named for position in range(*match.span())}
    found.extend(
        (match, Owner.AUTHORITY) for match in _AUTHORITY.finditer(reading.text) if match.start() not in inside
    )
    found.extend(named)
    mentions = [
        _Mention(match.start(), owner, bool(_HEADING_REST.match(reading.text, match.end())))
        for match, owner in found
    ]
    return sorted(mentions, key=lambda mention: mention.position)


def _named(reading: Reading, name: str | None) -> Iterator[re.Match[str]]:
    plain = read(name).text if name else ""
    return re.finditer(re.escape(plain), reading.text) if len(plain) >= _SHORTEST_NAME else iter(())


_JOINED = re.compile(r"(?:建设|业主)单位(?:或者?|和|及|以及|与|、|/)$")


def _marks(reading: Reading, sections: list[Section], mentions: list[_Mention]) -> Iterator[Mark]:
    for kind, span in sorted(_raw(reading), key=lambda item: item[1].start):
        section = section_at(sections, span.start)
        topics = section.topics if section else frozenset()
        # In the items of the law a unit named further up is no longer the one spoken of.
        floor = section.start if section and topics & set(STATUTORY) else 0
        owner = _owner_at(reading, [mention for mention in mentions if mention.position >= floor], span.start)
        yield Mark(kind, owner, span, bool(topics & {Topic.DRAFT, Topic.PAPER, Topic.FORM}))


def _owner_at(reading: Reading, mentions: list[_Mention], position: int) -> Owner:
    sentence = max(reading.text.rfind("\n", 0, position), reading.text.rfind("。", 0, position)) + 1
    owner = Owner.UNKNOWN
    for mention in mentions:
        if mention.position > position:
            break
        if mention.heading or mention.position >= sentence:
            owner = mention.owner
    return owner


def _raw(reading: Reading) -> Iterator[tuple[str, Span]]:
    text = reading.text
    for match in EMAIL.finditer(text):
        label = re.match(r"e-?mail(?=.)", match[0], re.IGNORECASE)
        yield "email", Span(match.start() + (label.end() if label else 0), match.end())
    for match in PHONE.finditer(text):
        if not re.search(
            r"(?<![话机][/、和])传 ?真[^\d]{0,5}$", text[max(0, match.start() - 12) : match.start()]
        ):
            yield "phone", Span(*match.span())
    for match in _BARE_PHONE.finditer(text):
        if not PHONE.match(text, match.start("number")):
            yield "phone", Span(*match.span("number"))
    for match in _NAME_LABEL.finditer(text):
        name = _NAME.match(text, match.end())
        if name:
            yield "name", Span(*name.span())
    for match in PHONE.finditer(text):
        yield from _name_before(text, match.start())
    for match in _FAX.finditer(text):
        yield "fax", Span(*match.span("number"))
    for span in field_value(reading, _ADDRESS_LABEL):
        yield "address", span


_NAMED_BEFORE = re.compile(
    rf"(?P<name>(?:(?<=公司)|(?<=局)|(?<=[:,。;( \n、|]))[㐀-鿿]{{1,3}}(?:{_TITLES})|(?<=[):])[㐀-鿿]{{2,3}})"
    r"[ ,:(]{0,3}(?:(?:联系)?(?:电话|方式|手机)[: ]{0,3})?$"
)


def _name_before(text: str, position: int) -> Iterator[tuple[str, Span]]:
    """Yield a person named right before a number: 公司李工,联系电话 …, 栗先生 …"""
    offset = max(0, position - 30)
    before = _NAMED_BEFORE.search(text[offset:position])
    if before and not re.match(_WORDS, before["name"]):
        yield "name", Span(offset + before.start("name"), offset + before.end("name"))


_WAYS = {
    "phone": re.compile(r"(?<!联系)电话|致电|来电|拨打"),
    "letter": re.compile(r"信函|信件|寄信|书信|邮寄|邮递|快递|来信|写信|信笺|书面"),
    "email": re.compile(r"电子邮件|电子邮箱|电邮|e-?mail|邮箱|(?<!电子)邮件", re.IGNORECASE),
    "fax": re.compile(r"传真"),
    "visit": re.compile(
        r"面谈|当面|来访|到访|(?<!发)送[至到达]|走访|上门|面呈|现场(?:提交|递交|反映)|递送|座谈会|直接(?:送|交|递)"
    ),
    "online": re.compile(
        r"网上(?:提交|留言|填)|在线(?:提交|填|反馈)|网络(?:提交|留言|平台提交)|留言|(?:通过|添加|关注|用)[^,。;\n]{0,6}微信|微信公众号|扫码"
    ),
}
_FIELD = re.compile(
    r"(?:(?:联系|办公|咨询)?(?:电 ?话|方 ?式)|传 ?真|手 ?机|(?:电 ?子 ?)?邮 ?[箱件]|(?:联系)?邮箱|E-?mail|(?:通[讯信]|联系|邮寄|办公)?地 ?址|邮 ?[编])(?:地址)?(?:\([^()]{1,10}\))? ?[:为]? ?"
    r"(?=[\d:*A-Za-z-]|[^\n]{0,4}[:])(?:\([^()\n]{0,60}\)|[^\n。;,]{0,60})",
    re.IGNORECASE,
)


_SENT_TO = re.compile(r"发[至到送][^。;,\n]{0,40}?(?:邮箱|@)|(?<=\d[)、.]) ?(?:电子)?邮[箱件](?=[:])")


def find_ways(reading: Reading, sections: list[Section]) -> list[str]:
    """Return the ways to comment that the item about them names."""
    own = about(sections, Topic.WAYS)
    for section in own:
        prose = _FIELD.sub(" ", _SENT_TO.sub("电邮", reading.part(section.content)))
        found = _ways_in(prose)
        if found:
            return found
    for section in own:
        found = _ways_of_fields(reading.part(section.content))
        if found:
            return found
    return [] if own else _ways_in_sentence(reading.text)


def _ways_in(prose: str) -> list[str]:
    places = {way: match.start() for way, pattern in _WAYS.items() if (match := pattern.search(prose))}
    return sorted(places, key=places.__getitem__)


def _ways_of_fields(content: str) -> list[str]:
    found = []
    if EMAIL.search(content):
        found.append("email")
    if re.search(r"邮寄|通[讯信]地址", content):
        found.append("letter")
    if not found and PHONE.search(content):
        found.append("phone")
    return found


def _ways_in_sentence(text: str) -> list[str]:
    """Return the ways of a sentence that invites opinions, where there is no item about them."""
    for sentence in re.split(r"[。;\n]", text):
        if re.search(r"(?:意见|建议|看法|异议|反馈|反映|联系)", sentence) and re.search(
            r"可|请|通过|以|欢迎", sentence
        ):
            found = _ways_in(_FIELD.sub(" ", sentence))
            if found:
                return found
    return []
