"""Showing opinions with their answers after closing: the proponent's choice, and the release of each text."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.ledger.services import lock_chain
from notices.models import NoticePage, NoticeRecord
from notices.opinions import signals
from notices.opinions.models import Disclosure, Opinion, PublicRelease, WithdrawnBecause
from notices.opinions.permissions import may_answer
from notices.opinions.public_opinions import (
    is_disclosed,
    publishable_opinions,
    released_opinions,
    unreleased_opinions,
    with_redaction,
)
from notices.opinions.public_renderings import UnreadableRenderingError, exposures
from notices.selectors import window_is_over
from notices.services import chain_key, write_entry

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looked at: primary keys of an opinion and of the answer and the redaction that stood then, 0 for none."""

    opinion: int
    answer: int
    redaction: int

    @classmethod
    def at(cls, opinion: Any) -> Looked:
        """Return what is to be seen of an opinion that was read by ``with_redaction``."""
        return cls(opinion.pk, opinion.answer_id or 0, opinion.redaction_in_force)


@dataclass(frozen=True, slots=True)
class Released:
    """What came of a release: numbers that are public now, that the check stopped, and that changed since the look."""

    shown: tuple[str, ...]
    stopped: tuple[str, ...]
    changed: tuple[str, ...]


def _closed_record(notice: NoticePage, user: Any, now: datetime) -> NoticeRecord:
    """Return the record of a notice whose opinions the person may publish. Raises PermissionDenied, ValidationError."""
    if not may_answer(user, notice):
        raise PermissionDenied
    record = NoticeRecord.objects.select_related("page").get(page=notice)
    if not window_is_over(record, now=now):
        raise ValidationError(_("征求意见还没有截止，截止后才能公开意见。"))
    return record


@transaction.atomic
def decide_disclosure(*, notice: NoticePage, shown: bool, user: Any, now: datetime) -> None:
    """Choose whether the public page shows opinions with their answers; may be reversed at any time.

    Raises PermissionDenied for others than the proponent's staff, ValidationError before closing.
    """
    record = _closed_record(notice, user, now)
    lock_chain(chain_key(record))
    if is_disclosed(notice) == shown:
        return
    Disclosure(notice=notice, shown=shown, decided_by=user, decided_at=now).save(force_insert=True)
    payload = {"opinions_shown": shown}
    write_entry(
        record=record, act="disclosure_decided", role="proponent", now=now, payload=payload, user=user
    )


def release_opinions(
    *, notice: NoticePage, looked_at: Iterable[Looked], user: Any, now: datetime
) -> Released:
    """Let the opinions that somebody looked at appear on the public page, each after the check of what it would show.

    1. render the public page, and whatever else publishes opinions, with them on it, 2. read it back and search it for
    what was struck out, 3. release the clean ones, keep a stopped release of the others. Whatever has another answer or
    redaction than the person saw is left out. Raises PermissionDenied, ValidationError before closing, and when a
    rendering cannot be read back.
    """
    record = _closed_record(notice, user, now)
    if not is_disclosed(notice):
        raise ValidationError(_("请先选择公开意见和答复。"))
    looked = {look.opinion: look for look in looked_at}
    if not looked:
        raise ValidationError(_("请先勾选看过的意见。"))
    if len(looked) > MOST_AT_ONCE:
        raise ValidationError(_("一次最多公开 %(most)s 条。"), params={"most": MOST_AT_ONCE})
    waiting = with_redaction(unreleased_opinions(notice).filter(pk__in=looked)).select_related("answer")
    seen = [row for row in waiting.order_by("sequence") if Looked.at(row) == looked[row.pk]]
    try:
        exposed = exposures(record, seen)
    except UnreadableRenderingError as error:
        raise ValidationError(_("公开的文件没能读回来核对，没有公开。请稍后再试。")) from error
    with transaction.atomic():
        lock_chain(chain_key(record))
        publishable = with_redaction(publishable_opinions(notice).filter(pk__in=looked))
        present = {row.pk: Looked.at(row) for row in publishable.only("answer")}
        unchanged = [row for row in seen if present.get(row.pk) == looked[row.pk]]
        PublicRelease.objects.filter(opinion__in=unchanged, withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=user, withdrawn_because=WithdrawnBecause.STAFF
        )
        for row in unchanged:
            _write_release(looked[row.pk], row.pk in exposed, user, now)
        clean = [row for row in unchanged if row.pk not in exposed]
        if clean:
            _enter(record, "opinions_published", [row.number for row in clean], user, now)
            transaction.on_commit(lambda: _tell(clean, now))
    stopped = tuple(row.number for row in unchanged if row.pk in exposed)
    changed = _left_out(notice, set(looked).difference(row.pk for row in unchanged))
    return Released(tuple(row.number for row in clean), stopped, changed)


def _left_out(notice: NoticePage, keys: set[int]) -> tuple[str, ...]:
    """Return the numbers of opinions that were not released; those that somebody else released meanwhile are public."""
    rows = Opinion.objects.filter(notice=notice, pk__in=keys).exclude(pk__in=released_opinions(notice))
    return tuple(rows.order_by("sequence").values_list("number", flat=True))


def _tell(opinions: list[Opinion], now: datetime) -> None:
    for opinion in opinions:
        signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now)


def _write_release(look: Looked, stopped: bool, user: Any, now: datetime) -> None:
    PublicRelease(
        opinion_id=look.opinion,
        answer_id=look.answer,
        redaction_id=look.redaction or None,
        checked_by=user,
        checked_at=now,
        withdrawn_at=now if stopped else None,
        withdrawn_because=WithdrawnBecause.EXPOSED if stopped else "",
    ).save(force_insert=True)


def _enter(record: NoticeRecord, act: str, numbers: Iterable[str], user: Any, now: datetime) -> None:
    role = "proponent" if user is not None else "portal"
    payload = {"numbers": list(numbers)}
    write_entry(record=record, act=act, role=role, now=now, payload=payload, user=user)


def withdraw_release(*, opinion: Opinion, user: Any, now: datetime) -> None:
    """Take an opinion off the public page. Raises PermissionDenied for others than the proponent's staff."""
    if not may_answer(user, opinion.notice):
        raise PermissionDenied
    _stop(opinion, because=WithdrawnBecause.STAFF, user=user, now=now)


@transaction.atomic
def _stop(opinion: Opinion, *, because: WithdrawnBecause, user: Any, now: datetime) -> None:
    record = opinion.notice.record
    lock_chain(chain_key(record))
    stopped = PublicRelease.objects.filter(opinion=opinion, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=user, withdrawn_because=because
    )
    if stopped:
        _enter(record, "opinions_unpublished", [opinion.number], user, now)
        transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))


def recheck_public_opinions(*, now: datetime) -> int:
    """Read back everything public and stop what shows a struck passage; return how many were stopped.

    A later template or file may print what the one at release did not.
    """
    notices = PublicRelease.objects.filter(withdrawn_at=None).order_by().values_list("opinion__notice")
    stopped = 0
    for record in NoticeRecord.objects.filter(page__in=notices.distinct()).select_related("page"):
        released = list(released_opinions(record.page).select_related("notice__record", "answer"))
        try:
            exposed = exposures(record, released)
        except UnreadableRenderingError:
            logger.exception("What notice %s publishes of its opinions cannot be read back", record.code)
            continue
        for opinion in released:
            if opinion.pk in exposed:
                _stop(opinion, because=WithdrawnBecause.EXPOSED, user=None, now=now)
                stopped += 1
    return stopped
