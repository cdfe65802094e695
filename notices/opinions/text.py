"""What is done to a text before it is kept, and what is pointed out to its writer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from notices.statutory.identifiers import (
    is_valid_resident_id,
    mask_email,
    mask_middle,
    mask_phone,
    mask_resident_id,
    parse_phone,
)

MAX_CHARACTERS = 40_000

# Marks that turn the direction of writing can make a text read otherwise than it is stored.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
# Digits and letters as an input method may type them, one character for one, so that places in both texts agree.
_HALF_WIDTH = {
    full: full - 0xFEE0 for full in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_HALF_WIDTH |= {
    ord("＠"): ord("@"),
    ord("－"): ord("-"),
    ord("（"): ord("("),
    ord("）"): ord(")"),
    ord("＋"): ord("+"),
}
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z-])(?:0\d{2,3}[- ]?|\(0\d{2,3}\) ?)\d{3,4}[- ]?\d{4}(?:-\d{1,6})?(?![0-9A-Za-z])"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PLATE = re.compile(
    "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-HJ-NP-Z]"
    r"[·.\s]?(?=[A-Z]{0,5}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![0-9A-Za-z])",
    re.IGNORECASE,
)
_BANK_CARD = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")
_CHAT_ACCOUNT = re.compile(
    r"(?:微信|qq|wechat)(?:号码?)?(?:是|为|[:：\s])*([a-z0-9][a-z0-9_-]{4,19})(?![a-z0-9@])", re.IGNORECASE
)


def _is_bank_card(found: str) -> bool:
    return bool(luhn.is_valid(re.sub(r"[ -]", "", found)))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of personal data: its look, whether a piece holds, and how lists show it."""

    label: str | Promise
    pattern: re.Pattern[str]
    holds: Callable[[str], object]
    mask: Callable[[str], str]


_KINDS = (
    _Kind(_("身份证号"), _ID_NUMBER, is_valid_resident_id, mask_resident_id),
    _Kind(_("银行卡号"), _BANK_CARD, _is_bank_card, mask_middle),
    _Kind(_("手机号码"), _MOBILE, parse_phone, mask_phone),
    _Kind(_("电话号码"), _LANDLINE, parse_phone, mask_phone),
    _Kind(_("电子邮箱"), _EMAIL, bool, mask_email),
    _Kind(_("微信或 QQ 号"), _CHAT_ACCOUNT, bool, mask_middle),
    _Kind(_("车牌号"), _PLATE, bool, mask_middle),
)


@dataclass(frozen=True, slots=True)
class PersonalHint:
    """A piece of personal data found in an opinion's text."""

    label: str | Promise
    found: str


def clean_text(typed: str) -> str:
    """Return a text without control characters and marks of direction, line ends as ``\\n``, trimmed, composed (NFC)."""
    unified = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(
        char for char in unified if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
    return unicodedata.normalize("NFC", _DIRECTION.sub("", kept)).strip()


def clean_line(typed: str) -> str:
    """Return one line of text, cleaned, runs of white space as one space."""
    return re.sub(r"\s+", " ", clean_text(typed))


def personal_hints(text: str) -> list[PersonalHint]:
    """Return personal data in a text, each piece once: numbers, accounts, addresses for mail, plates."""
    plain = text.translate(_HALF_WIDTH)
    hints: dict[str, PersonalHint] = {}
    for kind, start, end in _pieces(text):
        if kind.holds(plain[start:end]):
            hints.setdefault(text[start:end], PersonalHint(kind.label, text[start:end]))
    return list(hints.values())


def _pieces(text: str) -> Iterator[tuple[_Kind, int, int]]:
    """Yield what looks like personal data, kind by kind, with its place in the text as typed."""
    plain = text.translate(_HALF_WIDTH)
    for kind in _KINDS:
        for match in kind.pattern.finditer(plain):
            # The last group is the piece itself, without the word that announces it.
            yield kind, *match.span(match.lastindex or 0)


def masked(text: str) -> str:
    """Return a text in which all that looks like personal data is masked, whether or not it holds, for lists."""
    plain, shown, done = text.translate(_HALF_WIDTH), [], 0
    for kind, start, end in sorted(_pieces(text), key=lambda piece: (piece[1], -piece[2])):
        if start >= done:
            shown += [text[done:start], kind.mask(plain[start:end])]
            done = end
    return "".join([*shown, text[done:]])


def beginning(text: str, characters: int) -> str:
    """Return the masked beginning of a text on one line."""
    line = re.sub(r"\s+", " ", masked(text))
    return line if len(line) <= characters else f"{line[:characters]}…"
