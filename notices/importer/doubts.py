"""What a person should look at in a parsed notice: short remarks, each with its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from notices.importer.links import URL
from notices.importer.parsed import Doubt, ParsedNotice
from notices.importer.reading import Reading
from notices.importer.sections import Section, Topic, about
from notices.statutory.links import has_mixed_schemes, is_same_link
from search.analysis.characters import AFTER

_LABELS = {
    "项目代码": "project_code",
    "项目名称": "project_name",
    "建设单位": "proponent",
    "建设地点": "location",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
}
_DOUBLED = re.compile(rf"(?P<label>{'|'.join(_LABELS)})(?:为|是)?[: ]{{0,2}}(?P=label)")
_ENGLISH = re.compile(r"(?<=[㐀-鿿]) ?\b(?P<word>and|or|of|the|in|to|with) ?(?=[㐀-鿿])", re.IGNORECASE)
_PINYIN = re.compile(r"[㐀-鿿]\([a-zɡ]{0,3}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zɡ]{0,4}\)")
_REPEATED = re.compile(r"(\d)\1{6}")
_DAMAGED = re.compile(r"[?？�]")
_TEXT_FIELDS = (
    "project_name",
    "proponent",
    "consultant",
    "location",
    "nature",
    "contact_name",
    "paper_copy_place",
    "public_scope",
    "window_text",
)
# A text with more traditional characters than these is written in them on purpose.
_FEW = 12
_FEW_SHARE = 0.02


def find_doubts(notice: ParsedNotice, reading: Reading, sections: list[Section]) -> list[Doubt]:
    """Return the remarks on a notice in the order of its fields."""
    return [
        *_about_links(notice, reading, sections),
        *_about_fields(notice),
        *_about_text(notice, reading),
    ]


def with_doubts(notice: ParsedNotice, reading: Reading, sections: list[Section]) -> ParsedNotice:
    """Return the notice with its doubts."""
    return replace(notice, doubts=find_doubts(notice, reading, sections))


def _about_links(notice: ParsedNotice, reading: Reading, sections: list[Section]) -> Iterator[Doubt]:
    for section in about(sections, Topic.PAPER):
        heading = reading.text[section.start : section.body]
        below = next(
            (other for other in sections if other.start == section.end and not other.numbered), section
        )
        if not re.search(r"链接|连接|网络|网址|电子", heading) and URL.search(
            reading.text, section.body, below.end
        ):
            yield Doubt("draft_report_url", "标题写的是查阅纸质版，下面却是网络链接，两项混在一起。")
            break
    draft, form = notice.draft_report_url or "", notice.opinion_form_url or ""
    if draft and form and is_same_link(draft, form):
        yield Doubt("opinion_form_url", "公众意见表与征求意见稿是同一个链接。")
    if has_mixed_schemes(tuple(link for link in (draft, form) if link.startswith("http"))):
        yield Doubt("opinion_form_url", "两处链接一处写 http、一处写 https。")
    for field, kind in (
        ("draft_report_url", notice.draft_link_kind),
        ("opinion_form_url", notice.form_link_kind),
    ):
        if kind == "masked_url":
            yield Doubt(field, "网址被遮盖，无法打开。")
        elif kind == "broken_url":
            yield Doubt(field, "网址不完整，无法打开。")


def _about_fields(notice: ParsedNotice) -> Iterator[Doubt]:
    for field in _TEXT_FIELDS:
        value: str = getattr(notice, field) or ""
        if _DAMAGED.search(value):
            yield Doubt(field, "有乱码，请对照原文。")
        if "**" in value or "(略)" in value.replace(" ", ""):
            yield Doubt(field, "有遮盖的文字，请对照原文。")
    phone = notice.contact_phone or ""
    if "*" in phone:
        yield Doubt("contact_phone", "号码被遮盖。")
    elif _REPEATED.search(phone):
        yield Doubt("contact_phone", f"号码“{phone}”像是占位的，请核对。")
    if notice.window_text and not notice.window_start and len(re.findall(r"\d月", notice.window_text)) > 1:
        yield Doubt("window_text", "起止日期不合理或缺少年份，请核对。")
    if notice.truncated:
        yield Doubt("truncated", "文字没有完，后面的内容未见。")


def _about_text(notice: ParsedNotice, reading: Reading) -> Iterator[Doubt]:
    doubled = _DOUBLED.search(reading.text)
    if doubled:
        yield Doubt(_LABELS[doubled["label"]], f"“{doubled['label']}”重复出现。")
    for word in sorted({match["word"].lower() for match in _ENGLISH.finditer(reading.text)}):
        yield Doubt("source_text", f"中文里夹有英文“{word}”，可能是识别错误。")
    if _PINYIN.search(notice.source_text):
        yield Doubt("source_text", "字后夹有注音，是网页转换留下的。")
    for character in _stray_traditional(notice.source_text):
        field = next(
            (name for name in _TEXT_FIELDS if character in (getattr(notice, name) or "")), "source_text"
        )
        yield Doubt(field, f"“{character}”是繁体字，可能是识别错误。")


def _stray_traditional(text: str) -> list[str]:
    """Return the traditional characters of a text that is otherwise simplified, each once."""
    han = [character for character in text if "\u3400" <= character <= "\u9fff"]
    # 乾 and 瞭 are traditional forms of one word and plain characters of another.
    found = [character for character in han if ord(character) in AFTER and character not in "乾瞭著"]
    if len(found) > _FEW or len(found) > len(han) * _FEW_SHARE:
        return []
    return list(dict.fromkeys(found))
