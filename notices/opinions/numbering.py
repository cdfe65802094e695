"""Receipt numbers and look-up codes: how they are made, printed and read back."""

from __future__ import annotations

import re
import unicodedata

from stdnum.iso7064 import mod_11_10

_NOT_DIGITS = re.compile(r"\D")
_NOTICE_DIGITS = 6
_MIN_SEQUENCE_DIGITS = 4
CODE_DIGITS = 12


def opinion_number(notice_code: str, sequence: int) -> str:
    """Return the number of an opinion, 102345-0012-7: notice code, sequence, check digit by ISO 7064 MOD 11,10."""
    shown = f"{sequence:0{_MIN_SEQUENCE_DIGITS}d}"
    return f"{notice_code}-{shown}-{mod_11_10.calc_check_digit(notice_code + shown)}"


def normalise_number(typed: str) -> str | None:
    """Return a typed number in its printed form, None when its digits cannot be one or the check digit fails."""
    digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", typed))
    if len(digits) < _NOTICE_DIGITS + _MIN_SEQUENCE_DIGITS + 1 or not mod_11_10.is_valid(digits):
        return None
    return f"{digits[:_NOTICE_DIGITS]}-{digits[_NOTICE_DIGITS:-1]}-{digits[-1]}"


def normalise_code(typed: str) -> str | None:
    """Return a typed look-up code as twelve digits, None when it has not twelve."""
    digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", typed))
    return digits if len(digits) == CODE_DIGITS else None


def grouped(code: str) -> str:
    """Return a look-up code in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
