"""Tags for pages of other parts that speak of opinions."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from notices.models import NoticeRecord
from notices.opinions.models import DestructionProposal, Opinion, ProposalState
from notices.opinions.public_opinions import takes_opinions
from notices.opinions.selectors import answering_progress
from notices.selectors import window_is_over

register = template.Library()


@register.inclusion_tag("opinions/includes/notice_numbers.html")
def opinion_numbers(record: NoticeRecord) -> dict[str, Any]:
    """Show on the notice how many opinions came and how many wait for an answer."""
    if not takes_opinions(record):
        return {}
    return {
        "record": record,
        "closed": window_is_over(record, now=timezone.now()),
        **answering_progress(record.page),
    }


@register.simple_tag
def destruction_of(opinion: Opinion) -> DestructionProposal | None:
    """Return the decision by which the content was destroyed, None when it was not."""
    confirmed: DestructionProposal | None = opinion.destruction_proposals.filter(
        state=ProposalState.CONFIRMED
    ).first()
    return confirmed
