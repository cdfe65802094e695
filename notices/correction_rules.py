"""What stands against a correction: what its class does not allow, and what no correction may touch."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from notices.changed_fields import FROZEN, WORDING, FieldChange, changes_between
from notices.models.corrections import Correction, CorrectionClass
from notices.models.records import NoticeRecord
from notices.selectors import long_date
from notices.statutory.corrections import last_day_after_correction
from notices.statutory.window import deadline
from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models.pages import NoticePage


def prepared_wording(page: NoticePage, correction: Correction) -> NoticePage:
    """Return the page, marked as the draft of a correction: its files are those of the version to come."""
    page.files_version = correction.base_version + 1
    return page


def corrected_fields(page: NoticePage) -> list[FieldChange]:
    """Return what the draft of a correction changes in the version now public."""
    return changes_between(type(page).objects.get(pk=page.pk), page)


def correction_obstacles(page: NoticePage, correction: Correction, *, now: datetime) -> list[tuple[str, str]]:
    """Return what stands against the draft of a correction, each with the field at which it is mended."""
    changed = corrected_fields(page)
    if not changed:
        return [("", _("没有改动任何内容。请修改后再提交，或者放弃更正。"))]
    found = [_frozen(field) for field in changed if field.name in FROZEN]
    record = correction.record
    if correction.correction_class == CorrectionClass.SLIP:
        found += _beyond_a_slip(changed)
    elif window_is_closed(record, now=now):
        found.append(("", closed_reason()))
    return found + _never_earlier(page, changed, record)


def _frozen(field: FieldChange) -> tuple[str, str]:
    text = _("“%(label)s”在公开时已经固定，更正不能改动，请恢复原样。")
    return field.name, text % {"label": field.label}


def _beyond_a_slip(changed: list[FieldChange]) -> list[tuple[str, str]]:
    beyond = [field for field in changed if field.name not in WORDING | FROZEN]
    if not beyond:
        return []
    text = _("文字更正不能改动法定事项：%(labels)s。请恢复原样，或者把更正改为“法定事项变更”。")
    return [(beyond[0].name, text % {"labels": "、".join(field.label for field in beyond)})]


def _never_earlier(
    page: NoticePage, changed: list[FieldChange], record: NoticeRecord
) -> list[tuple[str, str]]:
    names = {field.name for field in changed}
    found = []
    asked = page.requested_last_day
    if "requested_last_day" in names and asked and record.last_day and asked < record.last_day:
        text = _("截止日期只能推后，不能早于%(day)s。") % {"day": long_date(record.last_day)}
        found.append(("requested_last_day", text))
    if "accepts_late" in names and record.accepts_late and not page.accepts_late:
        found.append(("accepts_late", _("公示已经写明截止后仍接收意见，不能取消，请恢复原样。")))
    return found


def end_after_correction(
    record: NoticeRecord, page: NoticePage, *, on: date, calendar: Calendar
) -> date | None:
    """Return the last day when a statutory change is published on a day: never earlier, later still where asked for.

    The web page gets its full term from that day; postings and newspaper follow with their own dates.
    """
    if record.last_day is None or record.working_days is None:
        return record.last_day
    last_day = last_day_after_correction(
        record.last_day, [on], working_days=record.working_days, calendar=calendar
    )
    return max(last_day, page.requested_last_day) if page.requested_last_day else last_day


def window_is_closed(record: NoticeRecord, *, now: datetime) -> bool:
    """Whether the notice had a window and its last day is over."""
    return record.last_day is not None and now >= deadline(record.last_day)


def closed_reason() -> str:
    """Say what to do when a statutory item is to be changed after closing."""
    return _("征求意见已经截止，法定事项不能再变更。请放弃更正，改办“内容重大变化，另行公示”，重新征求意见。")


def follows_from(correction_class: str) -> str:
    """Say in one sentence what a class of correction leads to."""
    return {
        CorrectionClass.SLIP: _("只改错别字和不影响公众提意见的文字。公开后记入变更记录，征求意见期限不变。"),
        CorrectionClass.STATUTORY: _(
            "改动第十条所列事项、附件或者日期。公开后自当天起重新计足法定期限，并须重新张贴、重新登报两次。"
        ),
        CorrectionClass.SUBSTANCE: _(
            "项目内容有重大变化。生成一份新公示的草稿，新公示公开后取代本公示；已收到的意见仍须答复。"
        ),
    }[CorrectionClass(correction_class)]
