"""An answer in few words: to be read out on the telephone, or sent as a text message."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.opinions.models import Answer, Opinion, Outcome
from notices.record_language import in_chinese

# One text message in Chinese; a longer one is charged and split as several.
ONE_MESSAGE = 70
_SPOKEN_CHARACTERS = 200


def look_up_address() -> str:
    """Return the address of the look-up as one types it: without the scheme and the closing slash."""
    parts = urlsplit(f"{settings.WAGTAILADMIN_BASE_URL}{reverse('receipt_lookup')}")
    return f"{parts.netloc}{parts.path}".rstrip("/")


@in_chinese
def spoken_answer(answer: Answer) -> str:
    """Return an answer as it is read out: outcome, reason, place in the report, cut where it gets long."""
    parts = [str(answer.get_outcome_display()), answer.reason.replace("\n", " ")]
    if answer.report_reference:
        parts.append(_("见%(place)s") % {"place": answer.report_reference})
    text = "。".join(part.rstrip("。") for part in parts if part)
    return f"{text[:_SPOKEN_CHARACTERS]}…" if len(text) > _SPOKEN_CHARACTERS else f"{text}。"


@in_chinese
def short_text(opinion: Opinion, answer: Answer) -> str:
    """Return the text message for one opinion; the reason stands in it only where all fits into one message."""
    words = {
        "number": opinion.number,
        "outcome": answer.get_outcome_display(),
        "reason": answer.reason.replace("\n", " ").rstrip("。"),
        "address": look_up_address(),
    }
    if answer.reason:
        full = _("您的环评意见（回执%(number)s）答复：%(outcome)s，%(reason)s。查询：%(address)s") % words
        if len(full) <= ONE_MESSAGE:
            return full
    if answer.outcome in (Outcome.NOT_ADOPTED, Outcome.PARTLY_ADOPTED):
        return _("您的环评意见（回执%(number)s）答复：%(outcome)s。理由凭查询码查看：%(address)s") % words
    return _("您的环评意见（回执%(number)s）答复：%(outcome)s。说明凭查询码查看：%(address)s") % words
