"""Reading page two: only on a lawful ground, with a reason, and never without a record of it.

Where its writer restricted its use, only the approval authority still reads it, for its review or on a written request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.capacity import ledger_role
from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import AccessBasis, ContactAccess, Opinion
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.permissions import may_read_contacts
from notices.opinions.text import clean_text
from notices.reasons import is_reason
from notices.services import write_entry

RESTRICTED = gettext_lazy("本人已要求限制使用联系方式，不能查阅。答复可以由本人凭查询码查看。")
_DESPITE_RESTRICTION = {AccessBasis.REVIEW, AccessBasis.REQUEST}


def read_contacts(
    *, opinions: Iterable[Opinion], user: Any, basis: AccessBasis, reason: str, now: datetime
) -> dict[int, PageTwo | None]:
    """Return page two of a batch by the opinion's primary key; None for one that left none, was erased or is restricted.

    The record of the access and its entry in the ledger, without names, are committed before anything is opened; what is
    restricted is neither recorded nor opened. Raises PermissionDenied, and ValidationError for a batch of several notices,
    without a reason or restricted as a whole.
    """
    keys = [opinion.pk for opinion in opinions]
    batch = list(
        Opinion.objects.select_related("notice__record", "notice__project", "commenter").filter(pk__in=keys)
    )
    reason = clean_text(reason)
    if not batch:
        raise ValidationError(_("请至少选择一条意见。"))
    if len({opinion.notice_id for opinion in batch}) > 1:
        raise ValidationError(_("一次只能查阅同一份公示的联系方式。"))
    notice = batch[0].notice
    if not may_read_contacts(user, notice.record, AccessBasis(basis), now=now):
        raise PermissionDenied
    if not is_reason(reason):
        raise ValidationError({"reason": _("请写明查阅原因，原因会留存备查。")})
    readable = [opinion for opinion in batch if is_readable(opinion, AccessBasis(basis))]
    if not readable:
        raise ValidationError(RESTRICTED)
    with transaction.atomic():
        access = ContactAccess(notice=notice, basis=basis, reason=reason, read_by=user, read_at=now)
        access.save(force_insert=True)
        access.opinions.set(readable)
        payload = {"basis": str(access.basis), "count": len(readable)}
        role = ledger_role(user)
        write_entry(record=notice.record, act="contacts_read", role=role, now=now, payload=payload, user=user)
    return {opinion.pk: _opened(opinion) if opinion in readable else None for opinion in batch}


def is_readable(opinion: Opinion, basis: AccessBasis) -> bool:
    """Whether the writer left page two to be read on this ground: not once its use was restricted."""
    commenter = getattr(opinion, "commenter", None)
    return commenter is None or commenter.restricted_at is None or basis in _DESPITE_RESTRICTION


def _opened(opinion: Opinion) -> PageTwo | None:
    commenter = getattr(opinion, "commenter", None)
    if commenter is None:
        return None
    try:
        return unseal(commenter)
    except KeyMissingError:
        return None
