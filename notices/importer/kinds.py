"""What kind of page it is: which round of the participation, an acceptance of finished works, or no such notice."""

from __future__ import annotations

import re

from notices.importer.parsed import Kind
from notices.importer.reading import Reading
from notices.importer.sections import STATUTORY, Section, Topic

_IMPACT = re.compile(r"环境影响|环评|环境评价")
_ACCEPTANCE = re.compile(
    r"竣工环(?:境)?保(?:护)?(?:设施)?验收|验收(?:监测|调查)?报告|环(?:境)?保(?:护)?(?:设施)?(?:竣工)?验收|竣工验收"
)
_BUREAU = re.compile(
    r"拟(?:对[^。\n]{0,40})?(?:作出|批准|审批)[^。\n]{0,20}(?:审批|审查|批复|决定|公示)|受理(?:情况)?(?:的)?公(?:示|告)|拟审批|审批(?:决定|意见)的?公(?:示|告)|我局(?:受理|拟|审批|于)|已?受理[^。\n]{0,20}(?:报告书|报告表|文件)|行政许可法"
)
_PRE_APPROVAL = re.compile(r"报批前|拟报批|报批稿|报送[^。\n]{0,14}(?:前|审批)|报审前|公众参与说明")
_FIRST = re.compile(
    r"第一次[^。\n]{0,14}(?:公示|公告|公开|信息)|首次[^。\n]{0,24}(?:公示|公告|公开|信息)|(?:公示|公告|公众参与|信息公开)[^。\n]{0,8}(?:第一次|首次|一次公示)|一次公示|第1次[^。\n]{0,10}公|一示|第一阶段"
)
_SECOND = re.compile(
    r"第二次[^。\n]{0,14}(?:公示|公告|公开|信息|公众|环评)|(?:公示|公告|公众参与|信息公开|参与信息)[^。\n]{0,8}(?:第二次|二次)|二次公示|第2次|征求意见稿(?!的?编制)|简本|第二阶段"
)
_ANNOUNCES = re.compile(r"公示|公告|公开|公众参与")
_LECTURE = re.compile(r"解读|答记者问|办事指南|招标|投标|培训班|考试|考点|评价师|教育网|辅导|真题|题库")
_ENOUGH_ITEMS = 3
_HEAD = 260
_SUBJECT_LINE = re.compile(r"(?:^|(?<=[\n|>]))[^\n|>]*(?:环境影响|环评|环境评价|环境保护|环保|公众参与|验收)")
_FIELDS = re.compile(r"(?:建设|业主|项目)单位[^\n。]{0,8}[:]|联 ?系 ?人[:]")
_TITLED = re.compile(r"(?:环境影响|环评)[^\n。]{0,40}(?:公示|公告|信息公开)[^\n。,]{0,12}(?:\n|$)")
_NEWS = re.compile(r"(?:记者|本报讯|调研|专家评审会|通讯员|召开[^。\n]{0,20}会)")


def find_kind(reading: Reading, sections: list[Section]) -> Kind:
    """Return the kind of a page by its title and first sentences, else by its items."""
    text = reading.text
    head = _head(text)
    items = {topic for section in sections for topic in section.topics if topic in STATUTORY}
    if _ACCEPTANCE.search(head) and not re.search(r"征求意见稿|报批前", head):
        return "acceptance" if _ANNOUNCES.search(text) else "other"
    if not _IMPACT.search(text) or not _ANNOUNCES.search(text):
        return "other" if len(items) < _ENOUGH_ITEMS else "second_round"
    if _BUREAU.search(head) and "征求意见稿" not in head:
        return "other"
    if _is_about_notices(text, items):
        return "other"
    return _round(head, text, sections, items)


def _head(text: str) -> str:
    """Return the beginning of a page below the menus of its site."""
    subject = _SUBJECT_LINE.search(text)
    start = subject.start() if subject else 0
    return text[start : start + _HEAD]


def _is_about_notices(text: str, items: set[Topic]) -> bool:
    """Return whether a page tells of notices or of a project without being a notice."""
    if _FIELDS.search(text):
        return False
    if _LECTURE.search(text):
        return True
    return bool(_NEWS.search(text)) and len(items) < _ENOUGH_ITEMS and not _TITLED.search(text)


_DRAFT_IS_OUT = re.compile(r"征求意见稿(?!编制)(?!的?编制)(?!\s*(?:阶段|期间|形成前))")


def _round(head: str, text: str, sections: list[Section], items: set[Topic]) -> Kind:
    for region in (head[:120], head, text):
        pre = _PRE_APPROVAL.search(region)
        first, second = _FIRST.search(region), _SECOND.search(region)
        found = [
            (match.start(), kind)
            for match, kind in ((first, "first_round"), (second, "second_round"))
            if match
        ]
        if pre and not (second and region is not text and second.start() < pre.start()):
            return "pre_approval"
        if found and region is not text:
            return "first_round" if min(found)[1] == "first_round" else "second_round"
    topics = {topic for section in sections for topic in section.topics}
    if Topic.DRAFT in topics or Topic.SCOPE in topics:
        return "second_round"
    if topics & {Topic.CONSULTANT, Topic.PROPONENT}:
        return "first_round"
    first = _FIRST.search(text)
    if _DRAFT_IS_OUT.search(text) and not first:
        return "second_round"
    return "first_round" if first else "second_round" if len(items) >= _ENOUGH_ITEMS else "other"
