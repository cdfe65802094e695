"""A statement that goes out of date on a notice already handed in is made anew at once, not on the day of publication (Art. 20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.archive.statement.publishing import stale_statement
from notices.duties import Duty, DutyOf
from notices.models import AttachmentKind, NoticeRecord, NoticeStage
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar


def renewed_statement(record: NoticeRecord, today: date, calendar: Calendar) -> Iterator[Duty]:
    """Yield the new statement, and the operator's revocation that it needs once the notice is approved.

    Whether it is out of date is asked of the register, in queries of its own: only for pre-approval notices that carry a
    statement and are being checked or wait for their day, of which there are few.
    """
    page, project = record.page, record.page.project
    if project is None or page.kind != NoticeKind.PRE_APPROVAL or record.historical:
        return
    if record.stage not in (NoticeStage.DRAFT, NoticeStage.APPROVED):
        return
    # Not filter(): lists of many notices load the attachments beforehand.
    if not any(each.kind == AttachmentKind.STATEMENT for each in page.attachments.all()):
        return
    gaps = stale_statement(page)
    if not gaps:
        return
    due_on = record.planned_on or page.planned_date
    yield Duty(
        key="statement-renewed",
        label=_("公众参与说明已过时：重新生成并附上"),
        due_on=due_on,
        url=reverse("statement", args=[project.pk]),
        detail=gaps[0],
    )
    if record.stage == NoticeStage.APPROVED:
        yield Duty(
            key="statement-revoked",
            label=_("撤销核对：附上的公众参与说明已过时"),
            due_on=due_on,
            url=reverse("notice_register:inspect", args=[record.pk]),
            who=DutyOf.OPERATOR,
            detail=gaps[0],
        )
