"""How a window was counted, in plain words for residents: by which calendar, and whether simplified by Art. 31."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from notices.facts import SIMPLIFIED_WORKING_DAYS
from notices.selectors import long_date
from notices.statutory.facts import NoticeKind
from notices.statutory.window import comment_window
from notices.statutory.workdays import Calendar

if TYPE_CHECKING:
    from notices.models.pages import NoticePage
    from notices.models.records import NoticeRecord


def calendar_sentence(record: NoticeRecord, *, calendar: Calendar) -> str:
    """Return which schedules a notice's window was counted by, and its date again where it is provisional.

    Empty for a notice without a window of working days.
    """
    if record.last_day is None or not record.calendar_version:
        return ""
    return sentence(
        record,
        record.last_day,
        provisional=record.provisional,
        version=record.calendar_version,
        calendar=calendar,
    )


def sentence(
    record: NoticeRecord, last_day: date, *, provisional: bool, version: str, calendar: Calendar
) -> str:
    """Return the sentence for the state that a window had at a moment."""
    if record.first_day is None or record.working_days is None:
        return ""
    if provisional:
        # The shortest window reaches into the year of its last day: that is the one without a schedule.
        years = list(range(record.first_day.year, last_day.year))
    else:
        shortest = comment_window(
            record.counted_from or record.first_day, working_days=record.working_days, calendar=calendar
        )
        years = list(range(record.first_day.year, min(last_day, shortest.last_day).year + 1))
    words = []
    if years:
        named = _("和").join(_("%(year)s年") % {"year": year} for year in years)
        words.append(
            _("工作日按国务院办公厅%(years)s放假安排计算（日历版本 %(version)s）。")
            % {"years": named, "version": version}
        )
    if provisional:
        words.append(
            _("%(year)s年放假安排尚未公布，截止日暂定为%(day)s，只会延后，不会提前。")
            % {"year": last_day.year, "day": long_date(last_day)}
        )
        if not years:
            words.append(_("日历版本 %(version)s。") % {"version": version})
    return "".join(words)


def simplification_sentence(page: NoticePage) -> str:
    """Return the printed basis of a notice simplified by Art. 31, empty for any other."""
    if page.kind != NoticeKind.DRAFT_REPORT or not page.art31_simplified:
        return ""
    basis = "，".join(part.strip() for part in (page.art31_park, page.art31_review) if part.strip())
    words = _(
        "按《环境影响评价公众参与办法》第三十一条简化：征求意见期限为%(days)s个工作日，免予张贴公告，首次公开的内容并入本公示。依据：%(basis)s。"
    ) % {"days": SIMPLIFIED_WORKING_DAYS, "basis": basis or _("未写明")}
    statement = page.art31_statement.strip()
    return f"{words}{statement}" if statement else words
