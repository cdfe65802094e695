"""What is due on the opinions of a notice once its window is over: answers, and telling them (Art. 18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.duties import Duty
from notices.models import NoticeRecord, NoticeStage
from notices.opinions.feedback import FeedbackState, awaits_answer, with_feedback
from notices.opinions.models import Opinion
from notices.statutory.workdays import Calendar

UNANSWERED, UNTOLD = "opinions_unanswered", "opinions_untold"


def waiting_counts() -> dict[str, Any]:
    """Return the two counts over a notice's record, late opinions included: they are answered as well."""
    opinions = Opinion.objects.filter(notice=OuterRef("page"))
    return {
        UNANSWERED: _count(opinions.filter(awaits_answer())),
        UNTOLD: _count(with_feedback(opinions).filter(feedback=FeedbackState.DUE)),
    }


def _count(opinions: Any) -> Any:
    counted = opinions.order_by().values("notice").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def desk_duties(record: NoticeRecord, today: date, _calendar: Calendar) -> Iterator[Duty]:
    """Yield one duty for the answers and one for telling them while any is missing; the law sets no day for either."""
    if record.historical or record.stage not in (NoticeStage.PUBLISHED, NoticeStage.SUPERSEDED):
        return
    if record.last_day is not None and today <= record.last_day:
        return
    if not hasattr(record, UNANSWERED):
        record = NoticeRecord.objects.annotate(**waiting_counts()).get(pk=record.pk)
    unanswered, untold = getattr(record, UNANSWERED), getattr(record, UNTOLD)
    url = reverse("opinions_desk", args=[record.page_id])
    if unanswered:
        yield Duty(
            key="opinions-answer",
            label=_("答复公众意见：尚有 %(count)d 条未答复") % {"count": unanswered},
            due_on=None,
            url=url,
        )
    if untold:
        yield Duty(
            key="opinions-feedback",
            label=_("反馈未采纳的意见：尚有 %(count)d 条未反馈") % {"count": untold},
            due_on=None,
            url=f"{url}?state={FeedbackState.DUE.value}",
        )
