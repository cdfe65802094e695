"""Registering for a meeting, choosing the representatives, reading the names, erasing them (Art. 15)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.ledger.services import lock_chain
from notices.models import Meeting
from notices.opinions import key_store
from notices.opinions.form_tokens import form_key_hash
from notices.opinions.models import Capacity, Channel, MeetingRegistration, RegistrationAccess
from notices.opinions.numbering import normalise_code
from notices.opinions.permissions import may_answer
from notices.opinions.services import code_fits, lookup_code, lookup_digest
from notices.reasons import is_reason
from notices.services import chain_key, write_entry

KEPT_AFTER_MINUTES = timedelta(days=60)  # as long as an administrative review can be asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """What is sealed of a registration."""

    name: str
    contact: str
    occupation: str = ""
    education: str = ""
    affected: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the person gets: the registration and its look-up code."""

    registration: MeetingRegistration
    code: str


def register(
    *,
    meeting: Meeting,
    registrant: Registrant,
    village: str,
    form_key: str,
    now: datetime,
    capacity: Capacity = Capacity.REPRESENTATIVE,
    channel: Channel = Channel.WEB,
    user: Any = None,
) -> Registered:
    """Register somebody, once for each form. Staff may key in late; the web closes with the announced day.

    Raises ValidationError when the meeting takes no registrations, PermissionDenied for staff of somebody else.
    """
    if user is not None and not may_answer(user, meeting.notice):
        raise PermissionDenied
    code = lookup_code(form_key)
    # The key store is another database: its key is committed first, so that no row can ever name a lost key.
    key_id, cipher = key_store.create_data_key(now=now)
    sealed = cipher.encrypt(json.dumps(asdict(registrant), ensure_ascii=False).encode())
    try:
        with transaction.atomic():
            fresh = (
                Meeting.objects.select_for_update(of=("self",))
                .select_related("notice__record")
                .get(pk=meeting.pk)
            )
            earlier = MeetingRegistration.objects.filter(form_key_hash=form_key_hash(form_key)).first()
            if earlier is None:
                _refuse_closed(fresh, now, by_staff=user is not None)
                registration = _unwritten(fresh, form_key, code)
                registration.village, registration.capacity, registration.channel = village, capacity, channel
                registration.recorded_by, registration.registered_at = user, now
                registration.sealed, registration.key_id = sealed, key_id
                registration.save(force_insert=True)
    except ValidationError:
        # Refusals only: a connection that breaks at the end may have committed.
        key_store.discard_data_key(key_id)
        raise
    if earlier is not None:
        key_store.discard_data_key(key_id)
        return Registered(earlier, code)
    return Registered(registration, code)


def _refuse_closed(meeting: Meeting, now: datetime, *, by_staff: bool) -> None:
    if by_staff and meeting.announced_on is not None and meeting.cancelled_on is None:
        return
    if not meeting.takes_registrations(timezone.localdate(now)):
        raise ValidationError(_("报名已经截止，或者会议已取消。请用公告中的其他方式联系建设单位。"))


def _unwritten(meeting: Meeting, form_key: str, code: str) -> MeetingRegistration:
    last = meeting.registrations.aggregate(last=Max("sequence"))["last"] or 0
    number = f"B{meeting.notice.record.code}-{meeting.pk}-{last + 1:03d}"
    return MeetingRegistration(
        meeting=meeting,
        sequence=last + 1,
        number=number,
        form_key_hash=form_key_hash(form_key),
        lookup_digest=lookup_digest(number, code),
    )


def look_up_registration(*, meeting: Meeting, number: str, code: str) -> MeetingRegistration | None:
    """Return the registration of a number and code as typed, None when they do not belong together."""
    plain = unicodedata.normalize("NFKC", number).strip().upper().replace(" ", "")
    found = MeetingRegistration.objects.filter(meeting=meeting, number=plain).first()
    plain_code = normalise_code(code)
    expected = found.lookup_digest if found else "0" * 64
    fits = code_fits(plain, plain_code or "", expected)
    return found if fits and found and plain_code else None


@transaction.atomic
def select_representatives(
    *, meeting: Meeting, chosen: Iterable[MeetingRegistration], principle: str, user: Any, now: datetime
) -> int:
    """Choose who takes part, with the principle and the course of the choice; a new choice replaces the last one.

    Raises ValidationError without a principle or a choice; PermissionDenied for anybody but the proponent's staff.
    """
    if not may_answer(user, meeting.notice):
        raise PermissionDenied
    keys = {registration.pk for registration in chosen}
    if not keys:
        raise ValidationError({"chosen": _("请至少选择一人。")})
    if not principle.strip():
        raise ValidationError({"principle": _("请写明选取的原则和过程，会公开。")})
    fresh = (
        Meeting.objects.select_for_update(of=("self",)).select_related("notice__record").get(pk=meeting.pk)
    )
    registrations = MeetingRegistration.objects.filter(meeting=fresh)
    registrations.exclude(pk__in=keys).update(selected_at=None)
    count: int = registrations.filter(pk__in=keys).update(selected_at=now)
    fresh.selection_principle = principle.strip()
    fresh.save(update_fields=["selection_principle"])
    payload = {"meeting": fresh.pk, "count": count, "registered": registrations.count()}
    write_entry(
        record=fresh.notice.record,
        act="meeting_selected",
        role="proponent",
        now=now,
        payload=payload,
        user=user,
    )
    return count


def read_names(
    *, meeting: Meeting, only_selected: bool, reason: str, user: Any, now: datetime
) -> list[tuple[MeetingRegistration, Registrant | None]]:
    """Return the registrations opened, None for an erased one; the record of the access is committed first."""
    if not may_answer(user, meeting.notice):
        raise PermissionDenied
    if not is_reason(reason):
        raise ValidationError({"reason": _("请写明查阅原因，原因会留存备查。")})
    rows = list(
        meeting.registrations.filter(selected_at__isnull=False)
        if only_selected
        else meeting.registrations.all()
    )
    access = RegistrationAccess(
        meeting=meeting, count=len(rows), reason=reason.strip(), read_by=user, read_at=now
    )
    with transaction.atomic():
        access.save(force_insert=True)
        payload = {"meeting": meeting.pk, "count": len(rows)}
        record = meeting.notice.record
        write_entry(
            record=record, act="registrations_read", role="proponent", now=now, payload=payload, user=user
        )
    return [(row, _opened(row)) for row in rows]


def _opened(registration: MeetingRegistration) -> Registrant | None:
    if registration.sealed is None or registration.key_id is None:
        return None
    try:
        cipher = key_store.open_data_key(registration.key_id)
    except key_store.KeyMissingError:
        return None
    return Registrant(**json.loads(cipher.decrypt(bytes(registration.sealed))))


def erase_old_registrations(*, now: datetime) -> int:
    """Erase who registered for meetings whose minutes have been public, or which were called off, for sixty days.

    Numbers, villages and counts stay. Each meeting is a step of its own; what was broken off is made up for by the next run.
    Returns how many were erased.
    """
    limit = timezone.localdate(now - KEPT_AFTER_MINUTES)
    over = Meeting.objects.filter(Q(minutes_on__lte=limit) | Q(cancelled_on__lte=limit))
    kept = over.filter(pk__in=MeetingRegistration.objects.filter(erased_at=None).values("meeting"))
    return sum(_erase_registrations(meeting, now) for meeting in kept.select_related("notice__record"))


def _erase_registrations(meeting: Meeting, now: datetime) -> int:
    kept = meeting.registrations.filter(erased_at=None)
    keys = dict(kept.values_list("pk", "key_id"))
    # The keys first, before the chain is held: nothing can be read any more, and the rows are found again until they say so.
    for key_id in keys.values():
        if key_id is not None:
            key_store.destroy_data_key(key_id, now=now)
    with transaction.atomic():
        record = meeting.notice.record
        lock_chain(chain_key(record))
        count: int = kept.filter(pk__in=keys).update(sealed=None, erased_at=now)
        if count:
            payload = {"meeting": meeting.pk, "count": count}
            write_entry(record=record, act="registrations_erased", role="portal", now=now, payload=payload)
    return count
