"""What a writer finds with number and look-up code: state, answer, supplements, consents, and what was done to the opinion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from notices.opinions.consents import Consent, given_consents
from notices.opinions.models import Commenter, Opinion
from notices.opinions.selectors import receipt_context, state_of
from notices.opinions.supplements import may_supplement


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent as it stands."""

    label: str
    given: bool


def result_context(opinion: Opinion, *, code: str, now: datetime) -> dict[str, Any]:
    """Return the template context of a look-up; nothing of page two is opened for it."""
    commenter = Commenter.objects.filter(opinion=opinion).first()
    return {
        **receipt_context(opinion, code=code),
        "state": state_of(opinion),
        "answer": opinion.answer,
        "feedback": list(opinion.feedback_attempts.all()),
        "supplements": list(opinion.supplements.order_by("sequence")),
        "redaction": opinion.redactions.order_by("made_at", "pk").last() if opinion.redacted_text else None,
        "commenter": commenter,
        "consents": _consent_rows(commenter) if commenter else [],
        "may_supplement": may_supplement(opinion, now=now),
        "may_withdraw": bool(commenter and withdrawable(opinion, commenter)),
    }


def withdrawable(opinion: Opinion, commenter: Commenter) -> list[tuple[str, str]]:
    """Return value and label of what the writer may take back now; nothing with a code that staff have seen."""
    if opinion.transcriber_id is not None:
        return []
    acts = [
        (consent.value, _("撤回同意：%(what)s") % {"what": consent.label})
        for consent in given_consents(commenter)
    ]
    if commenter.restricted_at is None and commenter.erased_at is None:
        acts.append((RESTRICT, _("限制使用我的联系方式和身份信息")))
    return acts


RESTRICT = "restrict"


def _consent_rows(commenter: Commenter) -> list[ConsentRow]:
    given = given_consents(commenter)
    shown = [Consent.PUBLISH_PERSONAL, Consent.SHOW_TEXT]
    if Consent.ID_NUMBER in given:
        shown.append(Consent.ID_NUMBER)
    return [ConsentRow(str(consent.label), consent in given) for consent in shown]
