"""Chapter 5: every opinion with what became of it and how its writer was told; nobody's identity.

A text is printed only where it stands on the public page: the proponent shows opinions, the writer consented, and somebody
looked at it as it is now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.archive.statement.blocks import Block, Missing, Para, Table, facts, heading
from notices.archive.statement.published import argued, count_table, elsewhere_edit
from notices.archive.statement.record import StatementRecord
from notices.models import NoticeRecord
from notices.opinions.facts import opinion_facts
from notices.opinions.feedback import FeedbackState, with_feedback
from notices.opinions.models import FeedbackWay, Opinion, OpinionTimeliness, Outcome, Topic
from notices.opinions.public_opinions import (
    Numbers,
    is_disclosed,
    released_opinions,
    takes_opinions,
    unreleased_opinions,
)
from notices.statutory.statement_compliance import say_day

_ADOPTED = (Outcome.ADOPTED, Outcome.PARTLY_ADOPTED)
_WIDTHS = (0.18, 0.08, 0.36, 0.09, 0.17, 0.12)


def asked(record: StatementRecord) -> list[NoticeRecord]:
    """Return the notices of a project that took opinions here."""
    return [row for row in record.records if takes_opinions(row)]


def opinions_of(record: StatementRecord) -> list[Any]:
    """Return the opinions of all rounds, each with the state of its feedback."""
    notices = [row.page for row in asked(record)]
    rows = with_feedback(Opinion.objects.filter(notice__in=notices)).select_related("answer", "commenter")
    rows = rows.prefetch_related("topics", "feedback_attempts")
    order = {notice.pk: place for place, notice in enumerate(notices)}
    return sorted(rows, key=lambda opinion: (order[opinion.notice_id], opinion.sequence))


def handled(record: StatementRecord, opinions: Sequence[Any]) -> list[Block]:
    """Return chapter 5."""
    shown = {
        pk
        for row in asked(record)
        if is_disclosed(row.page)
        for pk in released_opinions(row.page).values_list("pk", flat=True)
    }
    adopted = [row for row in opinions if row.answer and row.answer.outcome in _ADOPTED]
    others = [row for row in opinions if not (row.answer and row.answer.outcome in _ADOPTED)]
    return [
        heading("5"),
        heading("5.1"),
        *_summary(record, opinions, len(shown)),
        heading("5.2"),
        *_author(record, "report_changes", _("采纳意见后报告书修改的说明"), needed=bool(adopted)),
        *_table(adopted, shown, _("没有采纳或者部分采纳的意见。")),
        heading("5.3"),
        *_author(record, "not_adopted", _("未采纳意见的归纳"), needed=False),
        *_table(others, shown, _("没有未采纳的意见。")),
        *_feedback(opinions),
        *_untold(record),
        *_of_elsewhere(record),
    ]


def _summary(record: StatementRecord, opinions: Sequence[Any], shown: int) -> list[Block]:
    counts = record.counts
    blocks: list[Block] = []
    if counts.rounds:
        words = {"total": counts.total}
        blocks.append(Para(_("各轮公开、各种方式共收到公众意见 %(total)s 条。") % words))
        blocks.append(count_table(counts.rounds))
    for row in counts.rounds:
        if row.numbers is not None and row.total:
            blocks += [Para(row.label + _("：")), _numbers(row.numbers)]
    if counts.unstated:
        named = "、".join(row.label for row in counts.unstated)
        blocks.append(Para(_("%(named)s收到意见的数量没有登记，未计入。") % {"named": named}))
    blocks += _unlooked(record, opinions, shown)
    return [*blocks, *_author(record, "analysis", _("公众意见的归纳分析"), needed=bool(counts.total))]


def _numbers(numbers: Numbers) -> Table:
    topics = "，".join(f"{tally.label} {tally.count}" for tally in numbers.topics if tally.count)
    villages = "，".join(f"{tally.label} {tally.count}" for tally in numbers.villages if tally.count)
    return facts(
        (_("期限内"), _("%(count)s 条") % {"count": numbers.inside}),
        (_("逾期收下"), _("%(count)s 条") % {"count": numbers.late}),
        (_("工作人员代录"), _("%(count)s 条") % {"count": numbers.on_behalf}),
        (_("其中补充意见"), _("%(count)s 条") % {"count": numbers.supplements}),
        (_("内容已依法销毁"), _("%(count)s 条") % {"count": numbers.destroyed}),
        (_("意见分类"), topics),
        (_("村（社区）"), villages),
    )


def _unlooked(record: StatementRecord, opinions: Sequence[Any], shown: int) -> list[Block]:
    """Say how many texts could be printed and wait for somebody to look at them."""
    blocks: list[Block] = []
    for row in asked(record):
        waiting = unreleased_opinions(row.page).count() if is_disclosed(row.page) else 0
        if waiting:
            what = ngettext(
                "%(count)s 条提出人同意公开的意见原文，核对后列入",
                "%(count)s 条提出人同意公开的意见原文，核对后列入",
                waiting,
            )
            blocks.append(
                Missing(what % {"count": waiting}, reverse("opinions_publication", args=[row.page_id]))
            )
    if opinions:
        words = {"shown": shown, "rest": len(opinions) - shown}
        text = _(
            "提出人同意公开原文并已核对的 %(shown)s 条，下表列出原文；其余 %(rest)s 条只列编号、分类和处理情况，原件存档备查。"
        )
        blocks.append(Para(text % words))
    return blocks


def _author(record: StatementRecord, field: str, what: str, *, needed: bool) -> list[Block]:
    if needed or str(getattr(record.text, field)).strip():
        return [argued(record, field, what)]
    return []


def _table(opinions: Sequence[Any], shown: set[int], none: str) -> list[Block]:
    if not opinions:
        return [Para(none)]
    head = (_("回执编号"), _("方式"), _("意见"), _("处理结果"), _("理由或者报告书中的位置"), _("反馈"))
    return [Table(head, [_line(opinion, shown) for opinion in opinions], _WIDTHS)]


def _line(opinion: Any, shown: set[int]) -> tuple[str, ...]:
    answer = opinion.answer
    return (
        opinion.number + (_("（逾期）") if opinion.timeliness == OpinionTimeliness.LATE else ""),
        opinion.get_channel_display() + (_("（代录）") if opinion.transcriber_id else ""),
        _text(opinion, shown),
        answer.get_outcome_display() if answer else _("无须答复") if opinion.destroyed_at else _("尚未答复"),
        "\n".join(part for part in (answer.reason, answer.report_reference) if part) if answer else "",
        _told(opinion),
    )


def _text(opinion: Any, shown: set[int]) -> str:
    if opinion.destroyed_at:
        return str(opinion.text)
    topics = "、".join(str(Topic(mark.topic).label) for mark in opinion.topics.all())
    text = opinion.public_text if opinion.pk in shown else _("（原文未公开）") + topics
    commenter = getattr(opinion, "commenter", None)
    return text + (_("（公众信息已删除）") if commenter is not None and commenter.erased_at else "")


def _told(opinion: Any) -> str:
    state = str(FeedbackState(opinion.feedback).label)
    attempts = [
        row
        for row in opinion.feedback_attempts.all()
        if row.answer_id == opinion.answer_id and row.way != FeedbackWay.BOARD
    ]
    if not attempts:
        return state
    last = attempts[-1]
    return _("%(state)s（%(way)s，%(day)s）") % {
        "state": state,
        "way": last.get_way_display(),
        "day": say_day(last.tried_on),
    }


def _feedback(opinions: Iterable[Any]) -> list[Block]:
    """Return how many were told, over all opinions."""
    states = Counter(opinion.feedback for opinion in opinions)
    if not states:
        return []
    lines = [(str(state.label), str(states[state])) for state in FeedbackState if states[state]]
    return [Para(_("向公众反馈的情况：")), Table((_("反馈情况"), _("条")), lines, (0.7, 0.3))]


def _untold(record: StatementRecord) -> list[Block]:
    """Say how many writers of opinions that were not adopted wait for the reasons (Art. 18)."""
    blocks: list[Block] = []
    for row in asked(record):
        waiting = opinion_facts([row.page])["opinions_untold"]
        if waiting:
            words = {"code": row.code, "count": waiting}
            what = _("公示 %(code)s 有 %(count)s 条未采纳的意见，还没有向提出人说明理由") % words
            blocks.append(Missing(what, reverse("opinions_desk", args=[row.page_id])))
    return blocks


def _of_elsewhere(record: StatementRecord) -> list[Block]:
    """Return how the opinions of rounds held elsewhere were handled, as the author states it."""
    blocks: list[Block] = []
    for row in (row for row in record.elsewhere if row.opinions):
        words = {"name": row.name, "count": row.opinions}
        blocks.append(Para(_("%(name)s收到的 %(count)s 条意见：") % words + row.handling))
        if not row.handling.strip():
            blocks[-1] = Missing(_("%(name)s收到的 %(count)s 条意见的处理情况") % words, elsewhere_edit(row))
    return blocks


def forms(opinions: Iterable[Any]) -> list[Block]:
    """Return the opinion forms by number and the fingerprint of page one; the forms themselves stay in the file (Art. 28)."""
    lines = [
        (opinion.number, say_day(timezone.localdate(opinion.received_at)), opinion.page_one_commitment)
        for opinion in opinions
    ]
    if not lines:
        return [Para(_("没有收到公众意见表。"))]
    return [Table((_("回执编号"), _("收到日期"), _("第一页指纹（SHA-256）")), lines, (0.24, 0.2, 0.56))]
