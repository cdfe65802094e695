"""Which parts of a page are notices: a newspaper page holds other articles, and its columns may cut a notice off."""

from __future__ import annotations

import re

from notices.importer.dates import FULL_DATE
from notices.importer.reading import Reading, read
from notices.importer.sections import STATUTORY, Section, Topic, sections_of

_TITLE = re.compile(
    r"(?=.*(?:环境影响|环评))(?=.*(?:次|公众参与|征求意见|报批)).{8,120}(?:公示|公告|信息公开|公开信息|信息发布|公示内容|公示文本)\s*$"
)
_ITEM = re.compile(r"\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．,，]?|[(（]?\d{1,2}[)）、.．]|[①-⑳])")
_LABEL = re.compile(r"\s*[^\s:：。]{2,16}[:：]")
_ADDRESS = re.compile(r"\s*<?(?:https?://|www\.|链接|提取码)")
_JUMP = re.compile(r"\s*[(（](?:上接|下转|紧接)|\s*本报(?:讯|记者)|\s*[■□◎●▲]")
_CLOSED = re.compile(r"[。！？!?；;：:”》」）)…|>]\s*$")
_CLOSING = re.compile(
    r"\s*(?:特此|附件|附[:：]|联系|建设单位|环评|电话|地址|邮|[^\s。,，]{4,40}(?:公司|局|厂|委员会|政府|中心)\s*$)"
)
_PROSE = 60
_FOREIGN = 400


def split_page(text: str) -> list[str]:
    """Return the parts of a page that are notices; the whole page where it is one text."""
    lines = text.splitlines(keepends=True)
    titles = _titles(lines)
    if not titles or (len(titles) == 1 and not _has_other_articles(lines, titles[0])):
        return [text]
    following = [*titles[1:], len(lines)]
    return [
        "".join(lines[start : _end_of_notice(lines, start, end)])
        for start, end in zip(titles, following, strict=True)
    ]


def _titles(lines: list[str]) -> list[int]:
    """Return the lines on which notices begin; a title printed twice, or a portal's list of titles, begins one."""
    found: list[int] = []
    for number, line in enumerate(lines):
        plain = read(line).text.strip()
        if len(plain) > 125 or not _TITLE.match(plain):
            continue
        if found:
            between = "".join(lines[found[-1] + 1 : number])
            known = read(lines[found[-1]]).text.strip()
            if plain == known or len(between.strip()) < _FOREIGN // 2 or not _is_notice(between):
                continue
        found.append(number)
    return found


def _is_notice(text: str) -> bool:
    reading = read(text)
    topics = {topic for section in sections_of(reading) for topic in section.topics}
    return len(topics) >= 2


def _has_other_articles(lines: list[str], title: int) -> bool:
    before = [line for line in lines[:title] if "。" in line]
    return sum(map(len, before)) > _FOREIGN and not any("环境影响" in read(line).text for line in before)


def _end_of_notice(lines: list[str], start: int, limit: int) -> int:
    """Return the line after a notice: where another article begins."""
    end = start + 1
    last = ""
    seen_window = False
    for number in range(start + 1, limit):
        line = lines[number]
        if not line.strip():
            continue
        if _JUMP.match(line):
            break
        structured = bool(_ITEM.match(line) or _LABEL.match(line) or _ADDRESS.match(line))
        if seen_window and not _belongs_to_closing(line):
            break
        if not structured and len(last) > _PROSE and not _CLOSED.search(last):
            break
        seen_window = seen_window or (not structured and _states_window(lines, number))
        last, end = line.rstrip(), number + 1
    return end


def _belongs_to_closing(line: str) -> bool:
    plain = read(line).text.strip()
    return (bool(_CLOSING.match(plain)) and len(plain) <= _PROSE) or bool(FULL_DATE.fullmatch(plain))


def _states_window(lines: list[str], number: int) -> bool:
    above = "".join(lines[max(0, number - 2) : number])
    return bool(re.search(r"起止时间|截止时间|期限|公示时间", read(above).text)) and bool(
        re.search(r"工作日|\d日", lines[number])
    )


def is_cut(reading: Reading, sections: list[Section]) -> bool:
    """Return whether a notice ends before its end: in mid-sentence, in a heading, or in a label."""
    text = reading.text.rstrip(" \n|")
    last = text.rsplit("\n", 1)[-1].strip()
    if not last:
        return False
    if sections and sections[-1].topics & set(STATUTORY) and sections[-1].body >= len(text):
        return True
    shows_date = bool(_DATED_LINE.search(reading.text))
    topics = {topic for section in sections for topic in section.topics}
    if _is_ending(last):
        # A page that ends after a whole line, but before its last items, was cut between two lines.
        early = len(topics & set(STATUTORY)) >= 2 and not topics & {Topic.WAYS, Topic.WINDOW}
        return early and not shows_date and last[-1] not in _FULL_STOPS
    # Words of the site's own frame stand below a notice that shows its end.
    shows_end = shows_date or Topic.WINDOW in topics
    return not (shows_end and 2 <= len(last) <= _FRAME and not re.search(r"\d", last))


_DATED_LINE = re.compile(r"\n[ ]*(?:19|20)\d\d ?[年.-] ?\d{1,2} ?[月.-] ?\d{1,2} ?日?[ ]*\n")
_FRAME = 14
_FULL_STOPS = "。！!"
_GOOD_END = re.compile(
    r"(?:[。！!>》」”】\];]|(?:公司|局|厂|委员会|政府|中心|管委会|首页|网站|网|工作日)\)?|\.(?:pdf|docx?|html?|rar|zip)|(?:表|报告书|征求意见稿|全文)\)?"
    r"|日\)?|[A-Za-z0-9?=&_/.@-]{6,}|(?:提取|访问)?码:? ?[A-Za-z0-9]{4,8}[.]?|\d{5,}\)?)$",
    re.IGNORECASE,
)


def _is_ending(last: str) -> bool:
    return bool(_GOOD_END.search(last)) and last.count("(") <= last.count(")")
