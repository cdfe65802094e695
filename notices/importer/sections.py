"""The items of a notice: where each heading stands and which text belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from notices.importer.reading import Reading, Span
from notices.importer.values import NUMBER


class Topic(StrEnum):
    """What an item is about."""

    DRAFT = "draft"
    PAPER = "paper"
    SCOPE = "scope"
    FORM = "form"
    WAYS = "ways"
    WINDOW = "window"
    PROJECT = "project"
    PROPONENT = "proponent"
    CONSULTANT = "consultant"
    STATEMENT = "statement"
    MATTERS = "matters"
    CONTACTS = "contacts"


STATUTORY = (Topic.DRAFT, Topic.PAPER, Topic.SCOPE, Topic.FORM, Topic.WAYS, Topic.WINDOW)


@dataclass(frozen=True, slots=True)
class Section:
    """An item: where its heading begins, where the words of the heading end, and where the next item begins."""

    topics: frozenset[Topic]
    start: int
    body: int
    end: int
    numbered: bool

    @property
    def whole(self) -> Span:
        """The heading and the text below it."""
        return Span(self.start, self.end)

    @property
    def content(self) -> Span:
        """The text after the heading."""
        return Span(self.body, self.end)


# A number begins an item wherever it stands, as pages lose their line breaks; other words only where something has ended.
_START = re.compile(
    rf"(?:(?<![\d.(第【一二三四五六七八九十A-Za-z/_=-])(?P<number>{NUMBER})"
    rf"|(?:(?P<line>(?:^|(?<=\n))[ 　]*[、。.]?\d?\)?)|(?P<sentence>(?<=[。;)]))|(?P<word>(?<=[^ ] )))(?![ \n]{{0,12}}{NUMBER}))[ \n]{{0,3}}"
)
_END = re.compile(r"[:。;\n]|(?<=[㐀-鿿)])[ ](?=\S)")
_LEAD = r"^[^,]{0,%d}?"

# In order of precedence where several fit at the same place; the words matched are the heading.
_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        Topic.MATTERS,
        re.compile(
            _LEAD % 10
            + r"(?:意见的?主要事项|主要事项|注意事项|工作程序|环境影响.{0,8}(?:概述|结论|要点)|(?:对策|措施).{0,6}要点|评价结论)"
        ),
    ),
    (
        Topic.WAYS,
        re.compile(
            _LEAD
            % 14
            + r"(?:(?:提出|提交|反馈|提供|发表|反映|递交)[^,。:;]{0,14}(?<!联系)(?:方式|途径|形式|渠道|方法)"
            r"|(?:以下|下列)(?:方式|途径|形式)[^,。:;]{0,8}(?:提出|提交|反馈|反映)|^(?:主要)?方式[和及与、]途径|意见[^,。:;]{0,6}(?:反馈|提交)[^,。:;]{0,4}(?:方式|途径)|公众意见的?反馈|征求(?:公众)?意见的?(?:具体)?(?:形式|方式))"
            r"(?:(?:和|与|及|、)(?:途径|方式))?"
        ),
    ),
    (
        Topic.WINDOW,
        re.compile(
            _LEAD
            % 12
            + r"(?:(?:起止|截止|起始|有效)(?:的)?(?:时间|日期|期限)|(?:公示|公告|公开|反馈|提出|征[求询集](?:公众)?|提交|反馈)(?:意见)?的?(?:起止|有效)?(?:时间|日期|期限|时限|期间|时段|期)"
            r"|^(?:时间|日期|期限|时限)$|意见(?:反馈|征[求询集]|提交)?的?(?:起止|有效)?(?:时间|日期|期限|时限|期间|时段|期))"
        ),
    ),
    (Topic.STATEMENT, re.compile(_LEAD % 6 + r"公众参与(?:情况)?说明(?!.{0,4}意见表)")),
    (
        Topic.FORM,
        re.compile(
            _LEAD % 16
            + r"(?:公众(?:参与)?(?:意见|调查)(?:反馈|征求|调查|征询)?表(?:格)?|^意见(?:调查|反馈)?表)"
        ),
    ),
    (
        Topic.SCOPE,
        re.compile(
            _LEAD % 10
            + r"(?:(?:征求|征询|公众|调查|参与)(?!(?:参与)?的?过程)[^,。:;]{0,10}?(?:范围|对象))(?:[和及与、]主要(?:事项|内容))?"
        ),
    ),
    (
        Topic.PAPER,
        re.compile(
            _LEAD % 10
            + r"纸质(?:版|稿|本)?(?:的)?(?:环境影响)?(?:评价)?(?:报告书|报告表|报告|文本|材料|文件|件)?"
        ),
    ),
    (
        Topic.DRAFT,
        re.compile(
            _LEAD
            % 20
            + r"(?:征求意见稿|报告书|报告表|报告|报批稿|全本)[^,。:;]{0,10}?(?:全文|查阅|查询|链接|连接|获取|下载|简本|网址)"
            r"|" + _LEAD % 4 + r"查[阅询看][^,。:;]{0,20}(?:报告书?|征求意见稿)"
            r"|^(?!.{0,6}意见)[^,]{0,4}?(?:全文|电子版|网络(?:链接|连接|公示网址)|电子文件)|^征求意见稿"
        ),
    ),
    (
        Topic.CONSULTANT,
        re.compile(
            _LEAD % 12
            + r"(?<!规划)(?<!规划组织)(?:环评|评价|环境影响评价|编制)(?:报告书?)?(?:编制)?的?(?:环境影响评价)?(?:单位|机构)(?:的)?(?:名称)?"
        ),
    ),
    (
        Topic.PROPONENT,
        re.compile(
            _LEAD % 8 + r"(?:建设|业主|组织|实施|项目|规划编制|组织编制)(?:单位|方|机关)(?:的)?(?:名称)?"
        ),
    ),
    (
        Topic.PROJECT,
        re.compile(
            _LEAD % 8
            + r"(?:项目|工程|规划)(?:的)?(?:名称及|名称和)?(?:基本)?(?:概况|概要|简介|情况|简况|背景|内容|名称)"
        ),
    ),
    (Topic.CONTACTS, re.compile(_LEAD % 14 + r"(?:联系方式|联系我们)")),
)
_BOTH = re.compile(r"(?:征求意见稿|报告[书表]|全文)[^,。:;]{0,6}[及和与、][^,。:;]{0,6}公众")
_JOINED = {Topic.DRAFT: (Topic.PAPER, Topic.FORM), Topic.PAPER: (Topic.DRAFT,)}
_AFTER_HEADING = re.compile(
    r"(?:全文)?(?:的|及|和|与|、|下载|网络|链接|连接|地址|网址|查阅|获取|纸质|公众意见表|(?:环境影响)?(?:评价)?报告书|征求意见稿|全文|方式|途径|名称|联系方式)*"
    r"[ ]*(?:\([^()]{0,30}\))?[ ]*(?:[:;。]|为(?=[\dh自从])|如下:?)?[ ]*"
)
_UNITS = frozenset({Topic.PROPONENT, Topic.CONSULTANT, Topic.PROJECT, Topic.CONTACTS})
# A sentence that sends the reader to somebody is no heading about them.
_ADDRESSED = re.compile(r"[^:]{0,10}?(?:可|请|向|到|由|与|致|交|给|发|联系)")
# Nor is one that says what to do with the form.
_FILLED = re.compile(r"提交|填写|递交|反馈给|发送")
_REST_OF_HEADING = re.compile(
    r"(?:[的及和与、/或 ]|下载|网络|链接|连接|地址|网址|查阅|获取|索取|方式|方法|途[径经]|全文|纸质|电子|[版稿]|文本|环境影响|评价|报告[书表]?|征求意见稿|公众意见表|名称|联系方式|主要事项)+"
)
_REFERENCE = re.compile(r"[同见]|详见|请见|参见")
_MAX_HEADING = 70
# Within a line only the whole words of a heading are taken for one.
_LONG_ENOUGH = 5


def sections_of(reading: Reading) -> list[Section]:
    """Return the items of a text in order."""
    found = list(_headings(reading))
    following = [*(start for start, *_rest in found[1:]), len(reading.text)][: len(found)]
    return [
        Section(topics, start, min(body, end), end, numbered)
        for (start, topics, body, numbered), end in zip(found, following, strict=True)
    ]


def about(sections: list[Section], topic: Topic) -> list[Section]:
    """Return the items about a topic."""
    return [section for section in sections if topic in section.topics]


def section_at(sections: list[Section], position: int) -> Section | None:
    """Return the item that holds a position; None before the first."""
    return next((section for section in sections if section.start <= position < section.end), None)


def _headings(reading: Reading) -> Iterator[tuple[int, frozenset[Topic], int, bool]]:
    last, window_open = -1, False
    for match in _START.finditer(reading.text):
        if match.start() < last:
            continue
        line_end = _END.search(reading.text, match.end(), match.end() + _MAX_HEADING)
        stop = line_end.start() if line_end else min(match.end() + _MAX_HEADING, len(reading.text))
        heading = reading.text[match.end() : stop]
        topics, words = _classify(heading)
        numbered = match["number"] is not None
        if not topics or (not numbered and _REFERENCE.match(heading)):
            continue
        after = reading.text[match.end() + words : match.end() + words + 3]
        complete = bool(_REST_OF_HEADING.fullmatch(heading[words:] or "的"))
        if match["word"] is not None and not (complete and words >= _LONG_ENOUGH and topics & set(STATUTORY)):
            continue
        opens = match["line"] is not None or complete
        if not numbered and not _stands_alone(heading, words, after, line=opens):
            continue
        if not numbered and topics <= _UNITS and _ADDRESSED.match(heading):
            continue
        if not numbered and topics == {Topic.FORM} and _FILLED.search(heading[:words]):
            continue
        body = match.end() + words
        if Topic.WINDOW in topics and window_open and not numbered and after[:1] == "为":
            continue
        window_open = Topic.WINDOW in topics
        tail = _AFTER_HEADING.match(reading.text, body)
        last = tail.end() if tail else body
        yield match.start(), topics, last, numbered


def _classify(heading: str) -> tuple[frozenset[Topic], int]:
    """Return the topics of a heading, and how many characters its words take; none for other text."""
    fitting = [(topic, match) for topic, pattern in _TOPICS if (match := pattern.search(heading))]
    if not fitting:
        return frozenset(), 0
    topic, match = fitting[0]
    if topic is Topic.MATTERS and any(
        other is Topic.SCOPE and found.end() >= match.end() for other, found in fitting
    ):
        # 征求意见的公众范围及主要事项 begins with the people.
        topic, match = next((other, found) for other, found in fitting if other is Topic.SCOPE)
    if topic is Topic.FORM and _BOTH.search(heading):
        return frozenset({Topic.DRAFT, topic}), match.end()
    if topic in (Topic.FORM, Topic.PAPER) and any(
        other is Topic.DRAFT and found.end() < match.end() for other, found in fitting
    ):
        return frozenset({Topic.DRAFT, topic}), match.end()
    topics = {topic}
    topics.update(other for other, _found in fitting[1:] if other in _JOINED.get(topic, ()))
    return frozenset(topics), match.end()


def _stands_alone(heading: str, words: int, after: str, *, line: bool) -> bool:
    """Return whether words without a number are a heading: a short line of their own, or a label before a value."""
    if after[:1] in (":", "为", "(") or after.startswith(("如下", "主要", "包括", "见", "请见")):
        return True
    rest = heading[words:].strip()
    return line and (not rest or rest[0] in "的及和与、;" or bool(_REST_OF_HEADING.fullmatch(rest)))
