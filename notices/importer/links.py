"""Where the draft report and the opinion form are: an address, an attachment, or the phrase in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notices.importer.parsed import LinkKind
from notices.importer.reading import Reading, Span, trimmed
from notices.importer.sections import Section, Topic, about

_IN_URL = r"[A-Za-z0-9\-._~/?#\[\]@!$&'*+=%:]"
URL = re.compile(
    rf"(?:https?:/{{1,2}}|ftp://|(?<![A-Za-z0-9.@])www\.){_IN_URL}{{3,500}}"
    rf"|\*{{3,}}/{_IN_URL}{{6,300}}"
    rf"|(?<![A-Za-z0-9@./])(?:pan\.baidu|share\.weiyun)\.com/{_IN_URL}{{3,200}}",
    re.IGNORECASE,
)
BROKEN_URL = re.compile(r"https?:/{0,2}(?=[;,。\s])[;]?|(?<![A-Za-z0-9/])\d{0,2}_\d{5,}\.html?", re.IGNORECASE)
FILE_NAME = re.compile(r"[^\n。;:,|]{2,90}?\.(?:pdf|docx?|wps|rar|zip|PDF|DOCX?)(?![A-Za-z])")
_ATTACHMENT_NUMBER = re.compile(r"附件 ?(?:\d{1,2}|[一二三四五六七八九十])(?:链接)?")
_SEEN_ATTACHMENT = re.compile(r"(?:(?:详|请|具体)?(?<!意)见|参见|下载) ?[^。,;:\n附]{0,8}附件")
_PHRASE = re.compile(
    r"(?:同|详?(?<!意)见|请见|参见|登录|可登录|可在|请到|可到|在)[^。,;\n]{0,24}(?:网站|网页|公众号|平台|网址|网络链接|征求意见稿|上述链接|以上链接|同上|论坛)"
)
_LISTED = re.compile(r"附件 ?(?:\d{1,2}|[一二三四五六七八九十])? ?[:、. ]{0,2}")


@dataclass(frozen=True, slots=True)
class LinkFound:
    """A link, or what stands in its place, and its kind."""

    text: str
    kind: LinkKind


def find_draft_link(reading: Reading, sections: list[Section]) -> LinkFound | None:
    """Return the way to the full draft report; None where the text gives none."""
    for section in about(sections, Topic.DRAFT):
        found = _first_link(reading, section.whole, section.body)
        if found:
            return _resolved(found, reading)
    return _listed(reading, re.compile(r"征求意见稿|报告书|报告表|报批稿|公示稿|全文")) or None


def find_form_link(reading: Reading, sections: list[Section], draft: LinkFound | None) -> LinkFound | None:
    """Return the way to the opinion form; None where the text gives none."""
    for section in about(sections, Topic.FORM):
        found = _first_link(reading, section.whole, section.body, form=True)
        if found and Topic.DRAFT in section.topics and draft:
            return draft
        if found:
            return found
    return _inline_form(reading)


def link_kind(text: str) -> LinkKind:
    """Return the kind of an address."""
    return "masked_url" if "**" in text else "url"


def _first_link(reading: Reading, region: Span, body: int, *, form: bool = False) -> LinkFound | None:
    text = reading.text[: region.end]
    url = URL.search(text, region.start)
    if url:
        span = _url_span(reading, url)
        return LinkFound(reading.original(span), link_kind(reading.part(span)))
    attachment = _attachment(reading, region, body, form=form)
    if attachment:
        return attachment
    broken = BROKEN_URL.search(text, region.start)
    if broken:
        return LinkFound(reading.original(Span(*broken.span())), "broken_url")
    phrase = _PHRASE.search(text, body)
    if phrase:
        start = _clause_start(text, phrase.start(), region.start) if form and not text[body : phrase.start()].strip() else phrase.start()
        return LinkFound(reading.original(trimmed(reading, Span(start, phrase.end()))), "phrase")
    return None


def _url_span(reading: Reading, match: re.Match[str]) -> Span:
    end = match.end()
    while end > match.start() and reading.text[end - 1] in ".,:!?'[":
        end -= 1
    return Span(match.start(), end)


def _attachment(reading: Reading, region: Span, body: int, *, form: bool) -> LinkFound | None:
    text = reading.text[: region.end]
    name = FILE_NAME.search(text, body)
    number = _ATTACHMENT_NUMBER.search(text, region.start)
    seen = _SEEN_ATTACHMENT.search(text, region.start)
    if name and not (number and number.start() < name.start()):
        start = name.start()
        for match in re.finditer(r"附件 ?:? ?", text[name.start() : name.end()]):
            start = name.start() + match.end()
        return LinkFound(reading.original(trimmed(reading, Span(start, name.end()))), "attachment")
    if number:
        return LinkFound(reading.original(Span(*number.span())), "attachment")
    if seen:
        start = _clause_start(text, seen.start(), region.start) if form else seen.start()
        return LinkFound(reading.original(trimmed(reading, Span(start, seen.end()))), "attachment")
    return None


def _clause_start(text: str, position: int, floor: int) -> int:
    start = max(floor, *(text.rfind(mark, floor, position) + 1 for mark in "。;\n,"))
    number = re.compile(r"[ (]*[一二三四五六七八九十\d]{1,2}[)、.]+ ?").match(text, start)
    return number.end() if number else start


def _resolved(found: LinkFound, reading: Reading) -> LinkFound:
    """Return the address behind a numbered attachment where the text gives one further down."""
    if found.kind != "attachment" or not _ATTACHMENT_NUMBER.fullmatch(found.text):
        return found
    pattern = re.compile(re.escape(found.text) + r" ?[:、] ?(?:[^\n。;:]{0,20}[:])? ?(?=https?:|\*{3,}/|www\.)")
    match = pattern.search(reading.text)
    url = URL.match(reading.text, match.end()) if match else None
    if url is None:
        return found
    span = _url_span(reading, url)
    return LinkFound(reading.original(span), link_kind(reading.part(span)))


def _listed(reading: Reading, subject: re.Pattern[str]) -> LinkFound | None:
    """Return an attachment of the list below the notice that carries the document in its name."""
    for line in re.finditer(r"[^\n]+", reading.text):
        if not subject.search(line[0]) or "意见表" in line[0]:
            continue
        listed = re.match(r"\s*附件 ?(?:\d{1,2}|[一二三四五六七八九十])? ?[^\n。;]{2,100}", line[0])
        name = FILE_NAME.match(line[0].strip())
        if (listed and FILE_NAME.search(line[0])) or (name and name.end() == len(line[0].strip())):
            return LinkFound(reading.original(trimmed(reading, Span(*line.span()))), "attachment")
    return None


def _inline_form(reading: Reading) -> LinkFound | None:
    """Return the form named in the running text: its sentence, or the address that follows it."""
    for match in re.finditer(r"公众(?:参与)?意见(?:反馈|征求|调查)?表", reading.text):
        sentence_end = re.compile(r"[。;\n]").search(reading.text, match.end())
        end = min(sentence_end.end() if sentence_end else len(reading.text), match.end() + 60)
        found = _first_link(reading, Span(match.start(), end), match.end(), form=True)
        if found:
            return found
    return None
