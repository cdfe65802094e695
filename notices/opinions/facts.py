"""What the rules ask of the opinions: how many were registered, and what still has to be done with them (Arts. 18 and 19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from notices.models import NoticePage
from notices.opinions.models import (
    ContactKind,
    FeedbackAttempt,
    FeedbackResult,
    Opinion,
    OpinionTimeliness,
    Outcome,
)

# A person who cannot be reached was called on two different days.
UNREACHABLE_AFTER = 2
_TOLD = (FeedbackResult.REACHED, FeedbackResult.REFUSED)


def opinion_facts(notices: Iterable[NoticePage]) -> dict[str, Any]:
    """Return the counts over the rounds given; a text destroyed by order of law is counted as any other."""
    opinions = Opinion.objects.filter(notice__in=list(notices))
    in_time = Q(timeliness=OpinionTimeliness.INSIDE)
    return opinions.aggregate(
        register_count=Count("pk"),
        opinions_unanswered=Count("pk", filter=in_time & Q(answer=None)),
        opinions_untold=Count("pk", filter=in_time & untold()),
    )


def untold() -> Q:
    """Return the condition that an opinion was not adopted and its writer, who left a contact, was not told why.

    Whoever had the contact restricted reads the answer with number and code.
    """
    attempts = FeedbackAttempt.objects.filter(opinion=OuterRef("pk"))
    tried = (
        attempts.order_by()
        .values("opinion")
        .annotate(days=Count(TruncDate("made_at"), distinct=True))
        .filter(days__gte=UNREACHABLE_AFTER)
    )
    usable = Q(commenter__isnull=False, commenter__erased_at=None, commenter__restricted_at=None)
    reachable = usable & ~Q(commenter__contact_kind=ContactKind.NONE)
    not_adopted = Q(answer__outcome__in=(Outcome.NOT_ADOPTED, Outcome.PARTLY_ADOPTED))
    return not_adopted & reachable & ~Exists(attempts.filter(result__in=_TOLD)) & ~Exists(tried)
