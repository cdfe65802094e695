"""Tables of opinions: unanswered by notice, received by day, by topic. Late ones stand in a column of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.opinions.feedback import FeedbackState, awaits_answer
from notices.opinions.models import Opinion, OpinionTimeliness, Topic, TopicMark
from notices.opinions.worklist import UNMARKED, limit_topic
from portal.overview.choice import Scope
from portal.overview.tables import Column, OverviewTable, Row


@dataclass(frozen=True, slots=True)
class Received:
    """How many opinions a day or a topic has, in time and late; ``value`` is the day in ISO form or the topic."""

    value: str
    label: str
    inside: int
    late: int

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.inside + self.late


def _late(path: str = "") -> Count:
    return Count("pk", filter=Q(**{f"{path}timeliness": OpinionTimeliness.LATE}))


def _register(query: str) -> str:
    return f"{reverse('opinion_register:index')}?{query}"


def unanswered(scope: Scope) -> OverviewTable:
    """Return the notices with opinions that wait for an answer, the window that ended first first."""
    found = (
        scope.opinions.order_by()
        .values("notice")
        .annotate(
            code=F("notice__record__code"),
            name=F("notice__project_name"),
            last_day=F("notice__record__last_day"),
            total=Count("pk"),
            late=_late(),
            waiting=Count("pk", filter=awaits_answer()),
        )
        .filter(waiting__gt=0)
        .order_by(F("last_day").asc(nulls_last=True), "notice")
    )
    rows = [
        Row(
            (
                row["name"],
                str(row["waiting"]),
                str(row["total"]),
                str(row["late"]),
                row["last_day"].isoformat() if row["last_day"] else _("没有截止日"),
                row["code"],
            ),
            _register(f"notice={row['notice']}&state={FeedbackState.UNANSWERED.value}"),
        )
        for row in found
    ]
    if len(rows) > 1:
        sums = [sum(int(row.cells[index]) for row in rows) for index in (1, 2, 3)]
        url = _register(scope.query(state=FeedbackState.UNANSWERED.value))
        rows.append(Row((_("合计"), *map(str, sums), "", ""), url, is_sum=True))
    return OverviewTable(
        (
            Column(_("项目"), width=40),
            Column(_("未答复"), number=True),
            Column(_("意见"), number=True),
            Column(_("其中逾期"), number=True),
            Column(_("截止日")),
            Column(_("公示码"), width=10),
        ),
        tuple(rows),
        _("没有未答复的意见。"),
        _("逾期的意见同样要答复；内容已依法销毁的不算未答复。"),
    )


def received_by_day(scope: Scope) -> list[Received]:
    """Return every day of the period with its opinions, days without any included."""
    found = (
        scope.opinions_of_period.order_by()
        .annotate(day=TruncDate("received_at"))
        .values("day")
        .annotate(total=Count("pk"), late=_late())
        .values_list("day", "total", "late")
    )
    counts: dict[date, tuple[int, int]] = {day: (total - late, late) for day, total, late in found}
    length = (scope.last - scope.first).days + 1
    days = [scope.first + timedelta(days=number) for number in range(length)]
    return [Received(day.isoformat(), day.isoformat(), *counts.get(day, (0, 0))) for day in days]


def received_by_topic(scope: Scope) -> list[Received]:
    """Return the topics in use with their opinions of the period, the most frequent first, those without a topic last."""
    opinions = scope.opinions_of_period
    found = (
        TopicMark.objects.filter(opinion__in=opinions.values("pk"))
        .order_by()
        .values("topic")
        .annotate(total=Count("pk"), late=_late("opinion__"))
        .values_list("topic", "total", "late")
    )
    labels = dict(Topic.choices)
    rows = [Received(topic, str(labels[topic]), total - late, late) for topic, total, late in found]
    rows.sort(key=lambda row: (-row.total, row.value))
    inside, late = _split(limit_topic(opinions, UNMARKED))
    return [*rows, Received(UNMARKED, _("未标主题"), inside, late)] if inside or late else rows


def _split(opinions: QuerySet[Opinion]) -> tuple[int, int]:
    counts = opinions.order_by().aggregate(total=Count("pk"), late=_late())
    return counts["total"] - counts["late"], counts["late"]


def by_day(scope: Scope) -> OverviewTable:
    """Return the opinions received on each day of the period."""
    received = received_by_day(scope)
    rows = [_row(entry, _day_url(scope, entry.value) if entry.total else "") for entry in received]
    sums = Received("", _("合计"), sum(row.inside for row in received), sum(row.late for row in received))
    rows.append(_row(sums, _register(scope.period_query()), is_sum=True))
    return OverviewTable(_columns(_("收到日期")), tuple(rows), "")


def _day_url(scope: Scope, day: str) -> str:
    return _register(scope.query(received_at_from=day, received_at_to=day))


def by_topic(scope: Scope) -> OverviewTable:
    """Return the opinions of the period by topic; one with two topics counts in both, so there is no sum."""
    rows = tuple(
        _row(entry, _register(scope.period_query(topic=entry.value))) for entry in received_by_topic(scope)
    )
    note = _("一条意见可以有几个主题，各行相加会多于意见总数。")
    return OverviewTable(_columns(_("主题")), rows, _("这段时间没有收到意见。"), note if rows else "")


def _columns(first: str) -> tuple[Column, ...]:
    words = (_("期限内"), _("逾期"), _("合计"))
    return (Column(first), *(Column(each, number=True) for each in words))


def _row(entry: Received, url: str, *, is_sum: bool = False) -> Row:
    return Row((entry.label, str(entry.inside), str(entry.late), str(entry.total)), url, is_sum)
