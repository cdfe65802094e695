"""今日, the first thing a person sees in the admin: what needs them, and what comes or breaks next.

Higher apps add their lists with ``register`` in their ``ready()``, those that operators see among the troubles with
``notices.troubles``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from notices import permissions
from notices.calendars import current_calendar
from notices.checklist import blocking_items
from notices.confirmation_details import confirmation_url
from notices.duty_lists import NoticeDuty, being_checked, duties_for
from notices.extensions import EXTEND, late_records, proposal_for
from notices.ledger_admin import troubles
from notices.models import (
    CorrectionClass,
    CorrectionState,
    NoticeChange,
    NoticeRecord,
    NoticeStage,
    PublicationConfirmation,
)
from notices.outbox.services import failed_count
from notices.project_dates import unconfirmed_ends
from notices.returned import in_words, reason_of_return
from notices.selectors import long_date, short_date, window_sentence
from notices.troubles import provided_troubles

RECENTLY = timedelta(days=14)
ROWS = 8


class Turn(StrEnum):
    """Whether a list needs the person now, or says what comes next."""

    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Task:
    """One line: the notice, what is up with it, where to go; ``check_url`` leads to its check sheet."""

    title: str
    state: str
    url: str
    check_url: str = ""


@dataclass(frozen=True, slots=True)
class TaskList:
    """One heading with its lines, at most ``ROWS``; ``more_url`` opens the whole list where there may be more."""

    heading: str
    tasks: tuple[Task, ...]
    more_url: str = ""
    more_label: str = ""
    turn: Turn = Turn.NOW


class TasksPanel(Component):  # type: ignore[misc]
    """What waits for the person, by role."""

    name = "notice_tasks"
    template_name = "notices/admin/home_panel.html"
    order = 50

    def __init__(self, *, warned: Callable[[Any], bool] = lambda user: False) -> None:
        """Take the question whether another panel already says that something needs the person."""
        self._warned = warned

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Collect the lists."""
        user = parent_context["request"].user
        lists = task_lists(user)
        now = [entry for entry in lists if entry.turn is Turn.NOW]
        return {
            "today": long_date(timezone.localdate()),
            "now": now,
            "next": [entry for entry in lists if entry.turn is Turn.NEXT],
            "nothing": not now and not self._warned(user),
            "will_stand_here": _will_stand_here(user),
            "may_start": permissions.startable_proponents(user).exists(),
        }


def _will_stand_here(user: Any) -> str:
    if permissions.is_operator(user):
        return _("待核对的公示、没有发出的邮件、没有做成的任务等会列在这里。")
    if permissions.is_officer(user):
        return _("辖区内截止后还没有答复的公示会列在这里。")
    return _("草稿还差几项、报纸和张贴的期限、没有答复的意见会列在这里。")


Provider = Callable[[Any], Iterable[TaskList | None]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add the lists of a higher app, once; the provider gets the person."""
    if provider not in _providers:
        _providers.append(provider)


def task_lists(user: Any) -> list[TaskList]:
    """Return the lists that hold something: operators check, proponents complete, everybody sees what opens and closes soon."""
    records = permissions.visible_records(NoticeRecord.objects.for_lists(), user)
    lists: list[TaskList | None] = []
    if permissions.is_operator(user):
        lists += [_waiting(records), _late_channels(records), _ended_projects()]
        lists += [_failed_mails(), _ledger_troubles(), _other_troubles()]
    if not permissions.is_officer(user):
        # The proponent booked newspapers for that day and has to know as soon as the operator.
        lists.append(_refused(records))
        lists.append(_drafts(records, submitted_too=not permissions.is_operator(user)))
        lists.append(_due(user))
        lists.append(_corrections(records, submitted_too=not permissions.is_operator(user)))
        lists.append(_moved_by_calendar(records))
    for provider in _providers:
        lists += provider(user)
    lists += [_opening(records), _closing(records)]
    if permissions.is_officer(user):
        lists.append(_open_count(records))
    return [entry for entry in lists if entry is not None and entry.tasks]


def register_url(state: str) -> str:
    """Return the address of the register of notices, limited to a state."""
    return f"{reverse('notice_register:index')}?state={state}"


def _planned(record: NoticeRecord) -> str:
    """Return the planned day of a notice as the end of a line."""
    return " · " + _("计划%(day)s公开") % {"day": short_date(record.planned_on)} if record.planned_on else ""


def _edit_url(record: NoticeRecord) -> str:
    return reverse("wagtailadmin_pages:edit", args=[record.page_id])


def _inspect_url(record: NoticeRecord) -> str:
    return reverse("notice_register:inspect", args=[record.pk])


def _check_url(record: NoticeRecord) -> str:
    return reverse("notice_check", args=[record.pk])


def _name(record: NoticeRecord) -> str:
    return record.page.project_name or _("未命名项目")


def _confirmed() -> Exists:
    """Return the condition that the draft was confirmed since it was last saved, asked in the query as well.

    Whether the wording is the same is looked at where it counts, at the approval.
    """
    given = PublicationConfirmation.objects.filter(
        record=OuterRef("pk"), filed_at__gte=OuterRef("page__latest_revision_created_at")
    )
    return Exists(given)


def _waiting(records: Any) -> TaskList:
    stages = (NoticeStage.DRAFT, NoticeStage.PUBLISHED)
    waiting = records.filter(being_checked(), stage__in=stages).order_by("pk")[:ROWS]
    tasks = tuple(
        Task(_name(record), _who_submitted(record) + _planned(record), _edit_url(record), _check_url(record))
        for record in waiting
    )
    return TaskList(_("待形式核对"), tasks)


def _who_submitted(record: NoticeRecord) -> str:
    name: str = record.page.proponent_name
    return name if record.stage == NoticeStage.DRAFT else _("%(name)s，更正") % {"name": name}


def _corrections(records: Any, *, submitted_too: bool) -> TaskList:
    """Return the corrections under way; those of substance stand among the drafts."""
    corrected = records.filter(
        corrections__state=CorrectionState.OPEN,
        corrections__correction_class__in=(CorrectionClass.SLIP, CorrectionClass.STATUTORY),
    )
    rows = corrected.annotate(
        submitted=being_checked(),
        confirmed=_confirmed(),
        to=F("corrections__correction_class"),
        returned=reason_of_return(),
    )
    if not submitted_too:
        rows = rows.filter(submitted=False)
    tasks = tuple(
        _submitted_task(record)
        if record.submitted
        else Task(
            _name(record),
            in_words(record.returned, short=True) or str(CorrectionClass(record.to).label),
            _edit_url(record),
        )
        for record in rows[:ROWS]
    )
    return TaskList(_("正在更正"), tasks)


def _refused(records: Any) -> TaskList:
    refused = records.filter(stage=NoticeStage.APPROVED).exclude(refusal=[])
    tasks = tuple(
        Task(_name(record), "；".join(record.refusal), _inspect_url(record), _check_url(record))
        for record in refused[:ROWS]
    )
    return TaskList(_("到期未能公开"), tasks)


def _failed_mails() -> TaskList | None:
    count = failed_count()
    if not count:
        return None
    state = ngettext("%(count)s 封，请查明原因后重发", "%(count)s 封，请查明原因后重发", count) % {
        "count": count
    }
    return TaskList(
        _("邮件未发出"), (Task(_("待发邮件"), state, reverse("outbox_mail:index") + "?state=failed"),)
    )


def _ledger_troubles() -> TaskList:
    tasks = tuple(Task(title, state, reverse("ledger_checks")) for title, state in troubles())
    return TaskList(_("台账有问题"), tasks)


def _other_troubles() -> TaskList:
    tasks = tuple(Task(each.heading, each.state, each.url) for each in provided_troubles())
    return TaskList(_("系统需要留意"), tasks)


def _ended_projects() -> TaskList:
    """Return the projects said to be given up, for the operator to confirm."""
    rows = unconfirmed_ends().select_related("project")[:ROWS]
    state = _("登记的终止日期：%(day)s")
    tasks = tuple(
        Task(
            row.project.name,
            state % {"day": long_date(row.new)},
            reverse("project_end", args=[row.pk]),
        )
        for row in rows
        if row.new
    )
    return TaskList(_("项目终止，待确认"), tasks)


def _late_channels(records: Any) -> TaskList:
    """Return the notices whose evidence proposes an extension, for the operator to decide."""
    today, calendar = timezone.localdate(), current_calendar()
    tasks = []
    for record in late_records(records).order_by("last_day"):
        proposal = proposal_for(record, today=today, calendar=calendar)
        if proposal is not None:
            url = reverse("notice_act", args=[record.pk, EXTEND])
            tasks.append(Task(_name(record), proposal.sentences[0], url))
    return TaskList(_("张贴或登报偏晚，待决定是否延长"), tuple(tasks[:ROWS]))


def _moved_by_calendar(records: Any) -> TaskList:
    """Return what new schedules did to windows and plans of late: posters and printed dates may have to follow."""
    changes = NoticeChange.objects.filter(
        record__in=records.values("pk"), by_calendar=True, made_at__gte=timezone.now() - RECENTLY
    ).select_related("record__page")
    tasks = tuple(
        Task(_name(change.record), change.reason, _inspect_url(change.record))
        for change in changes.order_by("-made_at", "-pk")[:ROWS]
    )
    return TaskList(_("放假安排更新，期限已重算"), tasks)


def _submitted_task(record: Any) -> Task:
    """Return the line of a submitted notice: it waits for its 建设单位's confirmation first, then for the check."""
    if record.confirmed:
        return Task(_name(record), _("已提交，等待核对"), _edit_url(record))
    return Task(_name(record), _("已提交，等待建设单位确认公开"), confirmation_url(record))


def _drafts(records: Any, *, submitted_too: bool) -> TaskList:
    drafts = records.filter(stage=NoticeStage.DRAFT).annotate(
        submitted=being_checked(), confirmed=_confirmed(), returned=reason_of_return()
    )
    if not submitted_too:
        drafts = drafts.filter(submitted=False)
    # The rules read each draft as last saved, so a row has its price; the list is short for that reason.
    newest = drafts.select_related("page__latest_revision").order_by("-page__latest_revision_created_at")
    tasks = []
    for record in newest[:ROWS]:
        if record.submitted:
            tasks.append(_submitted_task(record))
            continue
        left = len(blocking_items(record.page.get_latest_revision_as_object()))
        state = (
            ngettext("还有 %(count)s 项必须补正", "还有 %(count)s 项必须补正", left) % {"count": left}
            if left
            else _("要件已齐，可以提交")
        )
        state = in_words(record.returned, short=True) or state
        tasks.append(Task(_name(record), state + _planned(record), _edit_url(record)))
    return _whole_or_more(_("草稿"), tasks, "draft")


def _whole_or_more(heading: str, tasks: Iterable[Task], state: str, turn: Turn = Turn.NOW) -> TaskList:
    """Return a list of notices that leads to the register where it may not be whole."""
    shown = tuple(tasks)
    more_url = register_url(state) if len(shown) == ROWS else ""
    return TaskList(heading, shown, more_url, _("登记里的全部"), turn)


def _due(user: Any) -> TaskList:
    rows = duties_for(user, today=timezone.localdate(), calendar=current_calendar())
    tasks = tuple(Task(row.duty.label, _due_state(row), row.duty.url) for row in rows[:ROWS])
    return TaskList(
        _("待办"),
        tasks,
        more_url=reverse("notice_duties") if len(rows) > ROWS else "",
        more_label=_("全部 %(count)s 项待办") % {"count": len(rows)},
    )


def _due_state(row: NoticeDuty) -> str:
    name = _name(row.record)
    if row.duty.due_on is None:
        last = row.record.last_day
        return f"{_('%(day)s截止') % {'day': short_date(last)}} · {name}" if last else name
    state = _("逾期，应于%(day)s办理") if row.overdue else _("%(day)s前")
    return f"{state % {'day': short_date(row.duty.due_on)}} · {name}"


def _opening(records: Any) -> TaskList:
    coming = records.announced().order_by("planned_on")[:ROWS]
    tasks = (
        Task(_name(record), _("%(day)s公开") % {"day": long_date(record.planned_on)}, _inspect_url(record))
        for record in coming
        if record.planned_on
    )
    return _whole_or_more(_("即将公开"), tasks, NoticeStage.APPROVED, Turn.NEXT)


def _closing(records: Any) -> TaskList:
    today, calendar = timezone.localdate(), current_calendar()
    closing = records.in_state("closing", today).order_by("last_day")[:ROWS]
    tasks = (
        Task(
            _name(record),
            window_sentence(record.first_day, record.last_day, today=today, calendar=calendar),
            _inspect_url(record),
        )
        for record in closing
    )
    return _whole_or_more(_("七天内截止"), tasks, "closing", Turn.NEXT)


def _open_count(records: Any) -> TaskList:
    """Return how many notices of an officer's divisions are open, and when the next closes."""
    found = records.in_state("open", timezone.localdate()).order_by("last_day")
    days = list(found.values_list("last_day", flat=True))
    if not days:
        return TaskList(_("征求意见中"), ())
    count = ngettext("%(count)s 份公示", "%(count)s 份公示", len(days)) % {"count": len(days)}
    nearest = min((day for day in days if day), default=None)
    state = _("最近一份%(day)s截止") % {"day": long_date(nearest)} if nearest else ""
    return TaskList(_("征求意见中"), (Task(count, state, register_url("open")),), turn=Turn.NEXT)
