"""An operator's acts on a notice, as data: what each is called, when it is on offer, which form and service it uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices import extensions, services
from notices.forms import ExtensionForm, HistoryForm, PublicReasonForm, ReasonForm
from notices.models import NoticeRecord, NoticeStage


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``perform`` takes record, cleaned form data, user and time; it raises ValidationError to refuse."""

    name: str
    label: Any
    button: Any
    explanation: Any
    done: Any
    icon: str
    form_class: type[forms.Form]
    on_offer: Callable[[NoticeRecord], bool]
    perform: Callable[[NoticeRecord, dict[str, Any], Any, datetime], Any]
    grave: bool = False
    # What the form is filled with before a person changes it, and what they should have seen before they decide.
    initial: Callable[[NoticeRecord], dict[str, Any]] = lambda record: {}
    grounds: Callable[[NoticeRecord], Any] = lambda record: None


def _revoke(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    services.revoke_approval(record=record, user=user, reason=data["reason"], now=now)


def _extend(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    services.extend_window(
        record=record, last_day=data["last_day"], reason=data["reason"], user=user, now=now
    )


def _extend_late(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    extensions.accept_proposal(
        record=record, last_day=data["last_day"], reason=data["reason"], user=user, now=now
    )


def _dismiss_late(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    extensions.dismiss_proposal(record=record, reason=data["reason"], user=user, now=now)


def _proposed(record: NoticeRecord) -> dict[str, Any]:
    proposal = extensions.current_proposal(record)
    return {"last_day": proposal.last_day, "reason": proposal.reason} if proposal else {}


def _has_proposal(record: NoticeRecord) -> bool:
    return extensions.current_proposal(record) is not None


def _withdraw(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    services.withdraw_notice(record=record, reason=data["reason"], user=user, now=now)


def _file_as_history(record: NoticeRecord, data: dict[str, Any], user: Any, now: datetime) -> None:
    page = record.page.get_latest_revision_as_object()
    services.publish_historical(
        page=page, user=user, now=now, published_on=data["published_on"], basis=data["basis"]
    )


def _is_standing(record: NoticeRecord) -> bool:
    return record.stage == NoticeStage.PUBLISHED and not record.historical


ACTS = {
    act.name: act
    for act in (
        Act(
            name="revoke",
            label=_("撤销核对"),
            button=_("撤销核对"),
            explanation=_(
                "公示退回草稿，建设单位可以再次修改；修改后须重新提交核对。已预留的公示码不变。原因记入台账，请不要写入个人信息。"
            ),
            done=_("已撤销核对，公示退回草稿。"),
            icon="undo",
            form_class=ReasonForm,
            on_offer=lambda record: record.stage == NoticeStage.APPROVED,
            perform=_revoke,
        ),
        Act(
            name="extend",
            label=_("延长期限"),
            button=_("延长期限"),
            explanation=_("征求意见的截止日只能推后，不能提前。新的截止日和原因立即公开。"),
            done=_("期限已延长，新的截止日和原因已公开。"),
            icon="calendar-alt",
            form_class=ExtensionForm,
            on_offer=lambda record: _is_standing(record) and record.last_day is not None,
            perform=_extend,
        ),
        Act(
            name=extensions.EXTEND,
            label=_("按证据延长期限"),
            button=_("按证据延长"),
            explanation=_("请先看下面的证据。截止日和原因已按证据填好，可以修改；确认后立即公开。"),
            done=_("期限已延长，新的截止日和原因已公开。"),
            icon="calendar-check",
            form_class=ExtensionForm,
            on_offer=_has_proposal,
            perform=_extend_late,
            initial=_proposed,
            grounds=extensions.current_proposal,
        ),
        Act(
            name=extensions.DISMISS,
            label=_("不予延长"),
            button=_("不予延长"),
            explanation=_("例如张贴日期登记有误，或者同村已另有按时张贴。原因记入台账，主管部门可以看到。"),
            done=_("已登记不予延长和原因。"),
            icon="cross",
            form_class=PublicReasonForm,
            on_offer=_has_proposal,
            perform=_dismiss_late,
            grounds=extensions.current_proposal,
        ),
        Act(
            name="withdraw",
            label=_("撤回公示"),
            button=_("撤回公示"),
            explanation=_(
                "公示停止征求意见。页面保留，注明已撤回和原因；已收到的意见仍须答复。撤回后不能恢复。"
            ),
            done=_("公示已撤回，页面注明了原因。"),
            icon="cross",
            form_class=PublicReasonForm,
            on_offer=_is_standing,
            perform=_withdraw,
            grave=True,
        ),
        Act(
            name="history",
            label=_("存为历史记录"),
            button=_("存为历史记录并公开"),
            explanation=_(
                "用于本平台启用以前已经公开过的公示。按原文公开，列出缺项但不要求补正，不接收意见，不供搜索引擎收录。"
                "公开后不能改回草稿。"
            ),
            done=_("已作为历史记录公开。"),
            icon="history",
            form_class=HistoryForm,
            on_offer=lambda record: (
                record.stage == NoticeStage.DRAFT and not record.page.workflow_in_progress
            ),
            perform=_file_as_history,
        ),
    )
}


def acts_on_offer(record: NoticeRecord) -> list[Act]:
    """Return the acts that the stage of a notice allows."""
    return [act for act in ACTS.values() if act.on_offer(record)]
