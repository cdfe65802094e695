"""Showing opinions with their answers after closing: the proponent's choice, and the release of each text."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.ledger.services import lock_chain
from notices.models import NoticePage, NoticeRecord
from notices.opinions import signals
from notices.opinions.models import Disclosure, Opinion, PublicRelease, Redaction, WithdrawnBecause
from notices.opinions.permissions import may_answer
from notices.opinions.public_opinions import (
    is_disclosed,
    publishable_opinions,
    released_opinions,
    unreleased_opinions,
)
from notices.opinions.public_renderings import UnreadableRenderingError, exposures
from notices.selectors import window_is_over
from notices.services import chain_key, write_entry

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Released:
    """What came of a release: numbers that are public now, and numbers that the check stopped."""

    shown: tuple[str, ...]
    stopped: tuple[str, ...]


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
    *, notice: NoticePage, opinions: Iterable[Opinion], user: Any, now: datetime
) -> Released:
    """Let the opinions that somebody looked at appear on the public page, each after the check of what it would show.

    1. render the public page, and whatever else publishes opinions, with them on it, 2. read it back and search it for
    what was struck out, 3. release the clean ones, keep a stopped release of the others. What changed meanwhile is left
    out. Raises PermissionDenied, ValidationError before closing, and when a rendering cannot be read back.
    """
    record = _closed_record(notice, user, now)
    if not is_disclosed(notice):
        raise ValidationError(_("请先选择公开意见和答复。"))
    keys = [opinion.pk for opinion in opinions][: MOST_AT_ONCE + 1]
    if not keys:
        raise ValidationError(_("请先勾选看过的意见。"))
    if len(keys) > MOST_AT_ONCE:
        raise ValidationError(_("一次最多公开 %(most)s 条。"), params={"most": MOST_AT_ONCE})
    seen = list(unreleased_opinions(notice).filter(pk__in=keys).select_related("answer").order_by("sequence"))
    redactions = _latest_redactions(seen)
    try:
        exposed = exposures(record, seen)
    except UnreadableRenderingError as error:
        raise ValidationError(_("公开的文件没能读回来核对，没有公开。请稍后再试。")) from error
    with transaction.atomic():
        lock_chain(chain_key(record))
        present = {row.pk: row for row in publishable_opinions(notice).filter(pk__in=keys)}
        now_redacted = _latest_redactions(seen)
        unchanged = [
            row
            for row in seen
            if row.pk in present
            and present[row.pk].answer_id == row.answer_id
            and now_redacted.get(row.pk) == redactions.get(row.pk)
        ]
        PublicRelease.objects.filter(opinion__in=unchanged, withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=user, withdrawn_because=WithdrawnBecause.STAFF
        )
        for row in unchanged:
            _write_release(row, redactions.get(row.pk), row.pk in exposed, user, now)
        clean = [row for row in unchanged if row.pk not in exposed]
        if clean:
            _enter(record, "opinions_published", [row.number for row in clean], user, now)
            transaction.on_commit(lambda: _tell(clean, now))
    stopped = tuple(row.number for row in unchanged if row.pk in exposed)
    return Released(tuple(row.number for row in clean), stopped)


def _tell(opinions: list[Opinion], now: datetime) -> None:
    for opinion in opinions:
        signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now)


def _write_release(opinion: Opinion, redaction: int | None, stopped: bool, user: Any, now: datetime) -> None:
    PublicRelease(
        opinion=opinion,
        answer_id=cast(int, opinion.answer_id),
        redaction_id=redaction,
        checked_by=user,
        checked_at=now,
        withdrawn_at=now if stopped else None,
        withdrawn_because=WithdrawnBecause.EXPOSED if stopped else "",
    ).save(force_insert=True)


def _latest_redactions(opinions: list[Opinion]) -> dict[int, int]:
    rows = Redaction.objects.filter(opinion__in=opinions).order_by("pk")
    return dict(rows.values_list("opinion", "pk"))


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
