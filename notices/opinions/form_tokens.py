"""The signed token of a form: when it was issued, for which notice, and a random part that makes it the only one.

It stands in place of a session and of a CSRF cookie, which WeChat's browser may refuse, and is the key by which a repeated
submission is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from django.core import signing

_SALT = "notices.opinions.form"
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FormToken:
    """A token as read: ``key`` identifies the form, ``issued_at`` is the server's time when it was handed out.

    ``version`` is that of the notice which the writer was shown last, ``supplement_to`` the number of the opinion that is
    supplemented, whose look-up code was given, ``first_issued_at`` when the form was opened if its token was renewed since;
    none is part of the key.
    """

    notice_code: str
    issued_at: datetime
    nonce: str
    version: int = 1
    supplement_to: str = ""
    first_issued_at: datetime | None = None

    @property
    def opened_at(self) -> datetime:
        """Return when the writer opened the form, by which it is judged; a renewed token opens none anew."""
        return self.first_issued_at or self.issued_at

    @property
    def key(self) -> str:
        """Return the form key."""
        return f"{self.notice_code}:{self.issued_at.isoformat()}:{self.nonce}"

    def expired(self, now: datetime) -> bool:
        """Return whether the token is too old to be sent."""
        return now - self.issued_at > LIFETIME

    def sign(self) -> str:
        """Return the text that goes into the form."""
        fields = {"c": self.notice_code, "i": self.issued_at.isoformat(), "r": self.nonce, "v": self.version}
        if self.supplement_to:
            fields["s"] = self.supplement_to
        if self.first_issued_at:
            fields["o"] = self.first_issued_at.isoformat()
        return signing.dumps(fields, salt=_SALT)


def new_token(notice_code: str, *, now: datetime, version: int = 1, supplement_to: str = "") -> FormToken:
    """Return a fresh token for a form of a version of a notice."""
    return FormToken(notice_code, now, token_hex(16), version, supplement_to)


def renewed(token: FormToken, *, now: datetime) -> FormToken:
    """Return a fresh token for a form whose own is too old; it is the same form, opened when it was."""
    return replace(token, issued_at=now, nonce=token_hex(16), first_issued_at=token.opened_at)


def read_token(text: str, notice_code: str) -> FormToken | None:
    """Return the token that a form sent back, None when it is not ours or belongs to another notice."""
    try:
        fields = signing.loads(text, salt=_SALT)
        issued_at, supplement_to = datetime.fromisoformat(fields["i"]), str(fields.get("s", ""))
        opened = datetime.fromisoformat(fields["o"]) if "o" in fields else None
        token = FormToken(fields["c"], issued_at, fields["r"], int(fields["v"]), supplement_to, opened)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return token if token.notice_code == notice_code else None


def form_key_hash(form_key: str) -> str:
    """Return the hash under which an opinion remembers its form; the key itself is not kept."""
    return sha256(form_key.encode()).hexdigest()
