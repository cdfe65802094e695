"""Invented notices in the many ways in which agencies write them, each with what a reader finds on it.

A template marks its values: ``«field|words»`` stands for the words and labels them, ``«=field|value»`` labels without words. Every
company, person, project and address is invented.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.notices.importer import phrases

_MARK = re.compile(r"«(?P<quiet>=?)(?P<field>\w+)\|(?P<value>[^»]*)»")
_SLOT = re.compile(r"@(?P<name>[a-z_0-9]+)@")
_LISTS = frozenset({"how_to_comment"})
_NUMBERS = frozenset({"window_working_days", "investment_wan_yuan"})
_ITEMS = {
    "draft_report_link_and_paper_copy": "draft_report_url",
    "public_scope": "public_scope",
    "opinion_form_link": "opinion_form_url",
    "how_to_comment": "how_to_comment",
    "start_end_time": "window_text",
}
_SIMPLIFIED = "环评价报书见稿众参与办项称单位联系电话邮网络链纸质阅范围径间时总资设产业万万吨岭气华东医发务区团矿级县镇乡号楼层给对个国关为将开执会现该进行录载"
_TRADITIONAL = "環評價報書見稿眾參與辦項稱單位聯繫電話郵網絡鏈紙質閱範圍徑間時總資設產業萬萬噸嶺氣華東醫發務區團礦級縣鎮鄉號樓層給對個國關為將開執會現該進行錄載"
_TO_TRADITIONAL = str.maketrans(_SIMPLIFIED, _TRADITIONAL)
_ORDINALS = "一二三四五六七八九十"
PAGES = 160
_HANDWRITTEN = Path(__file__).with_name("handwritten.txt")


@dataclass(frozen=True, slots=True)
class Variant:
    """An invented page and what a reader finds on it."""

    number: int
    text: str
    labels: dict[str, Any]


@cache
def variants() -> tuple[Variant, ...]:
    """Return pages composed of the wordings of many agencies; the same ones every time."""
    return tuple(variant(number) for number in range(PAGES))


@cache
def handwritten() -> tuple[Variant, ...]:
    """Return whole pages, each written after another habit of the field."""
    pages = re.split(r"(?m)^=== .*\n", _HANDWRITTEN.read_text(encoding="utf-8"))[1:]
    return tuple(_labelled(number, page) for number, page in enumerate(pages))


def variant(number: int) -> Variant:
    """Return one invented page."""
    rng = random.Random(number)
    marked = _framed(rng, _page(rng))
    marked = rng.choices(
        (marked, marked.translate(_TO_TRADITIONAL), _in_one_line(marked), _full_width(marked)), (12, 3, 3, 4)
    )[0]
    return _labelled(number, marked)


def _labelled(number: int, marked: str) -> Variant:
    labels: dict[str, Any] = {}
    for match in _MARK.finditer(marked):
        field, value = match["field"], match["value"]
        if field in _LISTS:
            labels.setdefault(field, value.split(","))
        elif field in _NUMBERS:
            labels.setdefault(field, float(value))
        else:
            labels.setdefault(field, value)
    labels["truncated"] = bool(labels.get("truncated"))
    labels["missing_items"] = [item for item, field in _ITEMS.items() if not labels.get(field)]
    return Variant(number, _MARK.sub(lambda match: "" if match["quiet"] else match["value"], marked), labels)


def _page(rng: random.Random) -> str:
    slots = _slots(rng)
    kind = rng.choices(("second_round", "first_round", "pre_approval"), (14, 3, 2))[0]
    bank = phrases.KINDS[kind]
    heads = _numbering(rng)
    parts = [f"«=kind|{kind}»", _pick(rng, bank["opening"])]
    sections = [section for section in bank["sections"] if rng.random() < section["share"]]
    if rng.random() < bank["shuffled"]:
        sections = _rotated(rng, sections)
    for number, section in enumerate(sections):
        heading, body = _pick(rng, section["headings"]), _pick(rng, section["bodies"])
        parts.append(_joined(rng, heads(number), heading, body))
    parts.append(_pick(rng, bank["closing"]) + slots["known"])
    return _filled(rng, "\n".join(part for part in parts if part), slots)


def _rotated(rng: random.Random, sections: list[Any]) -> list[Any]:
    movable = sections[:]
    first = movable.pop(rng.randrange(len(movable)))
    movable.insert(rng.randrange(len(movable) + 1), first)
    return movable


def _joined(rng: random.Random, number: str, heading: str, body: str) -> str:
    if not heading:
        return number + body
    after = rng.choices(("\n", ":\n", ":", ": ", " \n"), (8, 3, 2, 1, 1))[0]
    return f"{number}{heading}{after}{body}"


def _pick(rng: random.Random, bank: tuple[str, ...]) -> str:
    return rng.choice(bank)


def _filled(rng: random.Random, template: str, slots: dict[str, str]) -> str:
    """Return a template with its slots filled; a slot may hold others."""
    text = template
    for _round in range(5):
        text = _SLOT.sub(lambda match: slots.get(match["name"]) or _choice(rng, match["name"], slots), text)
    return text


def _choice(rng: random.Random, name: str, slots: dict[str, str]) -> str:
    """Return a wording, and keep it where a page uses one word throughout."""
    found = rng.choice(phrases.WORDS[name])
    if name in phrases.KEPT:
        slots[name] = found
    return found


def _slots(rng: random.Random) -> dict[str, str]:
    proponent = rng.choice(phrases.PROPONENTS)
    consultant = rng.choice(phrases.CONSULTANTS)
    subject = rng.choice(phrases.PROJECTS)
    owned = rng.random() < 0.4 and proponent.endswith("公司")
    start = date(2021, 1, 4) + timedelta(days=rng.randrange(1800))
    end = start + timedelta(days=14)
    nature = re.search(r"改扩建|扩建|改建|技改|技术改造|迁建", subject)
    return {
        "known": (f"«=proponent|{proponent}»" if owned else "")
        + (f"«=nature|{nature[0]}»" if nature else ""),
        "p": proponent,
        "c": consultant,
        "n": (proponent if owned else "") + subject,
        "person": rng.choice(phrases.PERSONS),
        "person2": rng.choice(phrases.PERSONS),
        "phone": rng.choice(phrases.PHONES),
        "phone2": rng.choice(phrases.PHONES_2),
        "mail": rng.choice(phrases.MAILS),
        "mail2": rng.choice(phrases.MAILS_2),
        "place": rng.choice(phrases.PLACES),
        "address": rng.choice(phrases.ADDRESSES),
        "draft": rng.choice(phrases.DRAFT_LINKS),
        "form": rng.choice(phrases.FORM_LINKS),
        "day": f"{start.year}年{start.month}月{start.day}日",
        "iso": start.isoformat(),
        "window": _window(rng, start, end),
    }


def _window(rng: random.Random, start: date, end: date) -> str:
    from_to = rng.choice(phrases.RANGES)
    words = from_to.format(
        y=start.year,
        m=start.month,
        d=start.day,
        y2=end.year,
        m2=end.month,
        d2=end.day,
        mm=f"{start.month:02}",
        dd=f"{start.day:02}",
        mm2=f"{end.month:02}",
        dd2=f"{end.day:02}",
    )
    known = f"«=window_start|{start.isoformat()}»«=window_end|{end.isoformat()}»"
    days = re.search(r"(10|十)(?:\(\w+\))?个?工作日", words)
    return f"«window_text|{words}»{known}" + ("«=window_working_days|10»" if days else "")


def _numbering(rng: random.Random) -> Callable[[int], str]:
    style = rng.choice(phrases.NUMBERINGS)
    return lambda number: style.format(han=_ORDINALS[number], n=number + 1, ring=chr(0x2460 + number))


def _framed(rng: random.Random, page: str) -> str:
    """Return a page with what a web site puts around a notice."""
    before, after = rng.choice(phrases.BEFORE), rng.choice(phrases.AFTER)
    return _filled(rng, before, {}) + page + after


def _in_one_line(page: str) -> str:
    return re.sub(r"\n+", " ", page)


def _full_width(page: str) -> str:
    """Return a page with the punctuation behind Chinese words as printers set it."""
    return re.sub(r"(?<=[㐀-鿿»])[,:;()]", lambda match: chr(ord(match[0]) + 0xFEE0), page)
