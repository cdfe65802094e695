"""What looks wrong about a record of evidence: pointed out beside its field, never refused, because evidence is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.facts import proposed_last_day
from notices.models import (
    EvidenceFile,
    NewspaperInsertion,
    NoticeRecord,
    NoticeStage,
    OtherChannel,
    PhotoMoment,
    SitePosting,
)
from notices.selectors import short_date
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt: the form field it belongs to, and a sentence that says what to do."""

    field: str
    message: str


Span = tuple[date, date]


def window_of(record: NoticeRecord, *, calendar: Calendar) -> Span | None:
    """Return first and last day of the window: as published, else as the planned date gives it; None without either."""
    if record.first_day is not None and record.last_day is not None:
        return record.first_day, record.last_day
    if record.stage not in (NoticeStage.DRAFT, NoticeStage.APPROVED):
        return None
    page = (
        record.approved_revision.as_object()
        if record.approved_revision
        else record.page.get_latest_revision_as_object()
    )
    if page.kind != NoticeKind.DRAFT_REPORT or page.planned_date is None:
        return None
    return page.planned_date, proposed_last_day(page, page.planned_date, calendar)


def span_words(window: Span) -> str:
    """Return 11月20日至12月4日."""
    return _("%(first)s至%(last)s") % {"first": short_date(window[0]), "last": short_date(window[1])}


def doubts_about(evidence: Any, *, window: Span | None, today: date) -> list[Doubt]:
    """Return the doubts about a saved record; asks no query where its files and siblings are loaded."""
    if isinstance(evidence, NewspaperInsertion):
        return _about_insertion(evidence, window, today)
    if isinstance(evidence, SitePosting):
        return _about_posting(evidence, window, today)
    if isinstance(evidence, OtherChannel) and evidence.url and not evidence.files.all():
        return [Doubt("new_files", _("请上传网页截图，网页以后可能打不开。"))]
    return []


def _outside(day: date | None, window: Span | None) -> bool:
    return day is not None and window is not None and not window[0] <= day <= window[1]


def _about_insertion(insertion: NewspaperInsertion, window: Span | None, today: date) -> list[Doubt]:
    found = []
    for field in ("planned_on", "published_on"):
        day = getattr(insertion, field)
        if window and _outside(day, window) and (field == "published_on" or not insertion.published_on):
            words = {"day": short_date(day), "window": span_words(window)}
            text = _("%(day)s 不在征求意见期限（%(window)s）内，不能计入两次刊登，请在期限内补登报纸。")
            found.append(Doubt(field, text % words))
    if insertion.published_on is None:
        return found
    if insertion.published_on > today:
        found.append(Doubt("published_on", _("刊登日期还没有到，尚未刊登的请填计划刊登日期。")))
    others = insertion.notice.newspaperinsertions.all()
    if any(row.pk != insertion.pk and row.published_on == insertion.published_on for row in others):
        found.append(
            Doubt("published_on", _("与另一次刊登同一天，只能算一次。法律要求两次，请安排在不同日期。"))
        )
    if not insertion.files.all():
        found.append(Doubt("new_files", _("请上传报纸版面的照片或扫描件，要能看清报名、日期和公示全文。")))
    return found


def _about_posting(posting: SitePosting, window: Span | None, today: date) -> list[Doubt]:
    found = []
    posted, removed = posting.posted_on, posting.removed_on
    if posted and window and posted > window[1]:
        found.append(Doubt("posted_on", _("张贴日期晚于截止日，张贴期限不足，请与平台管理员商量延长期限。")))
    if posted and removed and removed < posted:
        found.append(Doubt("removed_on", _("撤除日期早于张贴日期，请核对。")))
    elif removed and window and removed < window[1]:
        text = _("撤除日期早于截止日（%(last)s），张贴可能不足法定期限。") % {"last": short_date(window[1])}
        found.append(Doubt("removed_on", text))
    if posted and posted <= today and not posting.files.all():
        found.append(Doubt("new_files", _("请上传张贴照片，要能看清公告和周围环境。")))
    return found


def doubt_about_photo(file: EvidenceFile, posting: SitePosting) -> str:
    """Return what does not fit between a photo's own time and the dates of its posting; empty when nothing does."""
    if not file.content_type.startswith("image/"):
        return ""
    if file.taken_at is None:
        return _("照片没有拍摄时间")
    day = timezone.localdate(file.taken_at)
    posted, removed = posting.posted_on, posting.removed_on
    words = {"day": short_date(day)}
    if posted and day < posted:
        return _("%(day)s拍摄，早于张贴日期") % words
    if removed and day > removed:
        return _("%(day)s拍摄，晚于撤除日期") % words
    if file.moment == PhotoMoment.START and posted and day != posted:
        return _("%(day)s拍摄，与张贴日期不是同一天") % words
    if file.moment == PhotoMoment.END and removed and day != removed:
        return _("%(day)s拍摄，与撤除日期不是同一天") % words
    return ""
