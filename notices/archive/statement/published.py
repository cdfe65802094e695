"""Chapters 2 and 6, and what chapter 3 has in common with them: what was published, when, where, and its proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.addresses import short_address
from notices.archive.models import ArchiveFile, ElsewhereRound
from notices.archive.selectors import archives_of
from notices.archive.statement.blocks import Block, Missing, Para, Picture, Pictures, Table, facts, heading
from notices.archive.statement.counts import RoundCount
from notices.archive.statement.pictures import evidence_pictures, page_pictures
from notices.archive.statement.record import Round, StatementRecord
from notices.models import NoticeStage
from notices.opinions.models import Channel
from notices.statutory.facts import NoticeKind
from notices.statutory.statement_compliance import (
    first_round_sentence,
    say_day,
)

ARCHIVE_PAGES = 2
PHOTOS = 2  # of each posting, insertion or page elsewhere; all of them are kept


def argued(record: StatementRecord, field: str, what: str) -> Block:
    """Return what the author wrote, or that nobody has written it yet."""
    text = str(getattr(record.text, field)).strip()
    return Para(text) if text else Missing(what, field_url(record, field))


def field_url(record: StatementRecord, field: str) -> str:
    """Return where an author's part is written."""
    return f"{reverse('statement_edit', args=[record.project.pk])}#id_{field}"


def elsewhere_url(record: StatementRecord, kind: NoticeKind) -> str:
    """Return where a round held elsewhere is recorded."""
    return f"{reverse('statement_elsewhere_add', args=[record.project.pk])}?round={kind}"


def evidence_url(row: Round) -> str:
    """Return where the evidence of a round is filed."""
    return reverse("notice_evidence", args=[row.record.pk])


def span_words(first: date | None, last: date | None) -> str:
    """Return the days from one to another, as far as they are known."""
    return _("至").join(say_day(day) for day in (first, last) if day)


def first_round(record: StatementRecord) -> list[Block]:
    """Return chapter 2."""
    kind = NoticeKind.FIRST_ROUND
    rounds, elsewhere = record.of_kind(kind), record.elsewhere_of(kind)
    if not rounds and not elsewhere:
        return [heading("2"), _no_first_round(record)]
    return [
        heading("2"),
        heading("2.1"),
        *chain.from_iterable(_first_facts(record, row) for row in rounds),
        *elsewhere_facts(record, elsewhere, kind),
        heading("2.2"),
        heading("2.2.1"),
        *network(record, rounds, elsewhere, field="first_platform"),
        heading("2.2.2"),
        *other_ways(rounds, elsewhere, with_print=True),
        heading("2.3"),
        *received(record, kind),
    ]


def _no_first_round(record: StatementRecord) -> Block:
    if any(row.page.art31_simplified for row in record.of_kind(NoticeKind.DRAFT_REPORT)):
        return Para(
            _("适用《办法》第三十一条，免予首次公开，相关内容纳入征求意见稿公示。产业园区：%(park)s。")
            % {"park": next(row.page.art31_park for row in record.rounds if row.page.art31_simplified)}
        )
    what = _("首次公开。在平台以外公开的，请登记载体、日期、网址和截图")
    return Missing(what, elsewhere_url(record, NoticeKind.FIRST_ROUND))


def _first_facts(record: StatementRecord, row: Round) -> list[Block]:
    page, day = row.page, row.record.published_on
    blocks: list[Block] = [
        facts(
            (_("公开日期"), say_day(day) if day else ""),
            (
                _("项目基本情况"),
                "；".join(part for part in (page.project_name, page.location, page.content) if part),
            ),
            (_("现有工程"), page.existing_works),
            (_("建设单位和联系方式"), f"{page.proponent_name}，{page.contact_phone}".strip("，")),
            (_("编制单位"), page.consultant_name),
            (_("公众意见表"), short_address(row.record.code)),
            (_("提交方式和途径"), ways(page)),
            (_("状态"), state(row)),
        )
    ]
    contracted = page.contracted_on or record.project.contracted_on
    if contracted is None:
        blocks.append(Missing(_("确定编制单位的日期（委托函或者合同载明的日期）"), _page_url(row)))
    elif day is not None:
        blocks.append(Para(first_round_sentence(contracted, day, record.calendar)))
    return blocks


def _page_url(row: Round) -> str:
    return reverse("notice_register:inspect", args=[row.record.pk])


def state(row: Round) -> str:
    stages = (NoticeStage.WITHDRAWN, NoticeStage.SUPERSEDED)
    return str(row.record.get_stage_display()) if row.record.stage in stages else ""


def ways(page: object) -> str:
    rows = page.ways.all()  # type: ignore[attr-defined]
    return "；".join([_("网上填写"), *(f"{row.get_way_display()}：{row.address}" for row in rows)])


def elsewhere_facts(record: StatementRecord, rows: Sequence[ElsewhereRound], kind: NoticeKind) -> list[Block]:
    """Return what is stated of rounds held elsewhere, and on the first round the day after the consultant was fixed."""
    blocks: list[Block] = []
    for row in rows:
        blocks.append(
            facts(
                (_("公开日期"), span_words(row.started_on, row.ended_on)),
                (_("载体"), f"{row.name}（{row.get_channel_display()}）"),
                (_("公开内容"), row.content),
            )
        )
        if not row.content.strip():
            blocks.append(Missing(_("%(name)s的公开内容") % {"name": row.name}, elsewhere_edit(row)))
    if rows and kind == NoticeKind.FIRST_ROUND and not record.of_kind(kind):
        contracted = record.project.contracted_on or next(
            (row.page.contracted_on for row in record.rounds if row.page.contracted_on), None
        )
        if contracted:
            blocks.append(Para(first_round_sentence(contracted, rows[0].started_on, record.calendar)))
        else:
            blocks.append(Missing(_("确定编制单位的日期（委托函或者合同载明的日期）"), _contract_url(record)))
    return blocks


def _contract_url(record: StatementRecord) -> str:
    return _page_url(record.rounds[-1]) if record.rounds else ""


def elsewhere_edit(row: ElsewhereRound) -> str:
    """Return where a round held elsewhere is mended."""
    return reverse("statement_elsewhere", args=[row.pk])


def network(
    record: StatementRecord, rounds: Sequence[Round], elsewhere: Sequence[ElsewhereRound], *, field: str
) -> list[Block]:
    """Return why this site, the days, the addresses, and pictures of the pages as they were published."""
    blocks: list[Block] = [argued(record, field, _("网络载体选取的符合性分析"))]
    for row in rounds:
        blocks += _archive(row)
    for place in (place for place in elsewhere if place.channel == "website"):
        blocks += _website(place)
    return blocks


def _archive(row: Round) -> list[Block]:
    archives = archives_of(row.record)
    ends = _first_and_last(archives)
    table = facts(
        (_("公开时间"), span_words(row.record.published_on, row.record.last_day)),
        (_("网址"), short_address(row.record.code)),
        (_("法定平台网址"), row.page.qualifying_platform_url),
        *((label, f"SHA-256 {archive.sha256}") for label, archive in ends),
    )
    if not archives:
        return [table, Missing(_("网页存档。平台会自动生成，请稍后再试"))]
    shown = [
        picture
        for label, archive in ends
        for picture in page_pictures(archive.file, label, pages=min(ARCHIVE_PAGES, archive.pages))
    ]
    return [table, Pictures(shown)] if shown else [table, Missing(_("网页存档的页面图，文件打不开"))]


def _first_and_last(archives: Sequence[ArchiveFile]) -> list[tuple[str, ArchiveFile]]:
    """Name the page as it was first published and, once it was changed, as it was in the end; the latest comes in first."""
    if len(archives) < 2:
        return [(_("公示存档"), archive) for archive in archives]
    words = _("公示存档（第%(version)s版）")
    return [(words % {"version": row.version}, row) for row in (archives[-1], archives[0])]


def _website(row: ElsewhereRound) -> list[Block]:
    blocks: list[Block] = [
        facts((_("公开时间"), span_words(row.started_on, row.ended_on)), (_("网址"), row.url))
    ]
    if not row.url:
        blocks.append(Missing(_("%(name)s的网址") % {"name": row.name}, elsewhere_edit(row)))
    return [*blocks, *proofs(row, _("网页截图"))]


def proofs(row: ElsewhereRound, what: str) -> list[Block]:
    shown = evidence_pictures(row.files.all(), f"{row.name} {what}", most=PHOTOS)
    if shown:
        return [side_by_side(shown)]
    return [Missing(_("%(name)s的%(what)s") % {"name": row.name, "what": what}, elsewhere_edit(row))]


def other_ways(
    rounds: Sequence[Round], elsewhere: Sequence[ElsewhereRound], *, with_print: bool
) -> list[Block]:
    """Return further channels; with ``with_print`` also newspapers and postings, which this round did not need."""
    rows: list[Sequence[str]] = []
    shown: list[Block] = []
    for row in rounds:
        page = row.evidence
        for channel in page.otherchannels.all():
            rows.append(
                (
                    channel.channel,
                    span_words(channel.started_on, channel.ended_on),
                    channel.url or channel.note,
                )
            )
            shown += shots(channel.files.all(), channel.channel)
        if with_print:
            for paper in page.newspaperinsertions.all():
                rows.append((paper.newspaper, span_words(paper.published_on, None), paper.issue))
                shown += shots(paper.files.all(), paper.newspaper)
            for site in page.sitepostings.all():
                rows.append(
                    (f"{site.village} {site.spot}", span_words(site.posted_on, site.removed_on), _("张贴"))
                )
                shown += shots(site.files.all(), site.village)
    kinds = ("newspaper", "posting", "other") if with_print else ("other",)
    for place in (place for place in elsewhere if place.channel in kinds):
        rows.append((place.name, span_words(place.started_on, place.ended_on), place.url))
        shown += proofs(place, _("证据"))
    if not rows:
        return [Para(_("没有登记其他方式。"))]
    head = (_("方式"), _("时间"), _("网址或者说明"))
    return [Table(head, rows, (0.3, 0.35, 0.35)), *shown]


def shots(files: Iterable[object], caption: str) -> list[Block]:
    shown = evidence_pictures(files, caption, most=PHOTOS)
    return [side_by_side(shown)] if shown else []


def side_by_side(shown: Sequence[Picture]) -> Pictures:
    """Return pictures in pairs, a single one large."""
    return Pictures(shown, columns=1 if len(shown) == 1 else 2)


def received(record: StatementRecord, kind: NoticeKind) -> list[Block]:
    """Return how many opinions a round brought, by channel."""
    counted = record.counts.of_kind(kind)
    blocks: list[Block] = [count_table(counted)] if counted else []
    for row in (row for row in record.elsewhere_of(kind) if row.opinions is None):
        what = _("%(name)s收到意见的数量，没有收到的填 0") % {"name": row.name}
        blocks.append(Missing(what, elsewhere_edit(row)))
    return blocks


def count_table(counted: Sequence[RoundCount]) -> Table:
    """Return the numbers by round and channel; what nobody stated reads 未登记."""
    channels = [channel for channel in Channel if any(row.channels.get(channel) for row in counted)]
    head = (_("轮次"), *(str(channel.label) for channel in channels), _("合计（条）"))
    rows = [
        (
            row.label,
            *(("—" if row.total is None else str(row.channels.get(channel, 0))) for channel in channels),
            _("未登记") if row.total is None else str(row.total),
        )
        for row in counted
    ]
    label = 0.4
    return Table(head, rows, (label, *[(1 - label) / (len(channels) + 1)] * (len(channels) + 1)))


def pre_approval(record: StatementRecord) -> list[Block]:
    """Return chapter 6: what is planned of the round in which the statement itself is published."""
    kind = NoticeKind.PRE_APPROVAL
    elsewhere, planned = record.elsewhere_of(kind), record.planned
    blocks: list[Block] = [heading("6"), heading("6.1")]
    if planned is None and not elsewhere:
        what = _("报批前公开的日期和网址。建立报批前公开的草稿后自动填入")
        blocks.append(Missing(what, reverse("statement_publish", args=[record.project.pk])))
    if planned is not None:
        page = planned.page if planned.is_public else planned.page.get_latest_revision_as_object()
        day = planned.published_on or planned.planned_on or page.planned_date
        blocks.append(
            facts(
                (_("公开内容"), _("拟报批的环境影响报告书全文和公众参与说明（《办法》第二十条）")),
                (_("公开日期") if planned.published_on else _("计划公开日期"), say_day(day) if day else ""),
                (_("网址"), short_address(planned.code)),
            )
        )
    blocks += elsewhere_facts(record, elsewhere, kind)
    blocks += [heading("6.2"), heading("6.2.1")]
    blocks.append(argued(record, "pre_approval_platform", _("网络载体选取的符合性分析")))
    for row in (row for row in elsewhere if row.channel == "website"):
        blocks += _website(row)
    return [*blocks, heading("6.2.2"), *other_ways(record.of_kind(kind), elsewhere, with_print=True)]
