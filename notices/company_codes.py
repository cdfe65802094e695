"""统一社会信用代码 as people type it: brought to one form, and a slip named for what it is."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notices.statutory.identifiers import is_valid_uscc, normalise_uscc

_LENGTH = 18
_UNUSED = re.compile(r"[^0-9A-HJ-NP-RTUW-Y]")


def validate_company_code(text: str) -> None:
    """Raise ValidationError that says what is wrong with a code (GB 32100-2015); an empty one is unknown, not wrong."""
    code = normalise_uscc(text)
    if not code or is_valid_uscc(code):
        return
    if len(code) != _LENGTH:
        raise ValidationError(
            _("统一社会信用代码为 18 位，现在是 %(count)s 位。请对照营业执照填写。"),
            params={"count": len(code)},
        )
    strange = "、".join(dict.fromkeys(_UNUSED.findall(code)))
    if strange:
        raise ValidationError(
            _("统一社会信用代码中没有“%(strange)s”。请对照营业执照，注意数字 0、1、2、5 和字母的区别。"),
            params={"strange": strange},
        )
    raise ValidationError(_("统一社会信用代码的校验位不对，有数字或字母写错了。请对照营业执照逐位核对。"))
