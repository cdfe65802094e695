"""The whole statement in the order of the official outline, from the record; chapters 1, 4 and 7 to 9 are written here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.statement import consulted, published
from notices.archive.statement.blocks import Block, Missing, Para, Pictures, Table, facts, heading
from notices.archive.statement.handling import forms, handled, opinions_of
from notices.archive.statement.pictures import file_picture
from notices.archive.statement.published import argued, evidence_url
from notices.archive.statement.record import Round, StatementRecord
from notices.models import DepthChoice, Meeting
from notices.statutory.facts import NoticeKind
from notices.statutory.statement_compliance import say_day
from notices.statutory.statement_outline import FORMS_STAY, PLEDGE


def statement_blocks(record: StatementRecord) -> list[Block]:
    """Return all nine chapters."""
    opinions = opinions_of(record)
    return [
        *_overview(record),
        *published.first_round(record),
        *consulted.draft_report(record),
        *_participation(record),
        *handled(record, opinions),
        *published.pre_approval(record),
        *_other(record),
        *_pledge(record),
        *_annexes(record, opinions),
    ]


def _overview(record: StatementRecord) -> list[Block]:
    authority = record.project.approval_authority
    page = record.rounds[-1].page if record.rounds else None
    return [
        heading("1"),
        facts(
            (_("项目名称"), record.project.name),
            (_("项目代码"), record.project.code),
            (_("建设地点"), page.location if page else ""),
            (_("建设性质"), page.nature if page else ""),
            (_("建设单位"), record.proponent_name),
            (_("环评编制单位"), record.consultant_name),
            (_("审批机关"), authority.name if authority else ""),
        ),
        argued(record, "overview", _("公众参与整体情况的概述")),
    ]


def _participation(record: StatementRecord) -> list[Block]:
    rounds = record.of_kind(NoticeKind.DRAFT_REPORT)
    blocks: list[Block] = [heading("4")]
    decisions = [decision for row in rounds for decision in row.record.depth_decisions.all()[:1]]
    for decision in decisions:
        words = {"choice": decision.get_choice_display(), "reason": decision.reason}
        blocks.append(Para(_("决定：%(choice)s。理由：%(reason)s") % words))
    if not decisions and rounds:
        url = reverse("depth_decision", args=[rounds[-1].record.pk])
        blocks.append(Missing(_("是否召开座谈会、听证会、专家论证会的决定和理由"), url))
    if record.text.depth.strip():
        blocks.append(Para(record.text.depth.strip()))
    blocks.append(heading("4.1"))
    held = [
        meeting for row in rounds for meeting in row.record.page.meetings.all() if not meeting.cancelled_on
    ]
    wanted = [decision for decision in decisions if decision.choice != DepthChoice.NONE]
    for meeting in held:
        blocks += _meeting(meeting)
    if not held:
        blocks.append(_no_meeting(rounds, wanted=bool(wanted)))
    blocks += [heading("4.2"), Para(record.text.other_participation.strip() or _("没有登记其他公众参与。"))]
    return [*blocks, heading("4.3"), Para(record.text.science.strip() or _("没有登记宣传科普。"))]


def _no_meeting(rounds: Sequence[Round], *, wanted: bool) -> Block:
    if wanted:
        return Missing(_("决定召开的会议的公告和纪要"), evidence_url(rounds[-1]))
    return Para(_("没有召开座谈会、听证会、专家论证会。"))


def _meeting(meeting: Meeting) -> list[Block]:
    invited = (
        _("%(count)s 人") % {"count": meeting.invited_count} if meeting.invited_count is not None else ""
    )
    blocks: list[Block] = [
        facts(
            (_("形式"), meeting.get_kind_display()),
            (_("议题"), meeting.topic),
            (_("公告日期"), say_day(meeting.announced_on) if meeting.announced_on else ""),
            (_("召开时间"), f"{say_day(meeting.held_on)} {meeting.held_time}" if meeting.held_on else ""),
            (_("地点"), meeting.place),
            (_("代表选取原则和过程"), meeting.selection_principle),
            (
                _("书面通知"),
                " ".join(
                    part
                    for part in (say_day(meeting.invited_on) if meeting.invited_on else "", invited)
                    if part
                ),
            ),
            (_("纪要公开日期"), say_day(meeting.minutes_on) if meeting.minutes_on else ""),
        )
    ]
    if meeting.minutes_on:
        return [*blocks, Para(_("纪要：") + meeting.minutes)]
    return [*blocks, Missing(_("会议纪要"), reverse("meeting:inspect", args=[meeting.pk]))]


def _other(record: StatementRecord) -> list[Block]:
    lines = [
        (row.label, row.code, "" if row.total is None else str(row.total))
        for row in record.counts.rounds
        if row.code
    ]
    blocks: list[Block] = [heading("7")]
    if record.text.other.strip():
        blocks.append(Para(record.text.other.strip()))
    blocks.append(Para(_("公众参与的原始资料存档备查（《办法》第二十八条）。") + FORMS_STAY))
    return (
        [*blocks, Table((_("公示"), _("公示码"), _("意见（条）")), lines, (0.6, 0.2, 0.2))]
        if lines
        else blocks
    )


def _pledge(record: StatementRecord) -> list[Block]:
    uscc = record.project.proponent.specific.uscc
    blanks = {
        "project": record.project.name,
        "answerable": record.proponent_name,
        "unit": record.proponent_name,
        "uscc": uscc or _("统一社会信用代码：　　　　　　"),
    }
    blocks: list[Block] = [heading("8"), *(Para(words.format(**blanks)) for words in PLEDGE.paragraphs)]
    blocks += [Para(words.format(**blanks), indent=False) for words in PLEDGE.signature]
    paper = record.pledge
    if paper is None:
        return [
            *blocks,
            Missing(_("盖章的诚信承诺扫描件"), reverse("statement_pledge", args=[record.project.pk])),
        ]
    picture = file_picture(paper.file, _("盖章的诚信承诺（扫描件）"))
    return [*blocks, Pictures([picture], columns=1)] if picture else blocks


def _annexes(record: StatementRecord, opinions: Sequence[Any]) -> list[Block]:
    lines = [
        (file.file_name, _("会议纪要"), file.sha256)
        for row in record.rounds
        for meeting in row.record.page.meetings.prefetch_related("minutes_files")
        for file in meeting.minutes_files.all()
    ]
    if record.pledge is not None:
        lines.append((record.pledge.file_name, _("盖章的诚信承诺"), record.pledge.sha256))
    blocks: list[Block] = [heading("9")]
    if lines:
        blocks.append(Table((_("文件"), _("内容"), "SHA-256"), lines, (0.3, 0.2, 0.5)))
    return [*blocks, Para(FORMS_STAY + _("编号和第一页的指纹如下：")), *forms(opinions)]
