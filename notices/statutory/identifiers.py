"""Numbers that notices and opinions carry: checked, brought to one form, masked for showing.

A check helps a person to find a slip. Except for a contact's format nothing here may keep anybody from commenting: Art. 13 asks for
a contact only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2, mod_11_10

from notices.statutory import divisions
from notices.statutory.project_code import (
    CodeProblem,
    CodeProblemKind,
    ProjectCode,
    is_valid_project_code,
    parse_project_code,
    project_code_problems,
    suggest_project_code,
)

__all__ = [
    "CodeProblem",
    "CodeProblemKind",
    "Phone",
    "PhoneKind",
    "ProjectCode",
    "is_notice_code",
    "is_post_code",
    "is_valid_email",
    "is_valid_project_code",
    "is_valid_resident_id",
    "is_valid_uscc",
    "make_notice_code",
    "mask_contact",
    "mask_email",
    "mask_name",
    "mask_phone",
    "mask_phones_in",
    "mask_resident_id",
    "normalise_email",
    "normalise_notice_code",
    "normalise_uscc",
    "parse_phone",
    "parse_project_code",
    "personal_data_in",
    "project_code_problems",
    "suggest_project_code",
]

_NOTICE_CODE = re.compile(r"[1-9]\d{5}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))-?([2-8]\d{6,7})(?:[-转#,](\d{1,6}))?")
_SERVICE = re.compile(r"([48]00)-?(\d{3,4})-?(\d{3,4})")
_HOTLINE = re.compile(r"(?:12345|12369|12315|12348|12350|110|114|119|120)")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_POST_CODE = re.compile(r"[0-8]\d{5}")
_RESIDENT_ID = re.compile(r"[1-9]\d{16}[\dX]")
_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_MOBILE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")


_TAIWAN_PERMIT = "83"  # residence permit of people from Taiwan; the other prefixes are provinces


class PhoneKind(StrEnum):
    """The kind of a telephone number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: as people write it, and in E.164 where it has such a form (``+8613800000000``)."""

    kind: PhoneKind
    number: str
    e164: str | None = None

    @property
    def is_personal_contact(self) -> bool:
        """Whether a person can be reached there: a mobile, or a land line with its area code."""
        return self.kind in {PhoneKind.MOBILE, PhoneKind.LANDLINE}


def make_notice_code(random_digits: str) -> str:
    """Return the six-digit code of a notice: five digits, the first not 0, and a check digit by ISO 7064 MOD 11,10.

    Raises ValueError when the digits are not five or begin with 0.
    """
    if not re.fullmatch(r"[1-9][0-9]{4}", random_digits):
        raise ValueError("a notice code is made from five digits of which the first is not 0")
    return random_digits + mod_11_10.calc_check_digit(random_digits)


def normalise_notice_code(text: str) -> str:
    """Return a typed code without spaces and in ASCII digits."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def is_notice_code(text: str) -> bool:
    """Return whether a text is a six-digit notice code with a fitting check digit."""
    return bool(text.isascii() and _NOTICE_CODE.fullmatch(text)) and mod_11_10.is_valid(text)


def normalise_uscc(text: str) -> str:
    """Return a 统一社会信用代码 in capitals without separators."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_valid_uscc(text: str) -> bool:
    """Return whether a text is a 统一社会信用代码 (GB 32100-2015) with a fitting check character."""
    return bool(uscc.is_valid(normalise_uscc(text)))


def is_valid_resident_id(text: str) -> bool:
    """Return whether a text is a resident ID number (GB 11643-1999): check character, birth date, province.

    The county is not looked at: cards outlive divisions.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not _RESIDENT_ID.fullmatch(number) or not mod_11_2.is_valid(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[:2] == _TAIWAN_PERMIT or divisions.is_known(f"{number[:2]}0000")


def parse_phone(text: str) -> Phone | None:
    """Return a telephone number in one form, or None when it is none; country code, spaces and full-width digits are taken.

    A land line needs its area code.
    """
    plain = (
        re.sub(r"[\s()（）·]", "", unicodedata.normalize("NFKC", text)).replace("－", "-").replace("—", "-")
    )
    abroad = re.match(r"(?:(?:\+|00)86-?|86-)", plain)
    if abroad:
        plain = plain[abroad.end() :]
        plain = plain if _MOBILE.fullmatch(plain.replace("-", "")) or plain.startswith("0") else f"0{plain}"
    digits = plain.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return Phone(PhoneKind.MOBILE, digits, f"+86{digits}")
    service = _SERVICE.fullmatch(plain)
    if service and len(digits) == 10:
        return Phone(PhoneKind.SERVICE, f"{digits[:3]}-{digits[3:6]}-{digits[6:]}")
    if _HOTLINE.fullmatch(plain):
        return Phone(PhoneKind.HOTLINE, plain)
    line = _LANDLINE.fullmatch(plain)
    if line is None:
        return None
    area, number, extension = line.groups()
    shown = f"{area}-{number}" + (f"-{extension}" if extension else "")
    return Phone(PhoneKind.LANDLINE, shown, f"+86{area[1:]}{number}")


def normalise_email(text: str) -> str:
    """Return an e-mail address in ASCII without spaces, its domain in small letters."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    local, at, domain = plain.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def is_valid_email(text: str) -> bool:
    """Return whether a text has the form of an e-mail address, after :func:`normalise_email`."""
    return bool(_EMAIL.fullmatch(normalise_email(text)))


def is_post_code(text: str) -> bool:
    """Return whether a text is a Chinese post code."""
    return bool(_POST_CODE.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def mask_phone(text: str) -> str:
    """Return a number with its middle hidden: 138****0000, 0357-****567."""
    phone = parse_phone(text)
    if phone is None:
        return mask_middle(text.strip())
    if phone.kind is PhoneKind.MOBILE:
        return f"{phone.number[:3]}****{phone.number[-4:]}"
    if phone.kind is PhoneKind.LANDLINE:
        area, number, *_extension = phone.number.split("-")
        return f"{area}-{'*' * (len(number) - 3)}{number[-3:]}"
    return phone.number


def mask_email(text: str) -> str:
    """Return an address with all but the first character before the @ hidden."""
    local, at, domain = normalise_email(text).rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else mask_middle(text.strip())


def mask_resident_id(text: str) -> str:
    """Return an ID number of which only the first and the last four characters show."""
    number = re.sub(r"\s", "", text)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def mask_name(text: str) -> str:
    """Return a person's name of which only the first character shows."""
    name = text.strip()
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_contact(text: str) -> str:
    """Return a phone number, an e-mail address or any other contact masked after its kind."""
    return mask_email(text) if "@" in text or "＠" in text else mask_phone(text)


def mask_phones_in(text: str) -> str:
    """Return a text with every mobile number in it masked."""
    return _MOBILE_IN_TEXT.sub(lambda match: mask_phone(match[0]), text)


def personal_data_in(text: str) -> tuple[str, ...]:
    """Return the mobile and ID numbers in a text, masked, each once: for checking files before they are published."""
    ids = [
        mask_resident_id(match[0]) for match in _ID_IN_TEXT.finditer(text) if is_valid_resident_id(match[0])
    ]
    mobiles = [mask_phone(match[0]) for match in _MOBILE_IN_TEXT.finditer(text)]
    return tuple(dict.fromkeys([*ids, *mobiles]))


def mask_middle(text: str) -> str:
    """Return a text of which only the first and the last quarter show; one that is masked stays as it is."""
    if "*" in text:
        return text
    shown = len(text) // 4
    return f"{text[:shown]}{'*' * (len(text) - 2 * shown)}{text[len(text) - shown :]}"
