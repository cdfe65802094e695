"""Chapter 3: the draft report, its window, and the three ways of Art. 11, each with its proofs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.archive.addresses import short_address
from notices.archive.models import ElsewhereRound
from notices.archive.statement.blocks import Block, Missing, Para, Table, heading
from notices.archive.statement.pictures import evidence_pictures
from notices.archive.statement.published import (
    PHOTOS,
    argued,
    elsewhere_facts,
    evidence_url,
    network,
    other_ways,
    proofs,
    received,
    shots,
    side_by_side,
    span_words,
    state,
    ways,
)
from notices.archive.statement.record import Round, StatementRecord
from notices.facts import working_days_of
from notices.statutory.facts import NoticeKind
from notices.statutory.official_form import SECOND_ROUND_HEADINGS
from notices.statutory.statement_compliance import (
    newspaper_sentence,
    posting_sentence,
    say_day,
    window_sentence,
)


def draft_report(record: StatementRecord) -> list[Block]:
    """Return chapter 3."""
    kind = NoticeKind.DRAFT_REPORT
    rounds, elsewhere = record.of_kind(kind), record.elsewhere_of(kind)
    return [
        heading("3"),
        heading("3.1"),
        *chain.from_iterable(_draft_facts(record, row) for row in rounds),
        *elsewhere_facts(record, elsewhere, kind),
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
        ways(page),
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
        words = {
            "day": say_day(timezone.localdate(change.made_at)),
            "kind": change.get_change_class_display(),
        }
        blocks.append(Para(_("%(day)s%(kind)s：") % words + change.reason))
    now = state(row)
    return [*blocks, Para(_("本次公示%(state)s。") % {"state": now})] if now else blocks


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
            blocks += shots(paper.files.all(), caption) or [Missing(what, evidence_url(row))]
    return [*blocks, *chain.from_iterable(proofs(row, _("版面照片")) for row in outside)]


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
    return [*blocks, *chain.from_iterable(proofs(row, _("张贴照片")) for row in outside)]


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
        found = evidence_pictures(site.files.all(), caption, most=PHOTOS)
        shown += found
        if not found:
            blocks.append(
                Missing(_("%(site)s的张贴照片") % {"site": f"{site.village} {site.spot}"}, evidence_url(row))
            )
    return [*blocks, side_by_side(shown)] if shown else blocks


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
