"""Reads for the answering desk of one notice: counts, groups of near-identical texts, and who gets an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from notices.models import NoticePage
from notices.opinions.feedback import ENDED, FeedbackState, awaits_answer, with_feedback
from notices.opinions.models import ContactKind, Opinion, Outcome, Topic, TopicMark
from notices.opinions.near import differing_parts, group_texts, normalised
from notices.opinions.text import masked

# Groups are lists of lists of primary keys: one list a variant, the most frequent first.
Groups = list[list[list[int]]]
_KEPT_SECONDS = 24 * 3600
# The numbers of a larger group are listed on its own page.
NUMBERS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the worklist is limited to; empty values limit nothing."""

    state: str = ""
    topic: str = ""
    village: str = ""
    channel: str = ""
    q: str = ""


UNMARKED = "none"
# Content destroyed by order of law, answered or not.
DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Group:
    """One text with all who sent it: ``head`` is the most frequent wording, masked; ``keys`` follow the register's order."""

    head: Opinion
    text: str
    keys: tuple[int, ...]
    numbers: tuple[tuple[int, str], ...]
    variants: int
    unanswered: int
    states: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]
    destroyed: bool = False

    @property
    def size(self) -> int:
        """Return how many opinions stand in the group."""
        return len(self.keys)

    @property
    def more_numbers(self) -> int:
        """Return how many numbers are not listed."""
        return self.size - len(self.numbers)


def desk_counts(notice: NoticePage) -> dict[str, int]:
    """Return how the opinions of a notice stand: all, unanswered, to be told, told, recorded on behalf, late."""
    opinions = with_feedback(Opinion.objects.filter(notice=notice))
    counts: dict[str, int] = opinions.aggregate(
        total=Count("pk"),
        unanswered=Count("pk", filter=awaits_answer()),
        due=Count("pk", filter=Q(feedback=FeedbackState.DUE)),
        open=Count("pk", filter=Q(feedback=FeedbackState.OPEN)),
        ended=Count("pk", filter=Q(feedback__in=ENDED)),
        on_behalf=Count("pk", filter=Q(transcriber__isnull=False)),
        late=Count("pk", filter=Q(timeliness="late")),
    )
    return counts


def share(part: int, total: int) -> int:
    """Return a share in whole per cent, at least 1 where there is anything."""
    return max(1, round(part * 100 / total)) if part and total else 0


def on_behalf_sentence(part: int, total: int) -> str:
    """Return the share of opinions recorded on behalf: that is where invented ones would enter."""
    if not part:
        return ""
    return _("代录 %(part)d 条，占 %(share)d%%") % {"part": part, "share": share(part, total)}


def topic_counts(notice: NoticePage) -> list[tuple[str, str, int]]:
    """Return value, label and number of opinions for each topic in use, and those without any."""
    found = dict(
        TopicMark.objects.filter(opinion__notice=notice)
        .order_by()
        .values("topic")
        .annotate(count=Count("pk"))
        .values_list("topic", "count")
    )
    rows = [(topic.value, str(topic.label), found[topic]) for topic in Topic if topic in found]
    unmarked = Opinion.objects.filter(notice=notice).exclude(_has_topic()).count()
    return [*rows, (UNMARKED, _("未标主题"), unmarked)] if unmarked else rows


def _has_topic() -> Exists:
    return Exists(TopicMark.objects.filter(opinion=OuterRef("pk")))


def villages_of(notice: NoticePage) -> list[str]:
    """Return the villages named in the opinions of a notice."""
    rows = Opinion.objects.filter(notice=notice).exclude(village="").order_by("village")
    return list(rows.values_list("village", flat=True).distinct())


def limit_state(opinions: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Limit to a state of answer or feedback."""
    if state == "answered":
        return opinions.filter(answer__isnull=False)
    if state == DESTROYED:
        return opinions.filter(destroyed_at__isnull=False)
    if state == "told":
        return with_feedback(opinions).filter(feedback__in=ENDED)
    if state in FeedbackState.values:
        return with_feedback(opinions).filter(feedback=state)
    return opinions


def limit_topic(opinions: QuerySet[Any], topic: str) -> QuerySet[Any]:
    """Limit to a topic, or to those without any."""
    if topic == UNMARKED:
        return opinions.exclude(_has_topic())
    return opinions.filter(topics__topic=topic) if topic else opinions


def wanted_opinions(notice: NoticePage, wanted: Wanted) -> QuerySet[Any]:
    """Return the opinions of a notice that the desk is limited to."""
    opinions = limit_topic(
        limit_state(Opinion.objects.filter(notice=notice), wanted.state), wanted.topic
    ).order_by("sequence")
    if wanted.village:
        opinions = opinions.filter(village=wanted.village)
    if wanted.channel:
        opinions = opinions.filter(channel=wanted.channel)
    if wanted.q:
        opinions = opinions.filter(Q(number__icontains=wanted.q) | Q(text__icontains=wanted.q))
    return opinions


def groups_of(notice: NoticePage) -> Groups:
    """Return the groups of all opinions of a notice, each opinion in exactly one; kept until one comes or is destroyed.

    Only primary keys are kept. Texts destroyed by order of law form a group of their own, the last.
    """
    opinions = Opinion.objects.filter(notice=notice)
    # The entry's hash binds all before it: rows that a restored backup numbers alike are not taken for these.
    last = opinions.order_by("-sequence").values_list("ledger_entry__hash", flat=True).first()
    destroyed = opinions.exclude(destroyed_at=None).count()
    key = f"opinion-groups:{notice.pk}:{last}:{destroyed}"
    groups: Groups | None = cache.get(key)
    if groups is None:
        rows = list(
            opinions.filter(destroyed_at=None).order_by("sequence").values_list("pk", "text").iterator()
        )
        groups = [
            [[rows[position][0] for position in variant] for variant in group]
            for group in group_texts([text for _pk, text in rows])
        ]
        gone = list(opinions.exclude(destroyed_at=None).order_by("sequence").values_list("pk", flat=True))
        if gone:
            groups.append([gone])
        cache.set(key, groups, _KEPT_SECONDS)
    return groups


def limited(groups: Groups, keys: Collection[int]) -> Groups:
    """Return the groups with the given opinions only, empty ones left out, the largest first."""
    kept = [
        [variant for variant in ([pk for pk in variant if pk in keys] for variant in group) if variant]
        for group in groups
    ]
    return sorted((group for group in kept if group), key=lambda group: -sum(map(len, group)))


def shown_groups(groups: Sequence[list[list[int]]]) -> list[Group]:
    """Return groups as the worklist shows them, in three queries for all."""
    keys = [pk for group in groups for variant in group for pk in variant]
    rows = {
        pk: (number, outcome)
        for pk, number, outcome in Opinion.objects.filter(pk__in=keys).values_list(
            "pk", "number", "answer__outcome"
        )
    }
    heads = Opinion.objects.select_related("supplement_to").in_bulk([group[0][0] for group in groups])
    marks: dict[int, list[str]] = {}
    for mark in TopicMark.objects.filter(opinion__in=keys):
        label = str(mark.get_topic_display())
        marks.setdefault(mark.opinion_id, []).append(
            label if mark.marked_by_id else _("%(topic)s（系统标记）") % {"topic": label}
        )
    return [_shown(group, heads[group[0][0]], rows, marks) for group in groups]


def _shown(
    group: list[list[int]],
    head: Opinion,
    rows: dict[int, tuple[str, str | None]],
    marks: dict[int, list[str]],
) -> Group:
    keys = sorted(pk for variant in group for pk in variant)
    answers = Counter(rows[pk][1] for pk in keys)
    topics = Counter(label for pk in keys for label in marks.get(pk, ()))
    labels = dict(Outcome.choices)
    destroyed = head.destroyed_at is not None
    return Group(
        head=head,
        text=masked(head.public_text),
        keys=tuple(keys),
        numbers=tuple((pk, rows[pk][0]) for pk in keys[:NUMBERS_SHOWN]),
        variants=len(group),
        unanswered=0 if destroyed else answers.get(None, 0),
        states=tuple((str(labels[value]), count) for value, count in answers.most_common() if value),
        topics=tuple(topics.most_common()),
        destroyed=destroyed,
    )


@dataclass(frozen=True, slots=True)
class Member:
    """One opinion of a group: ``parts`` are its text in pieces, None when it reads as the head does."""

    opinion: Opinion
    parts: list[tuple[str, bool]] | None


def group_with(notice: NoticePage, pk: int) -> list[list[int]] | None:
    """Return the group in which an opinion stands, None for an opinion of another notice."""
    return next((group for group in groups_of(notice) if any(pk in variant for variant in group)), None)


def members(group: list[list[int]], keys: Sequence[int]) -> list[Member]:
    """Return opinions of a group with what differs from its most frequent wording, marked."""
    same = set(group[0])
    found = with_feedback(Opinion.objects.select_related("answer")).in_bulk([*keys, group[0][0]])
    head = masked(found[group[0][0]].public_text)
    shown = []
    for pk in keys:
        opinion = found[pk]
        text = masked(opinion.public_text)
        alike = pk in same and normalised(text) == normalised(head)
        shown.append(Member(opinion, None if alike else differing_parts(head, text)))
    return shown


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets an answer, in numbers: what is shown before it is given."""

    numbers: tuple[str, ...]
    answered: int
    with_contact: int
    villages: tuple[tuple[str, int], ...]
    texts: tuple[tuple[str, int], ...]
    more_texts: int

    @property
    def count(self) -> int:
        """Return how many they are."""
        return len(self.numbers)

    @property
    def without_contact(self) -> int:
        """Return how many left no contact."""
        return self.count - self.with_contact


TEXTS_SHOWN = 5


def recipients(opinions: Iterable[Opinion]) -> Recipients:
    """Return who the opinions' writers are, in numbers, and the texts that are answered, the most frequent first."""
    rows = list(
        Opinion.objects.filter(pk__in=[opinion.pk for opinion in opinions])
        .order_by("sequence")
        .values_list("number", "answer_id", "village", "text", "redacted_text", "pk")
        .annotate(kind=F("commenter__contact_kind"), erased=F("commenter__erased_at"))
    )
    texts: dict[str, list[str]] = {}
    for row in rows:
        text = row[4] or row[3]
        texts.setdefault(normalised(text), []).append(text)
    frequent = sorted(texts.values(), key=len, reverse=True)
    return Recipients(
        numbers=tuple(row[0] for row in rows),
        answered=sum(row[1] is not None for row in rows),
        with_contact=sum(row[6] not in (None, ContactKind.NONE) and row[7] is None for row in rows),
        villages=tuple(Counter(row[2] or _("未填村名") for row in rows).most_common()),
        texts=tuple((masked(same[0]), len(same)) for same in frequent[:TEXTS_SHOWN]),
        more_texts=max(0, len(frequent) - TEXTS_SHOWN),
    )
