"""Reading page two: only on a lawful ground, with a reason, and never without a record of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import AccessBasis, ContactAccess, Opinion
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.permissions import may_read_contacts
from notices.opinions.text import clean_text

_SHORTEST_REASON = 4


def read_contacts(
    *, opinions: Iterable[Opinion], user: Any, basis: AccessBasis, reason: str, now: datetime
) -> dict[int, PageTwo | None]:
    """Return page two of a batch by the opinion's primary key; None for one that left none or was erased.

    The record of the access is committed before anything is opened. Raises PermissionDenied, and ValidationError for
    a batch of several notices or without a reason.
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
    if len(reason) < _SHORTEST_REASON:
        raise ValidationError({"reason": _("请写明查阅原因，原因会留存备查。")})
    with transaction.atomic():
        access = ContactAccess(notice=notice, basis=basis, reason=reason, read_by=user, read_at=now)
        access.save(force_insert=True)
        access.opinions.set(batch)
    return {opinion.pk: _opened(opinion) for opinion in batch}


def _opened(opinion: Opinion) -> PageTwo | None:
    commenter = getattr(opinion, "commenter", None)
    if commenter is None:
        return None
    try:
        return unseal(commenter)
    except KeyMissingError:
        return None
