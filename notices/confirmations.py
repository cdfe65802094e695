"""A 建设单位 confirms one wording of a notice (Art. 6): by its own account, or by a stamped scan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.capacity import capacity_of, is_own_staff
from notices.evidence_services import PreparedFile, prepare_file
from notices.filing import scan_fields
from notices.gate import current_confirmation, wording_digest
from notices.models import ConfirmationWay, NoticePage, NoticeRecord, PublicationConfirmation
from notices.permissions import can_edit_notice
from notices.services import write_entry

PLEDGE = gettext_lazy("建设单位对公众参与的真实性和结果负责。")


def may_confirm(user: Any, notice: NoticePage) -> bool:
    """Whether the person confirms in the name of the 建设单位: its own account, never a delegate or an operator."""
    return is_own_staff(user, notice.get_parent().specific)


def confirm_by_account(
    *, notice: NoticePage, user: Any, now: datetime, digest: str = ""
) -> PublicationConfirmation:
    """Confirm the wording of ``notice`` as it stands in memory; a second time returns the first confirmation.

    ``digest`` is of the wording that the person was shown. Raises PermissionDenied for anybody but the own staff,
    ValidationError when the wording has changed since.
    """
    if not may_confirm(user, notice):
        raise PermissionDenied
    return _confirm(notice, user, now, way=ConfirmationWay.ACCOUNT, shown=digest, scan=None)


def confirm_by_scan(
    *, notice: NoticePage, upload: Any, user: Any, now: datetime, digest: str = ""
) -> PublicationConfirmation:
    """File the stamped scan by which the 建设单位 confirmed the wording of ``notice``.

    Raises PermissionDenied for those who may not prepare the notice, ValidationError for a bad file or when the wording
    has changed since it was shown.
    """
    if not can_edit_notice(user, notice):
        raise PermissionDenied
    return _confirm(notice, user, now, way=ConfirmationWay.SCAN, shown=digest, scan=prepare_file(upload))


def _confirm(
    notice: NoticePage,
    user: Any,
    now: datetime,
    *,
    way: ConfirmationWay,
    shown: str,
    scan: PreparedFile | None,
) -> PublicationConfirmation:
    with transaction.atomic():
        record = NoticeRecord.objects.select_for_update().get(page_id=notice.pk)
        digest = wording_digest(notice)
        if shown and shown != digest:
            raise ValidationError(_("文本刚刚有改动，请核对现在的文本后再确认。"))
        earlier = current_confirmation(record, notice)
        if earlier is not None and scan is None:
            return earlier
        capacity = capacity_of(user)
        confirmation = PublicationConfirmation.objects.create(
            record=record,
            way=way,
            digest=digest,
            role=capacity.role,
            organisation=capacity.organisation,
            filed_by=user,
            filed_at=now,
            **(scan_fields(scan) if scan else {}),
        )
        payload = {"way": str(way), "content": digest}
        if scan is not None:
            payload["scan"] = scan.stored.sha256
        write_entry(record=record, act="confirmed", role=capacity.role, now=now, payload=payload, user=user)
    return confirmation
