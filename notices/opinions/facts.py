"""What the rules ask of the opinions: how many were registered, and what still has to be done with them (Arts. 18 and 19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from notices.models import NoticePage
from notices.opinions.feedback import FeedbackState, awaits_answer, with_feedback
from notices.opinions.models import Opinion, OpinionTimeliness


def opinion_facts(notices: Iterable[NoticePage]) -> dict[str, Any]:
    """Return the counts over the rounds given; a text destroyed by order of law is counted too, but needs no answer any more."""
    opinions = with_feedback(Opinion.objects.filter(notice__in=list(notices)))
    in_time = Q(timeliness=OpinionTimeliness.INSIDE)
    return opinions.aggregate(
        register_count=Count("pk"),
        opinions_unanswered=Count("pk", filter=in_time & awaits_answer()),
        opinions_untold=Count("pk", filter=in_time & Q(feedback=FeedbackState.DUE)),
    )
