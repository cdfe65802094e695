"""Everything that a register entry shows about one notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.calendars import current_calendar
from notices.capacity import ROLE_LABELS, capacity_labels
from notices.checklist import checklist_of
from notices.confirmation_details import confirmation_state
from notices.duties import duties_of
from notices.evidence_overview import evidence_sections
from notices.extensions import proposal_for
from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord, NoticeStage
from notices.selectors import long_date, status_of, strip_of
from notices.services import chain_key
from notices.statutory import divisions

ACT_LABELS = {
    "confirmed": gettext_lazy("确认公开"),
    "approved": gettext_lazy("核对通过"),
    "approval_revoked": gettext_lazy("撤销核对"),
    "finding_waived": gettext_lazy("豁免要件"),
    "waiver_withdrawn": gettext_lazy("撤销豁免"),
    "published": gettext_lazy("公开"),
    "filed_as_history": gettext_lazy("存为历史记录"),
    "window_extended": gettext_lazy("延长期限"),
    "corrected": gettext_lazy("更正"),
    "superseded": gettext_lazy("被新公示取代"),
    "supersedes": gettext_lazy("取代原公示"),
    "window_confirmed": gettext_lazy("核定期限"),
    "extension_dismissed": gettext_lazy("不予延长期限"),
    "withdrawn": gettext_lazy("撤回"),
    "closed": gettext_lazy("截止"),
    "opinion_received": gettext_lazy("收到意见"),
    "answered": gettext_lazy("答复意见"),
    "feedback": gettext_lazy("反馈答复"),
    "redacted": gettext_lazy("遮盖意见"),
    "consent_withdrawn": gettext_lazy("撤回同意"),
    "contact_restricted": gettext_lazy("限制使用联系方式"),
    "erased": gettext_lazy("删除内容"),
    "disclosure_decided": gettext_lazy("决定是否公开意见内容"),
    "opinions_published": gettext_lazy("公开意见和答复"),
    "opinions_unpublished": gettext_lazy("撤下公开的意见"),
    "destruction_proposed": gettext_lazy("申请销毁违法内容"),
    "destruction_rejected": gettext_lazy("不予销毁"),
    "destruction_lapsed": gettext_lazy("销毁申请逾期失效"),
    "contacts_read": gettext_lazy("查阅联系方式"),
    "original_read": gettext_lazy("查阅附件原件"),
    "registrations_read": gettext_lazy("查阅会议报名信息"),
    "registrations_erased": gettext_lazy("删除会议报名信息"),
    "exported": gettext_lazy("导出"),
    "archived": gettext_lazy("存档"),
    "project_dated": gettext_lazy("登记项目日期"),
    "project_end_confirmed": gettext_lazy("确认项目终止"),
    "depth_decided": gettext_lazy("深度公众参与决定"),
    "meeting_announced": gettext_lazy("公告会议"),
    "meeting_rescheduled": gettext_lazy("会议改期"),
    "meeting_cancelled": gettext_lazy("取消会议"),
    "meeting_selected": gettext_lazy("选定参会人员"),
    "meeting_invited": gettext_lazy("书面通知参会"),
    "meeting_minuted": gettext_lazy("公开会议纪要"),
    "evidence_filed": gettext_lazy("登记公开证据"),
    "evidence_mended": gettext_lazy("更正公开证据"),
    "evidence_removed": gettext_lazy("删除公开证据"),
}
LEDGER_ROWS = 20


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; ``unseen`` when an incomplete source does not show it."""

    label: str
    value: str
    unseen: bool = False


def shown_page(record: NoticeRecord) -> NoticePage:
    """Return the wording that counts: what is public, what was approved, or the draft as last saved."""
    if record.is_public:
        return record.page
    if record.approved_revision is not None:
        page: NoticePage = record.approved_revision.as_object()
        return page
    latest: NoticePage = record.page.get_latest_revision_as_object()
    return latest


def record_context(record: NoticeRecord, *, now: datetime) -> dict[str, Any]:
    """Return the template context of a register entry."""
    calendar, today = current_calendar(), timezone.localdate(now)
    page = shown_page(record)
    chain = Chain.objects.filter(key=chain_key(record)).first()
    attachments = list(record.page.files())
    _name_capacities(attachments)
    return {
        "record": record,
        "notice": page,
        "status": status_of(record, now=now, calendar=calendar),
        "strip": strip_of(record, today=today, calendar=calendar),
        "facts": _facts(page, record),
        "dates": _dates(record),
        "checklist": checklist_of(page, correcting=False),
        "changes": record.changes.select_related("made_by"),
        "attachments": attachments,
        "confirmation": confirmation_state(record, page),
        "proposal": proposal_for(record, today=today, calendar=calendar),
        "dismissals": record.extension_dismissals.all(),
        "evidence": evidence_sections(record, page, today=today, calendar=calendar),
        "open_duties": [duty for duty in duties_of(record, today=today, calendar=calendar) if not duty.done],
        "today": today,
        "meetings": list(record.page.meetings.all()),
        "depth_decisions": list(record.depth_decisions.all()),
        "chain": chain,
        "entries": _entries(chain) if chain else [],
    }


def _facts(page: NoticePage, record: NoticeRecord) -> list[Fact]:
    unseen = record.unseen
    county = divisions.label(page.division_code) if page.division_code else ""
    values = (
        ("kind", _("类别"), page.get_kind_display()),
        ("project_name", _("项目名称"), page.project_name),
        ("project_code", _("项目代码"), page.project_code),
        ("division_codes", _("县（市、区）"), county),
        ("location", _("建设地点"), page.location),
        ("nature", _("建设性质"), page.nature),
        ("proponent", _("建设单位"), page.proponent_name),
        ("contact_name", _("联系人"), f"{page.contact_name} {page.contact_phone}".strip()),
        ("consultant", _("环评编制单位"), page.consultant_name),
    )
    return [Fact(str(label), str(value), name in unseen) for name, label, value in values]


def _dates(record: NoticeRecord) -> list[Fact]:
    rows = []
    if record.stage == NoticeStage.APPROVED and record.planned_on:
        rows.append((_("计划公开日期"), long_date(record.planned_on)))
    if record.historical:
        day = record.inferred_published_on
        rows += [
            (_("当时的公开日期"), long_date(day) if day else _("不详")),
            (_("依据"), record.inference_basis),
        ]
    elif record.published_on:
        rows.append((_("公开日期"), long_date(record.published_on)))
    if record.last_day:
        provisional = _("（暂定，只会延后）") if record.provisional else ""
        rows.append((_("截止日"), f"{long_date(record.last_day)} 24:00{provisional}"))
    if record.working_days:
        rows.append((_("法定最短期限"), _("%(days)s 个工作日") % {"days": record.working_days}))
    if record.withdrawn_at:
        rows.append((_("撤回原因"), record.withdrawal_reason))
    if record.rule_set:
        rows.append(
            (
                _("适用的规则和日历"),
                "，".join(part for part in (record.rule_set, record.calendar_version) if part),
            )
        )
    return [Fact(str(label), str(value)) for label, value in rows]


def _name_capacities(attachments: list[Any]) -> None:
    """Write on each file in which capacity somebody put it there, the names of persons left out."""
    labels = capacity_labels([row.uploaded_by_id for row in attachments])
    for row in attachments:
        row.put_there_by = labels.get(row.uploaded_by_id, "")


def _entries(chain: Chain) -> list[dict[str, Any]]:
    return [
        {
            "position": entry.position,
            "day": entry.day,
            "act": ACT_LABELS.get(entry.act, entry.act),
            "role": ROLE_LABELS.get(entry.role, entry.role),
            "organisation": entry.payload.get("organisation", ""),
            "hash": entry.hash,
        }
        for entry in chain.entries.order_by("-position")[:LEDGER_ROWS]
    ]
