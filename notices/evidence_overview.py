"""公开证据: what Art. 11 asks, what is there and what is missing, for one notice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.capacity import capacity_labels
from notices.evidence_doubts import Span, doubt_about_photo, doubts_about, window_of
from notices.evidence_duties import villages_without_posting
from notices.models import EvidenceFile, NoticePage, NoticeRecord, SitePosting
from notices.posting_uploads import MOST_PHOTOS, takes_photos, upload_address
from notices.selectors import long_date
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar

INSERTIONS = 2  # Art. 11 (2)
GROUPS = ("newspaperinsertions", "sitepostings", "paperviewings", "otherchannels")


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file, what is known of it, and what does not fit."""

    file: EvidenceFile
    words: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """The photo upload of a posting."""

    address: str
    count: int
    most: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One record of evidence."""

    pk: int
    title: str
    facts: str
    doubts: list[str]
    files: list[FileLine]
    edit_url: str
    upload: Upload | None = None


@dataclass(slots=True)
class Section:
    """One way of publication; ``missing`` is empty when what the law asks is there."""

    key: str
    heading: str
    demand: str
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    needed: bool = True
    add_url: str = ""
    add_label: str = ""


def load_evidence(page: NoticePage) -> NoticePage:
    """Return the notice with all its evidence and files, and as whom each was recorded, in a fixed number of queries."""
    loaded = NoticePage.objects.prefetch_related(*(f"{name}__files" for name in GROUPS)).get(pk=page.pk)
    rows = [row for name in GROUPS for row in getattr(loaded, name).all()]
    labels = capacity_labels(row.recorded_by_id for row in rows)
    for row in rows:
        row.put_there_by = labels.get(row.recorded_by_id, "")
    return loaded


def evidence_sections(
    record: NoticeRecord, wording: NoticePage, *, today: date, calendar: Calendar
) -> list[Section]:
    """Return the ways of Art. 11 in their order; ``wording`` is the notice as it is shown."""
    page = load_evidence(record.page)
    window = window_of(record, calendar=calendar)
    needed = wording.kind == NoticeKind.DRAFT_REPORT
    scope = [place.village for place in wording.places.all() if place.in_scope]
    sections = [
        _newspaper(page, window, today, needed=needed),
        _postings(page, record, window, today, scope, needed=needed and not wording.art31_simplified),
        _viewings(page, window, today, needed=needed),
        _channels(page, window, today),
    ]
    if not needed:
        # Earlier and later rounds need neither newspaper nor posting: what nobody filed is not shown.
        return [section for section in sections if section.rows or section.key == "channel"]
    return sections


def _newspaper(page: NoticePage, window: Span | None, today: date, *, needed: bool) -> Section:
    section = Section("newspaper", _("报纸"), _("征求意见期限内不少于 2 次，不在同一天"), needed=needed)
    _add(section, page, "newspaperinsertion", _("登记报纸"))
    rows = list(page.newspaperinsertions.all())
    section.rows = [_row(row, row.newspaper, _insertion_facts(row), window, today) for row in rows]
    inside = {
        row.published_on
        for row in rows
        if row.published_on and (window is None or window[0] <= row.published_on <= window[1])
    }
    if needed and len(inside) < INSERTIONS:
        words = {"there": len(inside), "left": INSERTIONS - len(inside)}
        section.missing.append(_("期限内已刊登 %(there)s 次，还差 %(left)s 次。") % words)
    if needed and any(row.published_on and not row.files.all() for row in rows):
        section.missing.append(_("已刊登的还缺版面照片。"))
    return section


def _insertion_facts(row: Any) -> str:
    if row.published_on:
        parts = [long_date(row.published_on), row.issue]
    else:
        parts = [_("计划%(day)s") % {"day": long_date(row.planned_on)}] if row.planned_on else [_("日期未定")]
    return _joined(*parts, row.note)


def _postings(
    page: NoticePage,
    record: NoticeRecord,
    window: Span | None,
    today: date,
    scope: list[str],
    *,
    needed: bool,
) -> Section:
    section = Section(
        "posting", _("现场张贴"), _("公众易于知悉的场所，持续不少于 10 个工作日"), needed=needed
    )
    if not needed and page.kind == NoticeKind.DRAFT_REPORT:
        section.demand = _("按办法第三十一条简化，免予张贴")
    _add(section, page, "siteposting", _("登记张贴点"))
    rows: list[SitePosting] = list(page.sitepostings.all())
    for row in rows:
        row.notice.record = record
        section.rows.append(
            _row(row, row.village, _posting_facts(row), window, today, upload=_upload(row, today))
        )
    if not needed:
        return section
    missing = villages_without_posting(scope, rows)
    if missing:
        section.missing.append(_("%(villages)s没有张贴点。") % {"villages": "、".join(missing)})
    elif not rows:
        section.missing.append(_("还没有登记张贴点。"))
    for text, lacking in (
        (_("%(villages)s还没有登记张贴日期。"), [row for row in rows if row.posted_on is None]),
        (_("%(villages)s还缺照片。"), [row for row in rows if row.posted_on and not row.files.all()]),
        (
            _("%(villages)s还没有登记撤除日期。"),
            [row for row in rows if row.posted_on and not row.removed_on and window and today > window[1]],
        ),
    ):
        if lacking:
            section.missing.append(text % {"villages": "、".join(row.village for row in lacking)})
    return section


def _posting_facts(row: SitePosting) -> str:
    posted = _("%(day)s张贴") % {"day": long_date(row.posted_on)} if row.posted_on else _("未张贴")
    removed = _("%(day)s撤除") % {"day": long_date(row.removed_on)} if row.removed_on else ""
    return _joined(row.spot, posted, removed, row.note)


def _upload(row: SitePosting, today: date) -> Upload | None:
    if not takes_photos(row, today=today):
        return None
    count = sum(file.by_qr for file in row.files.all())
    return Upload(upload_address(row), count, MOST_PHOTOS, row.upload_revoked)


def _viewings(page: NoticePage, window: Span | None, today: date, *, needed: bool) -> Section:
    section = Section("viewing", _("纸质报告书查阅"), _("查阅场所设置和查阅情况"), needed=needed)
    _add(section, page, "paperviewing", _("登记查阅情况"))
    rows = list(page.paperviewings.all())
    visitors: dict[str, int] = defaultdict(int)
    for row in rows:
        visitors[row.place] += row.visitors
        count = ngettext("%(count)s 人次", "%(count)s 人次", row.visitors) % {"count": row.visitors}
        section.rows.append(
            _row(row, long_date(row.viewed_on), _joined(row.place, count, row.note), window, today)
        )
    section.totals = [
        _("%(place)s合计 %(count)s 人次") % {"place": place, "count": count}
        for place, count in visitors.items()
    ]
    if needed and not rows and window and today > window[1]:
        section.missing.append(_("还没有查阅记录。无人查阅的登记 0 人次。"))
    return section


def _channels(page: NoticePage, window: Span | None, today: date) -> Section:
    section = Section("channel", _("其他渠道"), _("广播、电视、微信等，鼓励采用"), needed=False)
    _add(section, page, "otherchannel", _("登记其他渠道"))
    for row in page.otherchannels.all():
        days = "–".join(long_date(day) for day in (row.started_on, row.ended_on) if day)
        section.rows.append(_row(row, row.channel, _joined(days, row.url, row.note), window, today))
    return section


def _add(section: Section, page: NoticePage, name: str, label: str) -> None:
    section.add_url = f"{reverse(f'{name}:add')}?notice={page.pk}"
    section.add_label = label


def _row(
    evidence: Any, title: str, facts: str, window: Span | None, today: date, upload: Upload | None = None
) -> Row:
    return Row(
        evidence.pk,
        title,
        _joined(facts, _("%(who)s登记") % {"who": evidence.put_there_by} if evidence.put_there_by else ""),
        [doubt.message for doubt in doubts_about(evidence, window=window, today=today)],
        file_lines(evidence),
        reverse(f"{evidence._meta.model_name}:edit", args=[evidence.pk]),
        upload,
    )


def file_lines(evidence: Any) -> list[FileLine]:
    """Return the files of a record with what is known of them."""
    posting = evidence if isinstance(evidence, SitePosting) else None
    return [
        FileLine(file, _file_words(file), doubt_about_photo(file, posting) if posting else "")
        for file in evidence.files.all()
    ]


def _file_words(file: EvidenceFile) -> str:
    sent = f"{timezone.localtime(file.uploaded_at):%Y-%m-%d %H:%M}"
    taken = f"{timezone.localtime(file.taken_at):%Y-%m-%d %H:%M}" if file.taken_at else ""
    return _joined(
        file.get_moment_display() if file.moment else "",
        _("%(time)s 拍摄") % {"time": taken} if taken else "",
        (_("%(time)s 经二维码上传") if file.by_qr else _("%(time)s 上传")) % {"time": sent},
        file.note,
    )


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)
