"""Chapters 2, 3 and 6: what was published, when, where, and whether the dates are those of the law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.addresses import short_address
from notices.archive.models import ElsewhereRound
from notices.archive.selectors import archives_of
from notices.archive.statement.blocks import Block, Missing, Para, Picture, Pictures, Table, facts, heading
from notices.archive.statement.counts import RoundCount
from notices.archive.statement.pictures import evidence_pictures, page_pictures
from notices.archive.statement.record import Round, StatementRecord
from notices.facts import working_days_of
from notices.models import NoticeStage
from notices.opinions.models import Channel
from notices.statutory.facts import NoticeKind
from notices.statutory.official_form import SECOND_ROUND_HEADINGS
from notices.statutory.statement_compliance import (
    first_round_sentence,
    newspaper_sentence,
    posting_sentence,
    say_day,
    window_sentence,
)

ARCHIVE_PAGES = 2
_PHOTOS = 2  # of each posting, insertion or page elsewhere; all of them are kept


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
        *_elsewhere_facts(record, elsewhere, kind),
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
            (_("提交方式和途径"), _ways(page)),
            (_("状态"), _state(row)),
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


def _state(row: Round) -> str:
    stages = (NoticeStage.WITHDRAWN, NoticeStage.SUPERSEDED)
    return str(row.record.get_stage_display()) if row.record.stage in stages else ""


def _ways(page: object) -> str:
    rows = page.ways.all()  # type: ignore[attr-defined]
    return "；".join([_("网上填写"), *(f"{row.get_way_display()}：{row.address}" for row in rows)])


def _elsewhere_facts(
    record: StatementRecord, rows: Sequence[ElsewhereRound], kind: NoticeKind
) -> list[Block]:
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
    table = facts(
        (_("公开时间"), span_words(row.record.published_on, row.record.last_day)),
        (_("网址"), short_address(row.record.code)),
        (_("法定平台网址"), row.page.qualifying_platform_url),
        (_("公示存档"), f"SHA-256 {archives[-1].sha256}" if archives else ""),
    )
    if not archives:
        return [table, Missing(_("网页存档。平台会自动生成，请稍后再试"))]
    shown = page_pictures(
        archives[-1].file, _("网络公示页存档"), pages=min(ARCHIVE_PAGES, archives[-1].pages)
    )
    return [table, Pictures(shown)] if shown else [table, Missing(_("网页存档的页面图，文件打不开"))]


def _website(row: ElsewhereRound) -> list[Block]:
    blocks: list[Block] = [
        facts((_("公开时间"), span_words(row.started_on, row.ended_on)), (_("网址"), row.url))
    ]
    if not row.url:
        blocks.append(Missing(_("%(name)s的网址") % {"name": row.name}, elsewhere_edit(row)))
    return [*blocks, *_proofs(row, _("网页截图"))]


def _proofs(row: ElsewhereRound, what: str) -> list[Block]:
    shown = evidence_pictures(row.files.all(), f"{row.name} {what}", most=_PHOTOS)
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
            shown += _shots(channel.files.all(), channel.channel)
        if with_print:
            for paper in page.newspaperinsertions.all():
                rows.append((paper.newspaper, span_words(paper.published_on, None), paper.issue))
                shown += _shots(paper.files.all(), paper.newspaper)
            for site in page.sitepostings.all():
                rows.append(
                    (f"{site.village} {site.spot}", span_words(site.posted_on, site.removed_on), _("张贴"))
                )
                shown += _shots(site.files.all(), site.village)
    kinds = ("newspaper", "posting", "other") if with_print else ("other",)
    for place in (place for place in elsewhere if place.channel in kinds):
        rows.append((place.name, span_words(place.started_on, place.ended_on), place.url))
        shown += _proofs(place, _("证据"))
    if not rows:
        return [Para(_("没有登记其他方式。"))]
    head = (_("方式"), _("时间"), _("网址或者说明"))
    return [Table(head, rows, (0.3, 0.35, 0.35)), *shown]


def _shots(files: Iterable[object], caption: str) -> list[Block]:
    shown = evidence_pictures(files, caption, most=_PHOTOS)
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


def draft_report(record: StatementRecord) -> list[Block]:
    """Return chapter 3."""
    kind = NoticeKind.DRAFT_REPORT
    rounds, elsewhere = record.of_kind(kind), record.elsewhere_of(kind)
    return [
        heading("3"),
        heading("3.1"),
        *chain.from_iterable(_draft_facts(record, row) for row in rounds),
        *_elsewhere_facts(record, elsewhere, kind),
        heading("3.2"),
        heading("3.2.1"),
        *network(record, rounds, elsewhere, field="draft_platform"),
        heading("3.2.2"),
        *_newspapers(record, rounds, elsewhere),
        heading("3.2.3"),
        *_postings(record, rounds, elsewhere),
        heading("3.2.4"),
        *other_ways(rounds, elsewhere, with_print=False),
        heading("3.3"),
        *chain.from_iterable(_viewings(row) for row in rounds),
        heading("3.4"),
        *received(record, kind),
    ]


def _draft_facts(record: StatementRecord, row: Round) -> list[Block]:
    page, register = row.page, row.record
    reports = [file for file in page.files() if file.kind == "draft_report"]
    places = [
        f"{place.address}（{place.hours}）" if place.hours else place.address
        for place in page.paper_places.all()
    ]
    values = (
        "；".join(
            [
                short_address(register.code),
                *(f"《{file.title}》{file.pages or ''}页" for file in reports),
                *places,
            ]
        ),
        page.public_scope,
        short_address(register.code),
        _ways(page),
        span_words(register.first_day, register.last_day),
    )
    labels = [str(wording) for wording in SECOND_ROUND_HEADINGS]
    blocks: list[Block] = [
        Table(
            (_("《办法》第十条的内容"), _("公示内容")), list(zip(labels, values, strict=True)), (0.36, 0.64)
        )
    ]
    if register.first_day and register.last_day:
        least = working_days_of(page)
        blocks.append(
            Para(
                window_sentence(register.first_day, register.last_day, least=least, calendar=record.calendar)
            )
        )
    for change in register.changes.filter(version__gt=0):
        words = {"day": say_day(change.made_at.date()), "kind": change.get_change_class_display()}
        blocks.append(Para(_("%(day)s%(kind)s：") % words + change.reason))
    state = _state(row)
    return [*blocks, Para(_("本次公示%(state)s。") % {"state": state})] if state else blocks


def _newspapers(
    record: StatementRecord, rounds: Sequence[Round], elsewhere: Sequence[ElsewhereRound]
) -> list[Block]:
    blocks: list[Block] = [argued(record, "newspaper_choice", _("报纸选取的符合性分析"))]
    outside = [row for row in elsewhere if row.channel == "newspaper"]
    for row in rounds:
        printed = [paper for paper in row.evidence.newspaperinsertions.all() if paper.published_on]
        if printed:
            lines = [(paper.newspaper, say_day(paper.published_on), paper.issue or "—") for paper in printed]
            blocks.append(Table((_("报纸"), _("日期"), _("版面")), lines, (0.4, 0.3, 0.3)))
        first, last = row.record.first_day, row.record.last_day
        days = [paper.published_on for paper in printed] + [paper.started_on for paper in outside]
        sentence = newspaper_sentence(days, first, last) if first and last else ""
        blocks.append(
            Para(sentence) if sentence else Missing(_("征求意见期限内两次报纸公开的登记"), evidence_url(row))
        )
        for paper in printed:
            caption = f"{paper.newspaper} {say_day(paper.published_on)}"
            what = _("%(paper)s的版面照片") % {"paper": caption}
            blocks += _shots(paper.files.all(), caption) or [Missing(what, evidence_url(row))]
    return [*blocks, *chain.from_iterable(_proofs(row, _("版面照片")) for row in outside)]


def _postings(
    record: StatementRecord, rounds: Sequence[Round], elsewhere: Sequence[ElsewhereRound]
) -> list[Block]:
    free = [row for row in rounds if row.page.art31_simplified]
    if rounds and len(free) == len(rounds) and not any(row.evidence.sitepostings.all() for row in rounds):
        return [Para(_("适用《办法》第三十一条，免予张贴。"))]
    blocks: list[Block] = [argued(record, "posting_choice", _("张贴区域选取的符合性分析"))]
    for row in rounds:
        blocks += _sites(record, row)
    outside = [row for row in elsewhere if row.channel == "posting"]
    return [*blocks, *chain.from_iterable(_proofs(row, _("张贴照片")) for row in outside)]


def _sites(record: StatementRecord, row: Round) -> list[Block]:
    sites = [site for site in row.evidence.sitepostings.all() if site.posted_on]
    if not sites:
        return [] if row.page.art31_simplified else [Missing(_("张贴的登记"), evidence_url(row))]
    lines = [
        (
            site.village,
            site.spot,
            say_day(site.posted_on),
            say_day(site.removed_on) if site.removed_on else "—",
        )
        for site in sites
    ]
    head = (_("村（社区）"), _("位置"), _("张贴日期"), _("撤除日期"))
    blocks: list[Block] = [Table(head, lines, (0.2, 0.3, 0.25, 0.25))]
    spans = [(site.posted_on, site.removed_on) for site in sites if site.removed_on]
    if sentence := posting_sentence(spans, least=working_days_of(row.page), calendar=record.calendar):
        blocks.append(Para(sentence))
    named = "、".join(site.village for site in sites if not site.removed_on)
    if named:
        blocks.append(Missing(_("%(named)s的撤除日期") % {"named": named}, evidence_url(row)))
    scope = [place.village for place in row.page.places.all() if place.in_scope]
    bare = [village for village in scope if not any(village in site.village for site in sites)]
    if bare and not row.page.art31_simplified:
        blocks.append(Missing(_("%(named)s的张贴登记") % {"named": "、".join(bare)}, evidence_url(row)))
    shown = []
    for site in sites:
        caption = f"{site.village} {site.spot}"
        found = evidence_pictures(site.files.all(), caption, most=_PHOTOS)
        shown += found
        if not found:
            blocks.append(
                Missing(_("%(site)s的张贴照片") % {"site": f"{site.village} {site.spot}"}, evidence_url(row))
            )
    return [*blocks, Pictures(shown)] if shown else blocks


def _viewings(row: Round) -> list[Block]:
    places = [(place.address, place.hours or "—") for place in row.page.paper_places.all()]
    blocks: list[Block] = [Table((_("查阅场所"), _("时间")), places, (0.6, 0.4))] if places else []
    log = list(row.evidence.paperviewings.all())
    if not log:
        return [*blocks, Missing(_("纸质报告书的查阅记录，无人查阅的登记 0 人次"), evidence_url(row))]
    lines = [(say_day(line.viewed_on), line.place, str(line.visitors)) for line in log]
    lines.append((_("合计"), "", str(sum(line.visitors for line in log))))
    head = (_("日期"), _("地点"), _("查阅人次"))
    return [*blocks, Table(head, lines, (0.28, 0.5, 0.22))]


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
    blocks += _elsewhere_facts(record, elsewhere, kind)
    blocks += [heading("6.2"), heading("6.2.1")]
    blocks.append(argued(record, "pre_approval_platform", _("网络载体选取的符合性分析")))
    for row in (row for row in elsewhere if row.channel == "website"):
        blocks += _website(row)
    return [*blocks, heading("6.2.2"), *other_ways(record.of_kind(kind), elsewhere, with_print=True)]
