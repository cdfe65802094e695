"""What may be done with the content of one opinion: redacting, showing, destroying; each act by whom it is open to."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.opinions.destruction import may_decide, may_propose, open_proposal
from notices.opinions.models import Opinion
from notices.opinions.permissions import may_answer


def content_acts(opinion: Opinion, user: Any) -> list[tuple[str, str]]:
    """Return label and address of the acts on offer; none on content that was destroyed."""
    if opinion.destroyed_at is not None:
        return []
    offered = []
    if may_answer(user, opinion.notice):
        label = _("重新遮盖") if opinion.redacted_text else _("遮盖")
        offered.append((label, "opinion_redact"))
        if opinion.redacted_text:
            offered.append((_("取消遮盖"), "opinion_redaction_withdraw"))
    proposal = open_proposal(opinion)
    if proposal is None and may_propose(user, opinion):
        offered.append((_("申请销毁"), "opinion_destruction_propose"))
    if proposal is not None and may_decide(user, proposal):
        offered.append((_("确认销毁"), "opinion_destruction_decide"))
    return [(label, reverse(name, args=[opinion.pk])) for label, name in offered]
