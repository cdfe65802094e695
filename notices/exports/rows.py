"""THE row definition of the comment records (公众意见汇总表); every renderer takes its columns and cells from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.exports.models import Profile
from notices.models import NoticePage
from notices.opinions.models import Opinion, Topic
from notices.opinions.public_opinions import released_opinions

CHUNK = 500
ALL = frozenset(Profile)
STAFF = frozenset({Profile.BUREAU, Profile.PROPONENT})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how a cell is read from an opinion, and the profiles that have it."""

    heading: Promise | str
    cell: Callable[[Opinion], str]
    profiles: frozenset[Profile] = ALL
    width: int = 14


def local_time(moment: datetime | None) -> str:
    """Return 2026-03-31 23:59:59+08:00; a spreadsheet program must not shift it."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds") if moment else ""


def yes_no(value: bool | None) -> str:
    """Return 是, 否, or 未填 for what is unknown."""
    return {True: _("是"), False: _("否"), None: _("未填")}[value]


def _topics(opinion: Opinion) -> list[str]:
    return [mark.topic for mark in opinion.topics.all()]


def _scope(opinion: Opinion) -> str:
    inside = {True: _("范围内"), False: _("范围外"), None: ""}[opinion.in_scope]
    return " ".join(part for part in (inside, opinion.village) if part) or _("未填")


def _outcome(opinion: Opinion) -> str:
    if opinion.answer:
        return str(opinion.answer.get_outcome_display())
    return _("无须答复") if opinion.destroyed_at else _("未答复")


def _reason(opinion: Opinion) -> str:
    answer = opinion.answer
    return "；".join(part for part in (answer.reason, answer.report_reference) if part) if answer else ""


def _feedback(opinion: Opinion) -> str:
    return "；".join(
        f"{attempt.get_way_display()} {attempt.tried_on:%Y-%m-%d} {attempt.get_result_display()}"
        for attempt in opinion.feedback_attempts.all()
    )


def _files(opinion: Opinion) -> str:
    return "；".join(f"{row.sha256}" for row in opinion.files.all())


def _kind(opinion: Opinion) -> str:
    commenter = getattr(opinion, "commenter", None)
    return str(commenter.get_kind_display()) if commenter else _("未填")


def _text(opinion: Opinion) -> str:
    return opinion.text


def _consent(opinion: Opinion) -> str:
    commenter = getattr(opinion, "commenter", None)
    return yes_no(commenter.publish_personal if commenter else None)


COLUMNS: tuple[Column, ...] = (
    Column(gettext_lazy("序号"), lambda row: str(row.sequence), width=6),
    Column(gettext_lazy("回执编号"), lambda row: row.number, width=18),
    Column(gettext_lazy("收到时间"), lambda row: local_time(row.received_at), STAFF, 26),
    Column(gettext_lazy("轮次"), lambda row: str(row.notice.get_kind_display())),
    Column(gettext_lazy("公示版本"), lambda row: str(row.notice_version), STAFF, 9),
    Column(gettext_lazy("方式"), lambda row: str(row.get_channel_display()), width=9),
    Column(gettext_lazy("是否代录"), lambda row: yes_no(row.transcriber_id is not None), width=9),
    Column(gettext_lazy("是否逾期"), lambda row: str(row.get_timeliness_display()), width=9),
    Column(gettext_lazy("公众类型"), _kind, STAFF),
    Column(gettext_lazy("范围和村（社区）"), _scope, STAFF, 18),
    Column(gettext_lazy("意见原文"), _text, STAFF, 60),
    Column(
        gettext_lazy("意见（遮盖个人信息后）"), lambda row: row.public_text, frozenset({Profile.PUBLIC}), 60
    ),
    Column(gettext_lazy("是否有遮盖"), lambda row: yes_no(bool(row.redacted_text)), STAFF, 10),
    Column(
        gettext_lazy("意见分类"), lambda row: "、".join(str(Topic(topic).label) for topic in _topics(row))
    ),
    Column(gettext_lazy("是否环评事项"), lambda row: yes_no(Topic.NOT_EIA not in _topics(row)), width=12),
    Column(gettext_lazy("处理结果"), _outcome, width=12),
    Column(gettext_lazy("理由或报告书章节"), _reason, width=40),
    Column(gettext_lazy("反馈方式、时间、结果"), _feedback, STAFF, 36),
    Column(gettext_lazy("是否同意公开个人信息"), _consent, STAFF, 12),
    Column(gettext_lazy("附件 SHA-256"), _files, STAFF, 40),
    Column(gettext_lazy("页一承诺值"), lambda row: row.page_one_commitment, width=40),
)


def columns_for(profile: Profile) -> tuple[Column, ...]:
    """Return the columns of a profile."""
    return tuple(column for column in COLUMNS if profile in column.profiles)


def opinions_for(notice: NoticePage, profile: Profile) -> Any:
    """Return the opinions of an export in order of their numbers; the public one holds only what was released."""
    opinions = (
        Opinion.objects.filter(notice=notice)
        .select_related("notice", "answer", "commenter")
        .prefetch_related("topics", "files", "feedback_attempts")
        .order_by("sequence")
    )
    return opinions.filter(pk__in=released_opinions(notice)) if profile == Profile.PUBLIC else opinions


def rows_for(notice: NoticePage, profile: Profile) -> Iterator[list[str]]:
    """Yield one list of cells an opinion; memory does not grow with their number."""
    columns = columns_for(profile)
    for opinion in opinions_for(notice, profile).iterator(chunk_size=CHUNK):
        yield [column.cell(opinion) for column in columns]
