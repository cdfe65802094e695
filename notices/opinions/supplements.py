"""Supplements: a second opinion of the same writer, numbered by itself, that names the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import NoticeRecord
from notices.opinions.form_tokens import FormToken
from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import Commenter, ContactKind, Opinion
from notices.opinions.page_two import PageTwo, unseal
from notices.opinions.services import Clock, PageOne, Receipt, submit_opinion
from notices.selectors import timeliness
from notices.statutory.window import Timeliness


def may_supplement(opinion: Opinion, *, now: datetime) -> bool:
    """Whether the writer may add to an opinion now: in the window, with a code that staff have not seen."""
    if opinion.transcriber_id is not None:
        return False
    return timeliness(opinion.notice.record, now=now, form_issued_at=now) == Timeliness.INSIDE


def supplemented(record: NoticeRecord, token: FormToken) -> Opinion | None:
    """Return the opinion that a form adds to, None for a form of its own."""
    if not token.supplement_to:
        return None
    own = Opinion.objects.filter(notice=record.page, transcriber=None)
    return own.select_related("commenter").filter(number=token.supplement_to).first()


def has_usable_contact(first: Opinion) -> bool:
    """Whether the contact of a first opinion can be taken over: neither erased nor restricted."""
    usable = Commenter.objects.filter(restricted_at=None, erased_at=None, sealed__isnull=False)
    return usable.filter(opinion=first).exists()


def submit_supplement(
    *,
    record: NoticeRecord,
    token: FormToken,
    page_one: PageOne,
    page_two: PageTwo,
    files: Sequence[str] = (),
    arrived_at: datetime | None = None,
    clock: Clock = timezone.now,
) -> Receipt:
    """Take a supplement with all that ``submit_opinion`` promises; where no contact was typed, the first one's is used.

    Raises as ``submit_opinion`` does, and ValidationError when the first opinion's contact cannot be used any more.
    """
    first = supplemented(record, token)
    if first is None:
        raise ValidationError(_("找不到要补充的意见，请凭编号和查询码重新查询，再点“补充意见”。"))
    if not page_two.contact:
        page_two = _taken_over(first, page_two)
    return submit_opinion(
        record=record,
        token=token,
        page_one=replace(page_one, supplement_to=first),
        page_two=page_two,
        files=files,
        arrived_at=arrived_at,
        clock=clock,
    )


def _taken_over(first: Opinion, typed: PageTwo) -> PageTwo:
    """Return page two of the first opinion with the consents given for this one; what was typed anew counts.

    The portal opens it for its writer and seals it again; nobody sees it, so no access is recorded. The ID number stays
    behind: its consent was for the first opinion.
    """
    if not has_usable_contact(first):
        raise ValidationError(_("原来的联系方式已经不能使用，请返回上一步，另留一个联系方式。"))
    try:
        earlier = unseal(first.commenter)
    except KeyMissingError as error:
        raise ValidationError(_("原来的联系方式已经不能使用，请返回上一步，另留一个联系方式。")) from error
    return replace(
        typed,
        kind=earlier.kind,
        contact_kind=ContactKind(earlier.contact_kind),
        contact=earlier.contact,
        name=typed.name or earlier.name,
        address=typed.address or earlier.address,
        uscc=typed.uscc or earlier.uscc,
        withheld=typed.withheld or earlier.withheld,
    )
