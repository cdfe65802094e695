"""Reminders by e-mail: what is due soon or overdue, one mail a day for a notice and a person."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.calendars import current_calendar
from notices.duties import DutyOf
from notices.duty_lists import NoticeDuty, open_duties
from notices.models import NoticeRecord
from notices.models.pages import ProponentPage
from notices.outbox.services import queue_mail
from notices.permissions import OPERATOR_GROUP
from notices.record_language import in_chinese
from notices.statutory.window import count_working_days, working_days_left
from notices.statutory.workdays import Calendar

NOT_BEFORE = time(8, 0)  # Asia/Shanghai
SOON = 2  # working days
OVERDUE = (1, 3, 7)  # working days


@in_chinese
def send_reminders(*, now: datetime) -> int:
    """Queue the reminders of a working day, from 8:00 on; return how many were new.

    Safe to run again: a mail has the day, the notice and the person in its key.
    """
    local, calendar = timezone.localtime(now), current_calendar()
    today = local.date()
    if local.time() < NOT_BEFORE or not calendar.counts(today):
        return 0
    due: dict[tuple[NoticeRecord, DutyOf], list[NoticeDuty]] = defaultdict(list)
    for row in open_duties(NoticeRecord.objects.all(), today=today, calendar=calendar, most=None):
        if is_to_be_reminded(row.duty.due_on, today=today, calendar=calendar):
            due[row.record, row.duty.who].append(row)
    if not due:
        return 0
    operators, staff = _operators(), _staff()
    sent = 0
    for (record, who), rows in due.items():
        people = operators if who is DutyOf.OPERATOR else _staff_of(record, staff)
        sent += sum(_remind(person, record, rows, today=today, now=now) for person in people)
    return sent


def is_to_be_reminded(due_on: date | None, *, today: date, calendar: Calendar) -> bool:
    """Whether a mail goes out today: due within two working days, or one, three or seven working days overdue."""
    if due_on is None:
        return False
    if due_on >= today:
        # Today is the day itself, not one of the days before it.
        return working_days_left(today, due_on, calendar) <= SOON + 1
    return count_working_days(due_on, today, calendar) in OVERDUE


def _wanting() -> Any:
    users = get_user_model().objects.filter(is_active=True).exclude(email="")
    return users.exclude(reminder_choice__wanted=False)


def _operators() -> list[Any]:
    return list(_wanting().filter(groups__name=OPERATOR_GROUP).distinct())


def _staff() -> dict[str, list[Any]]:
    """Return the accounts of each proponent by the tree path of its page."""
    people: dict[str, list[Any]] = defaultdict(list)
    paths = dict(ProponentPage.objects.filter(group__isnull=False).values_list("group_id", "path"))
    for person in _wanting().filter(groups__in=paths).distinct().prefetch_related("groups"):
        for group in person.groups.all():
            if group.pk in paths:
                people[paths[group.pk]].append(person)
    return people


def _staff_of(record: NoticeRecord, staff: dict[str, list[Any]]) -> list[Any]:
    return [
        person for path, people in staff.items() if record.page.path.startswith(path) for person in people
    ]


def _remind(person: Any, record: NoticeRecord, rows: list[NoticeDuty], *, today: date, now: datetime) -> bool:
    body = render_to_string(
        "emails/reminder.txt",
        {
            "record": record,
            "page": record.page,
            "rows": rows,
            "base": settings.WAGTAILADMIN_BASE_URL,
            "duties_url": reverse("notice_duties"),
            "account_url": reverse("wagtailadmin_account"),
        },
    )
    mail = queue_mail(
        to=person.email,
        subject=_("公示办理提醒：%(project)s") % {"project": record.page.project_name},
        body=body,
        category="reminder",
        key=f"reminder:{today.isoformat()}:{record.code}:{person.pk}:{rows[0].duty.who}",
        now=now,
    )
    return mail is not None
