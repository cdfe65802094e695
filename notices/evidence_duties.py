"""The duties of publication and its evidence: newspaper, postings, viewing log, the end of the window, the first round's term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.duties import Duty
from notices.facts import FULL_WORKING_DAYS, SIMPLIFIED_WORKING_DAYS
from notices.models import AttachmentKind, NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar

SYNCHRONOUS_WITHIN = 1  # working days after publication (Art. 11; rule L17)
FIRST_ROUND_WITHIN = 7  # working days after the contract (Art. 9; rule L18)
AFTERWARDS = 3  # working days to file what can only be filed after the window; a habit, not the law


def provide(record: NoticeRecord, today: date, calendar: Calendar) -> Iterator[Duty]:
    """Yield the duties of one notice; asks no query where its page and evidence are loaded."""
    if record.historical:
        return
    wording = _wording(record)
    if wording["kind"] == NoticeKind.FIRST_ROUND:
        yield from _first_round(record, calendar)
    if record.stage == NoticeStage.APPROVED:
        yield from _before_opening(record, wording)
    if wording["kind"] != NoticeKind.DRAFT_REPORT or record.stage not in (
        NoticeStage.APPROVED,
        NoticeStage.PUBLISHED,
    ):
        return
    window = _window(record, wording, calendar)
    if window is None:
        return
    first, last = window
    synchronous = _working_days_after(first, SYNCHRONOUS_WITHIN, calendar)
    afterwards = _working_days_after(last, AFTERWARDS, calendar)
    yield from _insertions(record, first, last, synchronous)
    if not wording.get("art31_simplified"):
        yield from _postings(record, wording, synchronous, last, afterwards, today)
    yield from _end(record, last, afterwards, today)


def _wording(record: NoticeRecord) -> dict[str, Any]:
    """Return the wording that counts as plain values: read from its revision, so that no page is built for it."""
    revision = record.revision or record.approved_revision
    if revision is not None:
        content: dict[str, Any] = revision.content
        return content
    return {"kind": record.page.kind}


def _window(record: NoticeRecord, wording: dict[str, Any], calendar: Calendar) -> tuple[date, date] | None:
    if record.first_day is not None and record.last_day is not None:
        return record.first_day, record.last_day
    if record.planned_on is None:
        return None
    asked = wording.get("requested_last_day")
    if asked:
        return record.planned_on, date.fromisoformat(asked)
    days = SIMPLIFIED_WORKING_DAYS if wording.get("art31_simplified") else FULL_WORKING_DAYS
    return record.planned_on, comment_window(record.planned_on, working_days=days, calendar=calendar).last_day


def _working_days_after(day: date, number: int, calendar: Calendar) -> date:
    return comment_window(day, working_days=number, calendar=calendar).last_day


def _evidence_url(record: NoticeRecord) -> str:
    return reverse("notice_evidence", args=[record.pk])


def _first_round(record: NoticeRecord, calendar: Calendar) -> Iterator[Duty]:
    project = record.page.project
    if project is None or project.contracted_on is None:
        return
    yield Duty(
        key="first-round",
        label=_("公开首次公示"),
        due_on=_working_days_after(project.contracted_on, FIRST_ROUND_WITHIN, calendar),
        url=reverse("notice_register:inspect", args=[record.pk]),
        done=record.published_on is not None,
        detail=_("确定环评编制单位后 7 个工作日内（办法第九条）"),
    )


def _before_opening(record: NoticeRecord, wording: dict[str, Any]) -> Iterator[Duty]:
    url = reverse("notice_register:inspect", args=[record.pk])
    if not (wording.get("signature_unit") and wording.get("signature_date")):
        yield Duty("signature", _("补上落款单位和日期"), record.planned_on, url)
    wanted = {
        NoticeKind.DRAFT_REPORT: AttachmentKind.DRAFT_REPORT,
        NoticeKind.PRE_APPROVAL: AttachmentKind.FULL_REPORT,
    }.get(wording["kind"])
    if wanted and not any(file.kind == wanted for file in record.page.attachments.all()):
        yield Duty("report", _("上传报告书全文"), record.planned_on, url)


def _insertions(record: NoticeRecord, first: date, last: date, synchronous: date) -> Iterator[Duty]:
    rows = list(record.page.newspaperinsertions.all())
    inside = {row.published_on for row in rows if row.published_on and first <= row.published_on <= last}
    planned = sorted(row.planned_on for row in rows if row.planned_on and row.published_on is None)
    url, detail = _evidence_url(record), _("期限内刊登两次，不在同一天；刊登后登记日期，上传版面")
    # One that was planned is due on its day; the law knows only the end of the window.
    due = [synchronous, last]
    for number, label in enumerate((_("报纸第 1 次刊登"), _("报纸第 2 次刊登"))):
        done = len(inside) > number
        waiting = number - len(inside)
        on = planned[waiting] if 0 <= waiting < len(planned) else due[number]
        yield Duty(f"insertion-{number + 1}", label, min(on, last), url, done=done, detail=detail)
    for row in rows:
        if row.published_on and not row.files.all():
            text = _("上传%(paper)s版面照片") % {"paper": row.newspaper}
            yield Duty(f"insertion-image:{row.pk}", text, last, _edit_url("newspaperinsertion", row))


def _postings(
    record: NoticeRecord,
    wording: dict[str, Any],
    synchronous: date,
    last: date,
    afterwards: date,
    today: date,
) -> Iterator[Duty]:
    rows = list(record.page.sitepostings.all())
    scope = [place["village"] for place in wording.get("places", ()) if place.get("in_scope", True)]
    missing = villages_without_posting(scope, rows)
    if missing or not rows:
        detail = "、".join(missing)
        yield Duty("postings", _("登记张贴点"), synchronous, _evidence_url(record), detail=detail)
    for row in rows:
        place = {"village": row.village}
        url = _edit_url("siteposting", row)
        started = row.posted_on is not None
        label = _("在%(village)s张贴公告") % place
        yield Duty(f"posting:{row.pk}:start", label, synchronous, url, done=started, detail=row.spot)
        if started:
            photos = bool(row.files.all())
            label = _("上传%(village)s张贴照片") % place
            yield Duty(f"posting:{row.pk}:photo", label, last, url, done=photos, detail=row.spot)
        if started and today >= last:
            label = _("登记%(village)s公告的撤除日期") % place
            done = row.removed_on is not None
            yield Duty(f"posting:{row.pk}:removal", label, afterwards, url, done=done, detail=row.spot)


def villages_without_posting(villages: Iterable[str], postings: Iterable[Any]) -> list[str]:
    """Return the villages of the public scope for which no posting is registered, in the notice's order."""
    there = [row.village for row in postings]
    wanted = dict.fromkeys(village.strip() for village in villages)
    return [village for village in wanted if village and not any(village in place for place in there)]


def _end(record: NoticeRecord, last: date, afterwards: date, today: date) -> Iterator[Duty]:
    url = reverse("notice_register:inspect", args=[record.pk])
    yield Duty(
        "window-end", _("征求意见截止"), last, url, done=today > last, detail=_("截止后汇总意见并逐条处理")
    )
    yield Duty(
        "viewing-log",
        _("登记纸质报告书查阅情况"),
        afterwards,
        _evidence_url(record),
        done=bool(record.page.paperviewings.all()),
        detail=_("无人查阅的也登记 0 人次"),
    )


def _edit_url(name: str, row: Any) -> str:
    return reverse(f"{name}:edit", args=[row.pk])
