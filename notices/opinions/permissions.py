"""Who may do what with opinions; each question has one function here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from notices.capacity import consultant_of, is_authorised, mandate_gap
from notices.models import NoticePage, NoticeRecord
from notices.opinions.models import AccessBasis, Opinion
from notices.permissions import (
    can_edit_notice,
    editable_notices,
    is_officer,
    is_operator,
    visible_records,
)
from notices.selectors import window_is_over


def visible_opinions(user: Any) -> QuerySet[Opinion]:
    """Return page one of the opinions a person may read: the proponent's own, an officer's divisions, an operator all."""
    records = visible_records(NoticeRecord.objects.all(), user)
    return Opinion.objects.filter(notice__in=records.values("page"))


def may_answer(user: Any, notice: NoticePage) -> bool:
    """Whether the person answers for the proponent (Arts. 6 and 18): its staff, or its delegate while authorised.

    An operator never does.
    """
    return can_edit_notice(user, notice) and not is_operator(user) and _is_mandated(user, notice)


def _is_mandated(user: Any, notice: NoticePage) -> bool:
    return not mandate_gap(user, notice, on=timezone.localdate())


def answerable_notices(user: Any) -> QuerySet[NoticePage]:
    """Return the notices of which ``may_answer`` is true: for lists, where asking row by row would not do."""
    if is_operator(user):
        return NoticePage.objects.none()
    notices: QuerySet[NoticePage] = editable_notices(user)
    consultant = consultant_of(user)
    if consultant is None:
        return notices
    if not is_authorised(consultant, on=timezone.localdate()):
        return notices.none()
    return notices.filter(path__startswith=consultant.proponent.path)


def may_record(user: Any, notice: NoticePage) -> bool:
    """Whether the person may record paper and spoken opinions: the proponent's staff."""
    return may_answer(user, notice)


def may_erase(user: Any, role: str, opinion: Opinion) -> bool:
    """Whether who wrote is erased in a role: the portal's without a person, the proponent's by its staff only."""
    if user is None:
        return role == "portal"
    return role == "proponent" and may_answer(user, opinion.notice)


def may_read_contacts(user: Any, record: NoticeRecord, basis: AccessBasis, *, now: datetime) -> bool:
    """Whether the person may read page two of a notice on the ground given.

    The proponent after closing, earlier only to arrange a meeting; the approval authority after submission or on a
    written request; the operator by a recorded exception. Other officers see page one only.
    """
    if is_operator(user):
        return basis == AccessBasis.EXCEPTION
    if is_officer(user):
        return _authority_may_read(user, record, basis)
    if not can_edit_notice(user, record.page) or not _is_mandated(user, record.page):
        return False
    if basis == AccessBasis.MEETING:
        return True
    return basis == AccessBasis.FEEDBACK and window_is_over(record, now=now)


def _authority_may_read(user: Any, record: NoticeRecord, basis: AccessBasis) -> bool:
    project = record.page.project
    if project is None or project.approval_authority_id is None:
        return False
    if not user.offices.filter(pk=project.approval_authority_id).exists():
        return False
    return basis == AccessBasis.REQUEST or (basis == AccessBasis.REVIEW and project.submitted_on is not None)


def notices_with_contacts(user: Any) -> QuerySet[NoticePage]:
    """Return the notices for which ``bases_for`` names a ground: the operator's exception, a request, a meeting."""
    if is_operator(user):
        return NoticePage.objects.all()
    if is_officer(user):
        return NoticePage.objects.filter(project__approval_authority__in=user.offices.all())
    return answerable_notices(user)


def bases_for(user: Any, record: NoticeRecord, *, now: datetime) -> list[AccessBasis]:
    """Return the grounds on which the person may read page two of a notice now."""
    return [basis for basis in AccessBasis if may_read_contacts(user, record, basis, now=now)]
