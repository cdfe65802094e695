"""Where the draft report and the opinion form are: an address, an attachment, or the phrase in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notices.importer.parsed import LinkKind
from notices.importer.reading import Reading, Span, trimmed
from notices.importer.sections import Section, Topic, about

_IN_URL = r"(?:&amp;|[A-Za-z0-9\-._~/?#\[\]@!$&'*+=%:])"
URL = re.compile(
    rf"(?:https?:/{{1,2}}|ftp://|(?<![A-Za-z0-9.@])www\.){_IN_URL}{{3,500}}"
    rf"|\*{{3,}}/{_IN_URL}{{6,300}}"
    rf"|(?<![A-Za-z0-9@./])(?:pan\.baidu|share\.weiyun)\.com/{_IN_URL}{{3,200}}",
    re.IGNORECASE,
)
BROKEN_URL = re.compile(
    r"https?:/{0,2}(?=[;,。\s])[;]?|(?<![A-Za-z0-9/])\d{0,2}_\d{5,}\.html?", re.IGNORECASE
)
FILE_NAME = re.compile(r"[^\n。;:,|]{2,90}?\.(?:pdf|docx?|wps|rar|zip|PDF|DOCX?)(?![A-Za-z])")
_ATTACHMENT_NUMBER = re.compile(r"附件 ?(?:\d{1,2}|[一二三四五六七八九十])(?:链接)?")
_SEEN_ATTACHMENT = re.compile(r"(?:(?:详|请|具体)?(?<!意)见|参见|下载) ?[^。,;:\n附]{0,8}附件")
_PHRASE = re.compile(
    r"(?:链接)?同上|点击(?:此处|这里|链接)?(?:下载|查看|查阅)|(?:同|详?(?<!意)见|请见|参见|登录|可登录|可在|请到|可到|在)[^。,;\n]{0,24}(?:网站|网页|公众号|平台|网址|(?:征求意见稿|报告书|全文)?的?(?:网络)?链接|征求意见稿|上述链接|以上链接|同上|论坛)"
)
_FORM_SUBJECT = re.compile(
    r"《?公众(?:参与)?意见(?:反馈|征求|调查)?表》?(?:的?内容[和及与]格式由[^。;,]{2,12}(?:制定|规定|发布),)?\Z"
)


@dataclass(frozen=True, slots=True)
class LinkFound:
    """A link, or what stands in its place, and its kind."""

    text: str
    kind: LinkKind


def find_draft_link(
    reading: Reading, sections: list[Section], *, names_documents: bool = False
) -> LinkFound | None:
    """Return the way to the full draft report; None where the text gives none.

    A notice that only ``names_documents`` (before approval: 公示文件 1. 报告书全文) has the name in the place of a link.
    """
    for section in about(sections, Topic.DRAFT):
        found = _first_link(reading, section.whole, section.body)
        if found:
            return _resolved(found, reading)
        titled = _titled_line(reading, section.content, _DRAFT_TITLE)
        if titled:
            return titled
    listed = _listed(reading, re.compile(r"征求意见稿|报告书|报告表|报批稿|公示稿|全文"))
    if about(sections, Topic.DRAFT) and listed:
        return listed
    found = _inline(reading, _DRAFT_WORDS, without=_FORM_WORDS) or listed
    if names_documents and not found:
        found = _after_label(reading)
    named = _NAMED_DOCUMENT.search(reading.text) if names_documents and not found else None
    return LinkFound(reading.original(Span(*named.span("name"))), "phrase") if named else found


def find_form_link(reading: Reading, sections: list[Section], draft: LinkFound | None) -> LinkFound | None:
    """Return the way to the opinion form; None where the text gives none."""
    for section in about(sections, Topic.FORM):
        found = _first_link(reading, section.whole, section.body, form=True)
        if found and Topic.DRAFT in section.topics and draft:
            return draft
        if found:
            return found
        hidden = _HIDDEN.search(reading.text, section.start, section.end)
        if hidden:
            return LinkFound(reading.original(Span(*hidden.span())), "phrase")
        titled = _titled_line(reading, section.content, _FORM_TITLE)
        if titled:
            return titled
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
        start = _with_subject(text, phrase.start(), region.start) if form else phrase.start()
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
    if seen and text[seen.end() : seen.end() + 1] == "。":
        # The list of attachments below a sentence that sends the reader to it is another thing.
        name = number = None
    if name and not (number and number.start() < name.start()):
        start = name.start()
        for match in re.finditer(r"附件 ?:? ?(?:1[.、] ?)?", text[name.start() : name.end()]):
            start = name.start() + match.end()
        return LinkFound(reading.original(trimmed(reading, Span(start, name.end()))), "attachment")
    if number:
        return LinkFound(reading.original(Span(*number.span())), "attachment")
    if seen:
        start = _with_subject(text, seen.start(), region.start) if form else seen.start()
        return LinkFound(reading.original(trimmed(reading, Span(start, seen.end()))), "attachment")
    return None


def _with_subject(text: str, position: int, floor: int) -> int:
    """Return where a phrase begins whose subject is the form itself: 公众意见表见附件."""
    subject = _FORM_SUBJECT.search(text, max(floor, position - 40), position)
    return subject.start() if subject else position


def _resolved(found: LinkFound, reading: Reading) -> LinkFound:
    """Return the address behind a numbered attachment where the text gives one further down."""
    if found.kind != "attachment" or not _ATTACHMENT_NUMBER.fullmatch(found.text):
        return found
    pattern = re.compile(
        re.escape(found.text) + r" ?[:、] ?(?:[^\n。;:]{0,20}[:])? ?(?=https?:|\*{3,}/|www\.)"
    )
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
            bare = _BARE_ATTACHMENT.match(line[0])
            start = line.start() + (bare.end() if bare else 0)
            return LinkFound(reading.original(trimmed(reading, Span(start, line.end()))), "attachment")
    return None


def _after_label(reading: Reading) -> LinkFound | None:
    """Return the address behind a bare 链接, where the notice gives it for all its documents."""
    label = re.search(r"(?:链接|网址|下载地址) ?: ?", reading.text)
    url = URL.match(reading.text, label.end()) if label else None
    if url is None:
        return None
    span = _url_span(reading, url)
    return LinkFound(reading.original(span), link_kind(reading.part(span)))


_BARE_ATTACHMENT = re.compile(r"\s*附件 ?: ?(?:\d[.、] ?)?")
_NAMED_DOCUMENT = re.compile(
    r"(?:^|(?<=[\n、.) ]))(?P<name>(?!\d)《?[^\n。;:,、 ]{0,60}环境影响报告[书表]》?(?:报批[稿本]|公示[稿本])?全[文本])(?=[:;\n]|$)"
)
_DRAFT_WORDS = re.compile(r"征求意见稿|报告书|报告表|报批稿|报批本|全本")
_FORM_WORDS = re.compile(r"公众(?:参与)?意见(?:反馈|征求|征询|调查)?表")
_FORM_DOWNLOAD = re.compile(r"可?(?:自行)?(?:在线)?下载(?:并)?(?:填写)?《?“?公众(?:参与)?意见表》?”?")
_FORM_LISTED = re.compile(
    r"(?:^|(?<=\n)) *(?P<name>附件 ?\d{0,2}[:、. ]*[^\n。;]{0,40}公众(?:参与)?意见(?:调查)?表[^\n。;]{0,20})"
)
_HIDDEN = re.compile(r"(?:具体)?(?:网址|链接)[: ]{1,2}登录后(?:可)?查看")


def _inline(
    reading: Reading, words: re.Pattern[str], *, without: re.Pattern[str] | None = None
) -> LinkFound | None:
    """Return the address or attachment of a sentence that names the document."""
    for sentence in re.finditer(r"[^。\n]+(?:\n(?=[ ]*(?:见附件|链接|https?:)))?[^。\n]*", reading.text):
        named = words.search(sentence[0])
        if not named or (without and without.search(sentence[0])):
            continue
        url = URL.search(reading.text, sentence.start(), sentence.end())
        if url:
            span = _url_span(reading, url)
            return LinkFound(reading.original(span), link_kind(reading.part(span)))
        number = _ATTACHMENT_NUMBER.search(reading.text, sentence.start() + named.end(), sentence.end())
        seen = _SEEN_ATTACHMENT.search(reading.text, sentence.start(), sentence.end())
        if number and not sentence[0].lstrip().startswith("附件"):
            return LinkFound(reading.original(Span(*number.span())), "attachment")
        if seen:
            return LinkFound(reading.original(trimmed(reading, Span(*seen.span()))), "attachment")
    return None


def _titled_line(reading: Reading, region: Span, title: re.Pattern[str]) -> LinkFound | None:
    """Return a line that is nothing but the document's title: the words of a link whose address was lost."""
    for line in re.finditer(r"[^\n]+", reading.text[region.start : region.end]):
        match = title.fullmatch(line[0].strip(" 。;:"))
        if match:
            span = Span(region.start + line.start(), region.start + line.end())
            return LinkFound(reading.original(trimmed(reading, span)), "attachment")
    return None


_DRAFT_TITLE = re.compile(
    r"《?[^\n。;:,]{6,90}环境影响(?:评价)?报告[书表]》?(?:\((?:征求意见稿|公示[版稿本]|报批[稿本]|全本)\)|征求意见稿|报批本全文)"
)
_FORM_TITLE = re.compile(r"建设项目环境影响评价公众意见表[^\n。;:]{0,30}")


def _inline_form(reading: Reading) -> LinkFound | None:
    """Return the form named in the running text or in the list of attachments."""
    found = _inline(reading, _FORM_WORDS, without=_HEADING_ONLY)
    if found:
        return found
    listed = _FORM_LISTED.search(reading.text)
    if listed:
        return LinkFound(reading.original(trimmed(reading, Span(*listed.span("name")))), "attachment")
    download = _FORM_DOWNLOAD.search(reading.text)
    return LinkFound(reading.original(Span(*download.span())), "attachment") if download else None


_HEADING_ONLY = re.compile(r"全文的?网络链接及查阅")
