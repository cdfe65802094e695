"""Telling commenters the answer (Art. 18): where each stands, and logging the attempts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.opinions.answering import locked_opinions, own_notice
from notices.opinions.models import (
    Answer,
    ContactKind,
    FeedbackAttempt,
    FeedbackResult,
    FeedbackWay,
    Opinion,
    Outcome,
)
from notices.opinions.text import clean_text
from notices.services import write_entry

# A person who cannot be reached was tried on two different days.
UNREACHABLE_AFTER = 2


class FeedbackState(models.TextChoices):
    """Where the feedback on an opinion stands; DUE is the law's (not adopted, contact left), OPEN is courtesy."""

    UNANSWERED = "unanswered", gettext_lazy("尚未答复")
    DUE = "due", gettext_lazy("待反馈")
    OPEN = "open", gettext_lazy("可反馈")
    REACHED = "reached", gettext_lazy("已反馈")
    REFUSED = "refused", gettext_lazy("拒绝接收")
    UNREACHABLE = "unreachable", gettext_lazy("无法联系")
    NO_CONTACT = "no_contact", gettext_lazy("无联系方式")
    NOT_NEEDED = "not_needed", gettext_lazy("无须答复")


ENDED = (
    FeedbackState.REACHED,
    FeedbackState.REFUSED,
    FeedbackState.UNREACHABLE,
    FeedbackState.NO_CONTACT,
    FeedbackState.NOT_NEEDED,
)


def awaits_answer(opinion: str = "") -> Q:
    """Return the condition that an opinion waits for its answer: not once its content was destroyed by order of law.

    Such a one may still be answered. ``opinion`` is the path to it, with its two underscores, where it is not itself what is asked for.
    """
    return Q(**{f"{opinion}answer": None, f"{opinion}destroyed_at": None})


def with_feedback(opinions: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each opinion with ``feedback``, a value of FeedbackState.

    Only attempts to tell the present answer count, and a village board does not: who left a contact is told by it.
    """
    attempts = FeedbackAttempt.objects.filter(opinion=OuterRef("pk"), answer=OuterRef("answer")).exclude(
        way=FeedbackWay.BOARD
    )
    tried_enough = (
        attempts.order_by()
        .values("opinion")
        .annotate(days=Count("tried_on", distinct=True))
        .filter(days__gte=UNREACHABLE_AFTER)
    )
    usable = Q(commenter__isnull=False, commenter__erased_at=None, commenter__restricted_at=None)
    reachable = usable & ~Q(commenter__contact_kind=ContactKind.NONE)
    due = Q(answer__outcome__in=(Outcome.NOT_ADOPTED, Outcome.PARTLY_ADOPTED))
    return opinions.annotate(
        feedback=Case(
            When(awaits_answer(), then=Value(FeedbackState.UNANSWERED)),
            When(answer=None, then=Value(FeedbackState.NOT_NEEDED)),
            When(Exists(attempts.filter(result=FeedbackResult.REACHED)), then=Value(FeedbackState.REACHED)),
            When(Exists(attempts.filter(result=FeedbackResult.REFUSED)), then=Value(FeedbackState.REFUSED)),
            When(~reachable, then=Value(FeedbackState.NO_CONTACT)),
            When(Exists(tried_enough), then=Value(FeedbackState.UNREACHABLE)),
            When(due, then=Value(FeedbackState.DUE)),
            default=Value(FeedbackState.OPEN),
            output_field=models.CharField(),
        )
    )


def feedback_of(opinion: Opinion) -> FeedbackState:
    """Return where the feedback on one opinion stands."""
    state = with_feedback(Opinion.objects.filter(pk=opinion.pk)).values_list("feedback", flat=True).get()
    return FeedbackState(state)


def log_feedback(
    *,
    opinions: Iterable[Opinion],
    way: str,
    result: str,
    user: Any,
    now: datetime,
    tried_on: date | None = None,
    note: str = "",
) -> list[FeedbackAttempt]:
    """Log one attempt for each of the opinions of a notice to tell the answer; ``tried_on`` is today when not given.

    An attempt that is logged already, as by a form sent twice, is left out of what is returned. Raises PermissionDenied for
    others than the proponent's staff, ValidationError for opinions without an answer and for a day before the answer or
    after today.
    """
    way, result, day = FeedbackWay(way), FeedbackResult(result), tried_on or timezone.localdate(now)
    note = clean_text(note)
    notice, keys = own_notice(opinions, user)
    if day > timezone.localdate(now):
        raise ValidationError({"tried_on": _("反馈日期不能晚于今天。")})
    with transaction.atomic():
        told = locked_opinions(notice, keys)
        _refuse_untellable(told, day)
        attempt = {"tried_on": day, "way": way, "result": result, "note": note}
        earlier = FeedbackAttempt.objects.filter(opinion__in=keys, answer=F("opinion__answer"), **attempt)
        logged = set(earlier.values_list("opinion", flat=True))
        told = [opinion for opinion in told if opinion.pk not in logged]
        if not told:
            return []
        attempts = FeedbackAttempt.objects.bulk_create(
            FeedbackAttempt(
                opinion=opinion, answer_id=opinion.answer_id, made_by=user, made_at=now, **attempt
            )
            for opinion in told
        )
        payload = {"numbers": [opinion.number for opinion in told], "way": str(way), "result": str(result)}
        write_entry(
            record=notice.record, act="feedback", role="proponent", now=now, payload=payload, user=user
        )
    return attempts


def _refuse_untellable(opinions: list[Opinion], day: date) -> None:
    waiting = [opinion.number for opinion in opinions if opinion.answer_id is None]
    if waiting:
        raise ValidationError(
            _("%(numbers)s 还没有答复，请先答复。"), params={"numbers": "、".join(waiting[:5])}
        )
    answers = Answer.objects.filter(pk__in={opinion.answer_id for opinion in opinions})
    last = answers.aggregate(last=Max("made_at"))["last"]
    if day < timezone.localdate(last):
        raise ValidationError({"tried_on": _("反馈日期早于答复日期，请核对。")})
