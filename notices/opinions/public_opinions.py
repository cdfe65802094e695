"""What the public is shown of a notice's opinions: numbers always, texts with answers only where all three agree.

The proponent chose so for the notice, the writer consented (asked anew at every reading), and somebody looked at exactly
this text and this answer before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from notices.models import NoticePage, NoticeRecord
from notices.opinions.feedback import awaits_answer
from notices.opinions.forms import OTHER_PLACE
from notices.opinions.models import (
    Channel,
    Disclosure,
    Opinion,
    OpinionTimeliness,
    Outcome,
    PublicRelease,
    Redaction,
    Topic,
    TopicMark,
    WithdrawnBecause,
)
from notices.selectors import window_is_over
from notices.statutory.facts import NoticeKind

# Behind every topic: opinions that nobody has marked.
NO_TOPIC = len(Topic)


@dataclass(frozen=True, slots=True)
class Tally:
    """A label and how many; ``key`` names a topic."""

    label: str
    count: int
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The counts of a notice; zero is a count like any other."""

    total: int
    inside: int
    late: int
    on_behalf: int
    supplements: int
    answered: int
    unanswered: int
    destroyed: int
    channels: tuple[Tally, ...]
    villages: tuple[Tally, ...]
    topics: tuple[Tally, ...]
    outcomes: tuple[Tally, ...]

    @property
    def not_needed(self) -> int:
        """Return how many need no answer, their content being destroyed."""
        return self.total - self.answered - self.unanswered


def takes_opinions(record: NoticeRecord) -> bool:
    """Whether a notice is of a kind that takes opinions here, so that their numbers mean something."""
    return record.is_public and not record.historical and record.page.kind != NoticeKind.PRE_APPROVAL


def numbers_of(notice: NoticePage) -> Numbers:
    """Count the opinions of a notice in a fixed number of queries."""
    opinions = Opinion.objects.filter(notice=notice).order_by()
    late = Q(timeliness=OpinionTimeliness.LATE)
    counts = opinions.aggregate(
        total=Count("pk"),
        inside=Count("pk", filter=~late),
        late=Count("pk", filter=late),
        on_behalf=Count("pk", filter=Q(transcriber__isnull=False)),
        supplements=Count("pk", filter=Q(supplement_to__isnull=False)),
        answered=Count("pk", filter=Q(answer__isnull=False)),
        unanswered=Count("pk", filter=awaits_answer()),
        destroyed=Count("pk", filter=Q(destroyed_at__isnull=False)),
    )
    channels, outcomes = _counted(opinions, "channel"), _counted(opinions, "answer__outcome")
    topics = Counter(
        dict(
            TopicMark.objects.filter(opinion__notice=notice)
            .order_by()
            .values_list("topic")
            .annotate(found=Count("opinion", distinct=True))
        )
    )
    return Numbers(
        **counts,
        channels=tuple(Tally(str(channel.label), channels[channel]) for channel in Channel),
        villages=_villages(notice, _counted(opinions, "village")),
        topics=tuple(Tally(str(topic.label), topics[topic], topic.value) for topic in Topic),
        outcomes=tuple(Tally(str(outcome.label), outcomes[outcome]) for outcome in Outcome),
    )


def _counted(opinions: Any, field: str) -> Counter[str]:
    return Counter(dict(opinions.values_list(field).annotate(found=Count("pk"))))


def _villages(notice: NoticePage, found: Counter[str]) -> tuple[Tally, ...]:
    """Return the villages that the notice names; what staff typed otherwise may hold anything and is only counted."""
    named = list(dict.fromkeys(place.village for place in notice.places.all() if place.village))
    rows = [Tally(village, found.pop(village, 0)) for village in named]
    unsaid = found.pop("", 0)
    return (*rows, Tally(_(OTHER_PLACE), found.total()), Tally(_("未填写"), unsaid))


def is_disclosed(notice: NoticePage) -> bool:
    """Whether the proponent chose to show opinions with their answers; the latest choice counts."""
    shown = Disclosure.objects.filter(notice=notice).order_by("-pk").values_list("shown", flat=True).first()
    return bool(shown)


def publishable_opinions(notice: NoticePage) -> QuerySet[Opinion]:
    """Return the answered opinions whose writers consented to showing the text; nothing that was destroyed."""
    return Opinion.objects.filter(
        notice=notice, commenter__show_text=True, answer__isnull=False, destroyed_at=None
    )


def _latest_redaction(opinion: str) -> Coalesce:
    """Return the redaction in force of the opinion that a field names, 0 for none."""
    latest = Redaction.objects.filter(opinion=OuterRef(opinion)).order_by("-pk").values("pk")[:1]
    return Coalesce(Subquery(latest), 0)


def with_redaction(opinions: QuerySet[Opinion]) -> QuerySet[Any]:
    """Annotate each opinion with ``redaction_in_force``, read at the same moment as the text that is shown."""
    return opinions.annotate(redaction_in_force=_latest_redaction("pk"))


def _valid_release() -> Exists:
    """Return the condition that answer and redaction are still those that somebody looked at."""
    return Exists(
        PublicRelease.objects.filter(opinion=OuterRef("pk"), answer=OuterRef("answer"), withdrawn_at=None)
        .annotate(latest=_latest_redaction("opinion"), seen=Coalesce("redaction_id", 0))
        .filter(latest=F("seen"))
    )


def released_opinions(notice: NoticePage) -> QuerySet[Opinion]:
    """Return the opinions that may stand on the public page: consented, answered, looked at as they are now."""
    return publishable_opinions(notice).filter(_valid_release())


def public_among(opinions: QuerySet[Opinion], *, now: datetime) -> QuerySet[Opinion]:
    """Limit opinions of any notices to those that are public now: released, the notice closed, its proponent willing."""
    chosen = Disclosure.objects.filter(notice=OuterRef("notice")).order_by("-pk").values("shown")[:1]
    released = opinions.alias(disclosed=Subquery(chosen)).filter(
        _valid_release(), disclosed=True, commenter__show_text=True, answer__isnull=False, destroyed_at=None
    )
    records = NoticeRecord.objects.filter(page__in=released.order_by().values("notice")).select_related(
        "page"
    )
    return released.filter(notice__in=[row.page_id for row in records if window_is_over(row, now=now)])


def unreleased_opinions(notice: NoticePage) -> QuerySet[Opinion]:
    """Return the opinions that wait to be looked at before they may be shown."""
    return publishable_opinions(notice).filter(~_valid_release())


def stopped_opinions(opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Limit opinions to those that the check kept from the public page, until somebody releases them anew."""
    last = (
        PublicRelease.objects.filter(opinion=OuterRef("pk")).order_by("-pk").values("withdrawn_because")[:1]
    )
    return (
        opinions.filter(destroyed_at=None).annotate(last=Subquery(last)).filter(last=WithdrawnBecause.EXPOSED)
    )


def shown_opinions(record: NoticeRecord, *, now: datetime) -> QuerySet[Opinion]:
    """Return what is public now: nothing before closing or without the proponent's choice."""
    if not window_is_over(record, now=now) or not is_disclosed(record.page):
        return Opinion.objects.none()
    return by_topic(released_opinions(record.page))


def about(opinions: QuerySet[Opinion], topic: str) -> QuerySet[Opinion]:
    """Limit opinions to a topic and put them under its heading."""
    rank = Topic.values.index(topic)
    return opinions.filter(topics__topic=topic).annotate(topic_rank=Value(rank, output_field=IntegerField()))


def by_topic(opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Order opinions by their first topic, then by number; ``topic_rank`` is its place among the topics."""
    rank = Case(
        *(When(topic=topic, then=Value(place)) for place, topic in enumerate(Topic)),
        output_field=IntegerField(),
    )
    first = (
        TopicMark.objects.filter(opinion=OuterRef("pk"))
        .annotate(rank=rank)
        .order_by("rank")
        .values("rank")[:1]
    )
    return (
        opinions.annotate(topic_rank=Coalesce(Subquery(first), NO_TOPIC))
        .select_related("answer")
        .order_by("topic_rank", "sequence")
    )


def topic_label(rank: int) -> str:
    """Return the heading of a topic's rank."""
    return str(list(Topic)[rank].label) if rank < NO_TOPIC else _("未分类")
