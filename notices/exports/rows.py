"""THE row definition of the comment records (公众意见汇总表); every renderer takes its columns and cells from here.

Rows are read as plain values: a model object for each opinion, its notice, answer and writer would take ten times as long.
Page two is not among the values, but for the kind of writer, one consent and whether it was erased.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import timezone as fixed_zone
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.exports.models import Profile
from notices.models import NoticePage
from notices.opinions.models import (
    Channel,
    CommenterKind,
    FeedbackAttempt,
    FeedbackResult,
    FeedbackWay,
    Opinion,
    OpinionFile,
    OpinionTimeliness,
    Outcome,
    Topic,
    TopicMark,
)
from notices.opinions.public_opinions import public_among

CHUNK = 1000
# China has had no summer time since 1991, and a zone with a history looks its offset up twice for every row.
CHINA = fixed_zone(timedelta(hours=8))
ALL = frozenset(Profile)
STAFF = frozenset({Profile.BUREAU, Profile.PROPONENT})
# As plain text: a member of an enumeration looks its value up each time.
_OUT_OF_SCOPE, _NOT_EIA = str(Outcome.OUT_OF_SCOPE), str(Topic.NOT_EIA)


class NoticeFacts(NamedTuple):
    """What rows say of their notice."""

    code: str
    project: str
    proponent: str
    kind: str


class Row(NamedTuple):
    """One opinion as plain values, in the order of ``FIELDS``, with what hangs on it."""

    pk: int
    notice_id: int
    sequence: int
    number: str
    received_at: datetime
    notice_version: int
    channel: str
    transcriber_id: int | None
    timeliness: str
    in_scope: bool | None
    village: str
    text: str
    redacted_text: str
    destroyed_at: datetime | None
    commitment: str
    outcome: str | None
    reason: str | None
    reference: str | None
    kind: str | None
    publish_personal: bool | None
    erased_at: datetime | None
    notice: NoticeFacts
    topics: Sequence[str]
    files: Sequence[str]
    feedback: Sequence[tuple[str, str, Any]]


FIELDS = (
    "pk",
    "notice_id",
    "sequence",
    "number",
    "received_at",
    "notice_version",
    "channel",
    "transcriber_id",
    "timeliness",
    "in_scope",
    "village",
    "text",
    "redacted_text",
    "destroyed_at",
    "page_one_commitment",
    "answer__outcome",
    "answer__reason",
    "answer__report_reference",
    "commenter__kind",
    "commenter__publish_personal",
    "commenter__erased_at",
)


class Words:
    """The words of all codes in the language of the moment, looked up once for a whole export."""

    def __init__(self) -> None:
        self.yes_no = {True: _("是"), False: _("否"), None: _("未填")}
        self.scope = {True: _("范围内"), False: _("范围外"), None: ""}
        self.unfilled, self.unmarked = _("未填"), _("未标")
        self.unanswered, self.not_needed = _("未答复"), _("无须答复")
        self.destroyed, self.erased = _("内容已销毁"), _("公众信息已删除")
        self.channel = _labels(Channel.choices)
        self.timeliness = _labels(OpinionTimeliness.choices)
        self.outcome = _labels(Outcome.choices)
        self.topic = _labels(Topic.choices)
        self.kind = _labels(CommenterKind.choices)
        self.way = _labels(FeedbackWay.choices)
        self.result = _labels(FeedbackResult.choices)


def _labels(choices: Sequence[tuple[Any, Any]]) -> dict[str | None, str]:
    return {str(value): str(label) for value, label in choices}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading, how a cell is read from a row, the profiles that have it.

    ``width`` is in characters of a spreadsheet, ``paper`` in millimetres (0: not on paper). ``several`` columns stand
    only in exports over several notices.
    """

    name: str
    heading: Promise | str
    cell: Callable[[Row, Words], str]
    profiles: frozenset[Profile] = ALL
    width: int = 14
    paper: int = 0
    several: bool = False


def local_time(moment: datetime | None) -> str:
    """Return 2026-03-31 23:59:59+08:00; a spreadsheet program must not shift it."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds") if moment else ""


def _scope(row: Row, words: Words) -> str:
    inside = words.scope[row.in_scope]
    return f"{inside} {row.village}".strip() or words.unfilled


def _outcome(row: Row, words: Words) -> str:
    if row.outcome:
        return words.outcome[row.outcome]
    return words.not_needed if row.destroyed_at else words.unanswered


def _is_eia(row: Row, words: Words) -> str:
    """Say what is known: by the answer, else by the topics; an opinion without either was not looked at yet."""
    if row.outcome == _OUT_OF_SCOPE or _NOT_EIA in row.topics:
        return words.yes_no[False]
    return words.yes_no[True] if row.topics or row.outcome else words.unmarked


def _reason(row: Row, words: Words) -> str:
    if row.reason and row.reference:
        return f"{row.reason}；{row.reference}"
    return row.reason or row.reference or ""


def _feedback(row: Row, words: Words) -> str:
    if not row.feedback:
        return ""
    return "；".join(f"{words.way[way]} {day} {words.result[result]}" for way, result, day in row.feedback)


def _gone(row: Row, words: Words) -> str:
    if row.destroyed_at and row.erased_at:
        return f"{words.destroyed}；{words.erased}"
    return words.destroyed if row.destroyed_at else words.erased if row.erased_at else ""


COLUMNS: tuple[Column, ...] = (
    Column("sequence", gettext_lazy("序号"), lambda row, words: str(row.sequence), width=6, paper=9),
    Column("number", gettext_lazy("回执编号"), lambda row, words: row.number, width=18, paper=19),
    Column("notice", gettext_lazy("公示码"), lambda row, words: row.notice.code, width=9, several=True),
    Column(
        "project",
        gettext_lazy("项目名称"),
        lambda row, words: row.notice.project,
        width=26,
        paper=24,
        several=True,
    ),
    Column(
        "proponent", gettext_lazy("建设单位"), lambda row, words: row.notice.proponent, width=22, several=True
    ),
    Column(
        "received",
        gettext_lazy("收到时间"),
        lambda row, words: row.received_at.astimezone(CHINA).isoformat(" ", "seconds"),
        STAFF,
        26,
        20,
    ),
    Column("round", gettext_lazy("轮次"), lambda row, words: row.notice.kind, paper=13),
    Column("version", gettext_lazy("公示版本"), lambda row, words: str(row.notice_version), STAFF, 9),
    Column("channel", gettext_lazy("方式"), lambda row, words: words.channel[row.channel], width=9, paper=10),
    Column(
        "on_behalf",
        gettext_lazy("是否代录"),
        lambda row, words: words.yes_no[row.transcriber_id is not None],
        width=9,
        paper=9,
    ),
    Column(
        "late",
        gettext_lazy("是否逾期"),
        lambda row, words: words.timeliness[row.timeliness],
        width=9,
        paper=10,
    ),
    Column(
        "writer",
        gettext_lazy("公众类型"),
        lambda row, words: words.kind[row.kind] if row.kind else words.unfilled,
        STAFF,
        paper=12,
    ),
    Column("scope", gettext_lazy("范围和村（社区）"), _scope, STAFF, 18, 15),
    Column("text", gettext_lazy("意见原文"), lambda row, words: row.text, STAFF, 60, 56),
    Column(
        "public_text",
        gettext_lazy("意见（遮盖个人信息后）"),
        lambda row, words: row.redacted_text or row.text,
        frozenset({Profile.PUBLIC}),
        60,
        90,
    ),
    Column(
        "redacted",
        gettext_lazy("是否有遮盖"),
        lambda row, words: words.yes_no[bool(row.redacted_text)],
        STAFF,
        10,
        9,
    ),
    Column("gone", gettext_lazy("销毁和删除"), _gone, STAFF, 14, 12),
    Column(
        "topics",
        gettext_lazy("意见分类"),
        lambda row, words: "、".join([words.topic[topic] for topic in row.topics]) or words.unmarked,
        paper=14,
    ),
    Column("eia", gettext_lazy("是否环评事项"), _is_eia, width=12, paper=10),
    Column("outcome", gettext_lazy("处理结果"), _outcome, width=12, paper=13),
    Column("reason", gettext_lazy("理由或报告书章节"), _reason, width=40, paper=40),
    Column("feedback", gettext_lazy("反馈方式、时间、结果"), _feedback, STAFF, 36, 22),
    Column(
        "consent",
        gettext_lazy("是否同意公开个人信息"),
        lambda row, words: words.yes_no[row.publish_personal],
        STAFF,
        12,
        10,
    ),
    Column("files", gettext_lazy("附件 SHA-256"), lambda row, words: "；".join(row.files), STAFF, 40, 16),
    Column("commitment", gettext_lazy("页一承诺值"), lambda row, words: row.commitment, width=40),
)


def columns_for(profile: Profile, *, several: bool = False) -> tuple[Column, ...]:
    """Return the columns of a profile, of an export over one notice or over several."""
    return tuple(
        column for column in COLUMNS if profile in column.profiles and (several or not column.several)
    )


def limited_to(profile: Profile, opinions: QuerySet[Opinion], *, now: datetime) -> QuerySet[Opinion]:
    """Return what a profile may hold of the opinions, by notice and number; the public one only what is shown now."""
    kept = public_among(opinions, now=now) if profile == Profile.PUBLIC else opinions
    return kept.order_by("notice_id", "sequence")


def rows_of(opinions: QuerySet[Opinion], columns: Sequence[Column]) -> Iterator[list[str]]:
    """Yield one list of cells an opinion, by notice and number; memory does not grow with their number.

    Queries grow by four to six a thousand. Between two rows nothing is being read, so that the caller may write.
    """
    words = Words()
    cells = [column.cell for column in columns]
    notices: dict[int, NoticeFacts] = {}
    for chunk in _chunks(opinions):
        keys = [row[0] for row in chunk]
        _add_notices(notices, {row[1] for row in chunk})
        topics, files, feedback = _topics(keys), _files(keys), _attempts(keys)
        for plain in chunk:
            pk = plain[0]
            hung = (
                notices[plain[1]],
                topics.get(pk, ()),
                files.get(pk, ()),
                feedback.get(pk, ()),
            )
            row = Row._make(plain + hung)
            yield [cell(row, words) for cell in cells]


def _chunks(opinions: QuerySet[Opinion]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the values of ``FIELDS``, read whole each time, on from the last row.

    A cursor held open would be a read snapshot, from which SQLite lets nobody write once another process did.
    What is left of a notice and what comes after it are two queries: as one, the index would not serve.
    """
    values = opinions.order_by("notice_id", "sequence").values_list(*FIELDS)
    notice = sequence = 0
    while True:
        chunk = list(values.filter(notice_id=notice, sequence__gt=sequence)[:CHUNK]) if notice else []
        if len(chunk) < CHUNK:
            chunk += values.filter(notice_id__gt=notice)[: CHUNK - len(chunk)]
        if not chunk:
            return
        yield chunk
        notice, sequence = chunk[-1][1:3]


def _add_notices(known: dict[int, NoticeFacts], wanted: set[int]) -> None:
    missing = wanted - known.keys()
    if not missing:
        return
    kinds = dict(NoticePage._meta.get_field("kind").flatchoices)
    fields = ("pk", "record__code", "project_name", "proponent_name", "kind")
    for pk, code, project, proponent, kind in NoticePage.objects.filter(pk__in=missing).values_list(*fields):
        known[pk] = NoticeFacts(code, project, proponent, str(kinds[kind]))


def _hung_on(keys: list[int]) -> dict[str, Any]:
    """Return the filter for what hangs on opinions: their range where it is dense, as a thousand keys cost as much as the rows.

    What the range holds besides is read and never asked for.
    """
    first, last = min(keys), max(keys)
    return (
        {"opinion__gte": first, "opinion__lte": last}
        if last - first < 2 * len(keys)
        else {"opinion__in": keys}
    )


def _topics(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for pk, topic in TopicMark.objects.filter(**_hung_on(keys)).values_list("opinion_id", "topic"):
        found[pk].append(topic)
    return found


def _files(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for pk, digest in OpinionFile.objects.filter(**_hung_on(keys)).values_list("opinion_id", "sha256"):
        found[pk].append(digest)
    return found


def _attempts(keys: list[int]) -> dict[int, list[tuple[str, str, Any]]]:
    found: dict[int, list[tuple[str, str, Any]]] = defaultdict(list)
    attempts = FeedbackAttempt.objects.filter(**_hung_on(keys))
    for pk, way, result, day in attempts.values_list("opinion_id", "way", "result", "tried_on"):
        found[pk].append((way, result, day))
    return found
