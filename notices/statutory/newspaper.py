"""The text for a newspaper: all that the law asks of the round, in at most 800 characters.

Newspapers count every character, punctuation included, spaces not. What is too long is shortened in a fixed order, the least
needed first, and only where the whole is on the web page; no item is ever left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from notices.statutory.facts import NoticeKind, PaperPlaceFact, Way, WayFact
from notices.statutory.terms import citation, term

LIMIT = 800
INSERTIONS = 2  # Art. 11 (2)
_FEW_VILLAGES = 2
_WEAK_STOPS = "；，、.;, "
_WAY_NAMES = {
    Way.ONLINE: "网上",
    Way.LETTER: "信函",
    Way.EMAIL: "电子邮件",
    Way.PHONE: "电话",
    Way.FAX: "传真",
    Way.VISIT: "当面",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """Which insertion a text is for, and the days planned for all of them; None where no day is set."""

    number: int
    days: tuple[date | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewspaperFacts:
    """What the text says. Addresses are those of the portal; days are local dates in Asia/Shanghai."""

    kind: NoticeKind
    on: date
    code: str
    address: str
    form_address: str
    project_name: str
    proponent: str
    project_code: str = ""
    location: str = ""
    nature: str = ""
    content: str = ""
    existing_works: str = ""
    consultant: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    paper_places: tuple[PaperPlaceFact, ...] = ()
    public_scope: str = ""
    villages: tuple[str, ...] = ()
    ways: tuple[WayFact, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    provisional: bool = False
    art31: bool = False
    signature_unit: str = ""
    signature_date: date | None = None
    insertion: Insertion | None = None


@dataclass(frozen=True, slots=True)
class NewspaperText:
    """The finished text, its length as newspapers count, and what was shortened to reach it."""

    text: str
    count: int
    shortened: tuple[str, ...] = ()


class TooLongError(Exception):
    """The text does not fit although all was shortened; ``fields`` are what takes most room, the longest first."""

    def __init__(self, count: int, fields: tuple[str, ...]) -> None:
        self.count, self.fields = count, fields
        super().__init__(f"报纸文本缩短后仍有{count}字，超过{LIMIT}字。请缩短：{'、'.join(fields)}。")


def count_characters(text: str) -> int:
    """Return the length as newspapers count: every character with its punctuation, no spaces, no line ends."""
    return sum(not char.isspace() for char in text)


def newspaper_text(facts: NewspaperFacts) -> NewspaperText:
    """Return the text of a notice for a newspaper. Raises TooLongError."""
    shortened: list[str] = []
    text = _compose(facts)
    for label, shorten in _SHORTENINGS:
        if count_characters(text) <= LIMIT:
            break
        shorter = shorten(facts)
        if shorter != facts:
            facts, text = shorter, _compose(shorter)
            shortened.append(label)
    count = count_characters(text)
    if count > LIMIT:
        raise TooLongError(count, _longest_fields(facts))
    return NewspaperText(text, count, tuple(shortened))


# ---- what is shortened, in order ----


def _without_content(facts: NewspaperFacts) -> NewspaperFacts:
    """Leave out what the round does not ask for; the first round must describe the project (Art. 9 (1))."""
    return facts if facts.kind == NoticeKind.FIRST_ROUND else replace(facts, content="", existing_works="")


def _with_few_villages(facts: NewspaperFacts) -> NewspaperFacts:
    if len(facts.villages) <= _FEW_VILLAGES:
        return facts
    named = "、".join(facts.villages[:_FEW_VILLAGES])
    scope = f"{named}等{len(facts.villages)}个村（社区）和单位，名单见网页。"
    return replace(facts, public_scope=scope) if len(scope) < len(_scope(facts)) else facts


def _with_one_paper_place(facts: NewspaperFacts) -> NewspaperFacts:
    more = len(facts.paper_places) - 1
    if more < 1:
        return facts
    first = facts.paper_places[0]
    return replace(
        facts, paper_places=(replace(first, contact=f"{first.contact}（另有{more}处，见网页）".strip()),)
    )


def _with_first_ways(facts: NewspaperFacts) -> NewspaperFacts:
    """Keep one way with its address beside the web form."""
    usable = [row for row in facts.ways if row.address and row.way is not Way.ONLINE]
    kept = next((row for row in usable if row.way is Way.PHONE), usable[0] if usable else None)
    if kept is None or len(usable) < 2:
        return facts
    others = "、".join(_WAY_NAMES[row.way] for row in usable if row is not kept)
    return replace(facts, ways=(replace(kept, address=f"{kept.address}；也可以用{others}，地址见网页"),))


def _with_first_sentences(facts: NewspaperFacts) -> NewspaperFacts:
    return replace(
        facts,
        content=_first_sentence(facts.content),
        existing_works=_first_sentence(facts.existing_works),
    )


def _first_sentence(text: str) -> str:
    head, stop, rest = text.partition("。")
    return f"{head}。详见网页。" if stop and len(rest) > len("详见网页。") else text


_SHORTENINGS: tuple[tuple[str, Callable[[NewspaperFacts], NewspaperFacts]], ...] = (
    ("建设内容和现有工程没有写，法律不要求这一轮登报写明，网页上有", _without_content),
    ("公众范围只写前两个村，名单在网页上", _with_few_villages),
    ("纸质报告书只写第一处，其余在网页上", _with_one_paper_place),
    ("提意见的方式只写一种的地址，其余在网页上", _with_first_ways),
    ("建设内容和现有工程只写第一句，全文在网页上", _with_first_sentences),
)


def _longest_fields(facts: NewspaperFacts) -> tuple[str, ...]:
    lengths = {
        "项目名称": len(facts.project_name) * 2,  # it stands in the title and in the text
        "建设地点": len(facts.location),
        "建设内容": len(facts.content),
        "现有工程及其环境保护情况": len(facts.existing_works),
        "征求意见的公众范围": len(facts.public_scope),
        "纸质报告书查阅地点": sum(
            len(row.address) + len(row.hours) + len(row.contact) for row in facts.paper_places
        ),
        "提意见的方式": sum(len(row.address) for row in facts.ways),
        "建设单位名称": len(facts.proponent) * 2,
    }
    longest = sorted(lengths, key=lambda label: -lengths[label])
    return tuple(label for label in longest[:3] if lengths[label])


# ---- the text ----


def _compose(facts: NewspaperFacts) -> str:
    lines = [_title(facts), _insertion_line(facts), _opening(facts), *_items(facts), *_closing(facts)]
    return "\n".join(line for line in lines if line)


def _title(facts: NewspaperFacts) -> str:
    key = {
        NoticeKind.FIRST_ROUND: "first_round",
        NoticeKind.DRAFT_REPORT: "second_round",
        NoticeKind.PRE_APPROVAL: "pre_approval",
    }[facts.kind]
    return f"{facts.project_name}{term(key, on=facts.on)}"


def _insertion_line(facts: NewspaperFacts) -> str:
    insertion = facts.insertion
    if insertion is None:
        return ""
    days = "，".join(
        f"第{number}次{_day(day)}" for number, day in enumerate(insertion.days, start=1) if day is not None
    )
    return f"第{insertion.number}次刊登（共{INSERTIONS}次{'：' + days if days else ''}）"


def _opening(facts: NewspaperFacts) -> str:
    law = {
        NoticeKind.FIRST_ROUND: "order4_9",
        NoticeKind.DRAFT_REPORT: "order4_10",
        NoticeKind.PRE_APPROVAL: "order4_20",
    }[facts.kind]
    basis = f"根据{citation(law, on=facts.on)}"
    code = f"（项目代码{facts.project_code}）" if facts.project_code else ""
    if facts.kind == NoticeKind.FIRST_ROUND:
        return f"{basis}，公开下列信息，征求公众意见。公示码{facts.code}，网页：{facts.address}"
    place = f"位于{facts.location}" if facts.location else ""
    nature = f"{facts.nature}项目" if facts.nature else ""
    described = "，".join(part for part in (place, nature) if part)
    content = _sentence(facts.content)
    told = f"{facts.proponent}的{facts.project_name}{code}{described}。{content}"
    what = "征求公众意见" if facts.kind == NoticeKind.DRAFT_REPORT else "报批前公开下列文件"
    return f"{told}{basis}，{what}。公示码{facts.code}。"


def _items(facts: NewspaperFacts) -> list[str]:
    items = {
        NoticeKind.FIRST_ROUND: _first_round_items,
        NoticeKind.DRAFT_REPORT: _draft_report_items,
        NoticeKind.PRE_APPROVAL: _pre_approval_items,
    }[facts.kind](facts)
    return [f"（{number}）{text}" for number, text in zip("一二三四五", items, strict=False)]


def _draft_report_items(facts: NewspaperFacts) -> tuple[str, ...]:
    report = term("draft_report", on=facts.on)
    return (
        f"{report}全文的网络链接：{facts.address}；查阅纸质报告书的方式和途径：{_paper(facts)}",
        f"征求意见的公众范围：{_sentence(_scope(facts))}范围以外的公民、法人和其他组织也可以提出意见。",
        f"公众意见表的网络链接：{facts.form_address}",
        f"提出意见的方式和途径：{_ways(facts)}请留下有效的联系方式。",
        f"提出意见的起止时间：{_window(facts)}",
    )


def _first_round_items(facts: NewspaperFacts) -> tuple[str, ...]:
    code = f"（项目代码{facts.project_code}）" if facts.project_code else ""
    nature = f"，{facts.nature}" if facts.nature else ""
    existing = f"现有工程及其环境保护情况：{_sentence(facts.existing_works)}" if facts.existing_works else ""
    return (
        f"项目名称：{facts.project_name}{code}{nature}。建设地点：{_sentence(facts.location)}"
        f"建设内容：{_sentence(facts.content)}{existing}",
        f"建设单位名称和联系方式：{facts.proponent}，{_contact(facts)}。",
        f"{term('consultant', on=facts.on)}的名称：{facts.consultant}。",
        f"公众意见表的网络链接：{facts.form_address}",
        f"提交公众意见表的方式和途径：{_ways(facts)}请留下有效的联系方式。自公开之日起至征求意见稿公示时止。",
    )


def _pre_approval_items(facts: NewspaperFacts) -> tuple[str, ...]:
    return (
        f"拟报批的{term('eia_report', on=facts.on)}全文的网络链接：{facts.address}",
        f"{term('participation_statement', on=facts.on)}的网络链接：{facts.address}",
    )


def _scope(facts: NewspaperFacts) -> str:
    return facts.public_scope or "、".join(facts.villages)


def _paper(facts: NewspaperFacts) -> str:
    places = (
        "，".join(part for part in (row.address, row.hours, row.contact) if part)
        for row in facts.paper_places
    )
    return _sentence("；".join(places))


def _ways(facts: NewspaperFacts) -> str:
    named = [f"{_WAY_NAMES[Way.ONLINE]}填写意见表"]
    named += [
        f"{_WAY_NAMES[row.way]}{row.address.rstrip(_WEAK_STOPS)}"
        for row in facts.ways
        if row.address and row.way is not Way.ONLINE
    ]
    return _sentence("；".join(named))


def _window(facts: NewspaperFacts) -> str:
    if facts.first_day is None or facts.last_day is None:
        return "见网页。"
    basis = "适用第三十一条，期限为5个工作日。" if facts.art31 else ""
    provisional = "截止日暂定，只会延后，不会提前。" if facts.provisional else ""
    return f"{_day(facts.first_day)}至{_day(facts.last_day)}24:00。{basis}{provisional}"


def _contact(facts: NewspaperFacts) -> str:
    phone = f"电话{facts.contact_phone}" if facts.contact_phone else ""
    email = f"邮箱{facts.contact_email}" if facts.contact_email and not phone else ""
    return "，".join(part for part in (facts.contact_name, phone, email) if part)


def _closing(facts: NewspaperFacts) -> list[str]:
    contact = _contact(facts)
    told = facts.kind == NoticeKind.FIRST_ROUND or not contact  # the first round has it in its second item
    signed = facts.signature_date or facts.first_day
    return [
        "" if told else f"联系人：{contact}" if facts.contact_name else f"联系方式：{contact}",
        facts.signature_unit or facts.proponent,
        _day(signed) if signed else "",
    ]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _sentence(text: str) -> str:
    """Return a text on one line that ends as a sentence."""
    line = "".join(text.split("\n")).strip()
    return line if not line or line[-1] in "。！？" else f"{line.rstrip(_WEAK_STOPS)}。"
