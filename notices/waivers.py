"""Setting a finding aside for one notice, with a written reason, and taking that back: acts of an operator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices import permissions
from notices.judgement import judgement_of, submitter_id
from notices.models import NoticePage, NoticeRecord, NoticeStage, RuleWaiver
from notices.record_details import shown_page
from notices.services import write_entry
from notices.statutory.rules import NOT_WAIVABLE

BEFORE_PUBLICATION = (NoticeStage.DRAFT, NoticeStage.APPROVED)


def waiving_obstacle(record: NoticeRecord, user: Any) -> str:
    """Return why this person cannot waive anything on a notice; empty when nothing stands against it."""
    if record.stage not in BEFORE_PUBLICATION:
        return _("公示已公开，不能再豁免。")
    if user.pk == _author_id(record.page):
        return _("提交人不能豁免自己提交的公示，请其他管理员办理。")
    return ""


def _author_id(page: NoticePage) -> int | None:
    """Return who submitted the notice; before that, who made it."""
    return submitter_id(page) or page.owner_id


@transaction.atomic
def waive_finding(*, record: NoticeRecord, rule_id: str, reason: str, user: Any, now: datetime) -> RuleWaiver:
    """Set aside what a rule finds on a notice now; what it finds later is not covered.

    Raises PermissionDenied for others than operators, ValidationError with what to do.
    """
    record = _locked(record, user, reason)
    obstacle = NOT_WAIVABLE.get(rule_id) or waiving_obstacle(record, user)
    if obstacle:
        raise ValidationError(obstacle)
    standing = judgement_of(shown_page(record)).standing
    found = [finding.message for finding in standing if finding.rule_id == rule_id]
    if not found:
        raise ValidationError(_("这条规则现在没有发现问题，不需要豁免。请刷新后再看。"))
    waiver = RuleWaiver.objects.create(
        record=record, rule_id=rule_id, messages=found, reason=reason.strip(), waived_by=user, waived_at=now
    )
    _write(record, "finding_waived", rule_id, reason, user, now)
    return waiver


@transaction.atomic
def withdraw_waiver(*, waiver: RuleWaiver, reason: str, user: Any, now: datetime) -> RuleWaiver:
    """Take a waiver back before publication; the row stays with its reason.

    Raises PermissionDenied for others than operators, ValidationError with what to do.
    """
    record = _locked(waiver.record, user, reason)
    waiver = RuleWaiver.objects.select_for_update().get(pk=waiver.pk)
    if record.stage not in BEFORE_PUBLICATION:
        raise ValidationError(_("公示已公开，不能再撤销豁免。"))
    if waiver.withdrawn_at is not None:
        raise ValidationError(_("豁免已经撤销，不必重复办理。"))
    waiver.withdrawn_by, waiver.withdrawn_at, waiver.withdrawal_reason = user, now, reason.strip()
    waiver.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    _write(record, "waiver_withdrawn", waiver.rule_id, reason, user, now)
    return waiver


def _locked(record: NoticeRecord, user: Any, reason: str) -> NoticeRecord:
    if not permissions.is_operator(user):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("请写明理由。理由记入台账，主管部门可以看到。"))
    return NoticeRecord.objects.select_for_update().get(pk=record.pk)


def _write(record: NoticeRecord, act: str, rule_id: str, reason: str, user: Any, now: datetime) -> None:
    payload = {"rule": rule_id, "reason": reason.strip()}
    write_entry(record=record, act=act, role="operator", now=now, payload=payload, user=user)
