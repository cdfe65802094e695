"""Answering, redacting and erasing: what staff do with opinions that were taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.ledger.services import canonical_bytes, commitment, lock_chain, new_salt
from notices.models import NoticePage
from notices.opinions import key_store, mails, signals
from notices.opinions.commitments import answer_fields, redaction_fields
from notices.opinions.feedback_notes import erase_notes
from notices.opinions.models import Answer, Commenter, Opinion, Outcome, Redaction
from notices.opinions.permissions import may_answer, may_erase
from notices.opinions.redaction import count_in
from notices.opinions.tasks import mail_answer
from notices.opinions.text import clean_line, clean_text
from notices.services import chain_key, write_entry

_NEEDS_REFERENCE = {Outcome.ADOPTED, Outcome.PARTLY_ADOPTED}
_NEEDS_REASON = {
    Outcome.PARTLY_ADOPTED: gettext_lazy("部分采纳请说明未采纳部分的理由。"),
    Outcome.NOT_ADOPTED: gettext_lazy("未采纳请说明理由（第十八条）。"),
    Outcome.OUT_OF_SCOPE: gettext_lazy("请告诉对方可以向哪个部门反映（第三十条）。"),
    Outcome.NO_SPECIFIC_OPINION: gettext_lazy("请说明为什么认为没有具体意见。"),
}


def _check_answer(outcome: Outcome, reason: str, report_reference: str) -> None:
    errors: dict[str, Any] = {}
    if outcome in _NEEDS_REFERENCE and not report_reference:
        errors["report_reference"] = _("采纳的意见请写明在报告书中的章节或页码。")
    if outcome in _NEEDS_REASON and not reason:
        errors["reason"] = _NEEDS_REASON[outcome]
    if errors:
        raise ValidationError(errors)


def own_notice(opinions: Iterable[Opinion], user: Any) -> tuple[NoticePage, list[int]]:
    """Return the notice for which the person answers and the primary keys of its opinions; asked before anything is locked.

    Raises PermissionDenied, ValidationError for none and for opinions of several notices.
    """
    keys = [opinion.pk for opinion in opinions]
    notices = set(Opinion.objects.filter(pk__in=keys).order_by().values_list("notice", flat=True).distinct())
    if not notices:
        raise ValidationError(_("请至少选择一条意见。"))
    if len(notices) > 1:
        raise ValidationError(_("一次只能答复同一份公示的意见。"))
    notice: NoticePage = NoticePage.objects.select_related("record").get(pk=notices.pop())
    if not may_answer(user, notice):
        raise PermissionDenied
    return notice, keys


def locked_opinions(notice: NoticePage, keys: Iterable[int], *fields: str) -> list[Opinion]:
    """Return opinions read anew under their notice's chain lock: number, present answer, and the fields named.

    Texts stay in the database: everybody who writes to this notice waits meanwhile.
    """
    lock_chain(chain_key(notice.record))
    rows = Opinion.objects.filter(notice=notice, pk__in=keys).only("notice", "number", "answer", *fields)
    opinions = list(rows.order_by("sequence"))
    for opinion in opinions:
        opinion.notice = notice
    return opinions


def answer_opinions(
    *,
    opinions: Iterable[Opinion],
    outcome: Outcome,
    user: Any,
    now: datetime,
    reason: str = "",
    report_reference: str = "",
) -> Answer:
    """Give one answer to one or many opinions of a notice (Art. 18); a later answer replaces the earlier one.

    Raises PermissionDenied for anybody but the proponent's staff, ValidationError with fields for what is missing.
    """
    outcome, reason, report_reference = Outcome(outcome), clean_text(reason), clean_line(report_reference)
    _check_answer(outcome, reason, report_reference)
    notice, keys = own_notice(opinions, user)
    salt = new_salt()
    answer = Answer(
        notice=notice,
        outcome=outcome,
        reason=reason,
        report_reference=report_reference,
        salt=salt,
        made_by=user,
        made_at=now,
    )
    answer.commitment = commitment(salt, canonical_bytes(answer_fields(answer)))
    with transaction.atomic():
        answered = locked_opinions(notice, keys)
        earlier = {opinion.answer_id for opinion in answered}
        answer.replaces_id = earlier.pop() if len(earlier) == 1 else None
        answer.save(force_insert=True)
        Opinion.objects.filter(notice=notice, pk__in=keys).update(answer=answer)
        payload = {
            "numbers": [opinion.number for opinion in answered],
            "outcome": str(outcome),
            "answer": answer.commitment,
        }
        write_entry(
            record=notice.record, act="answered", role="proponent", now=now, payload=payload, user=user
        )
        if mails.has_mail_readers(keys):
            mail_answer.enqueue(answer.pk)
        transaction.on_commit(lambda: _tell(answered, answer, now))
    return answer


def _tell(opinions: list[Opinion], answer: Answer, now: datetime) -> None:
    for opinion in opinions:
        opinion.answer = answer
    signals.opinions_answered.send_robust(Answer, opinions=opinions, answer=answer, now=now)


def redact_opinion(
    *, opinion: Opinion, text: str, reason: str, user: Any, now: datetime, struck: Iterable[str] = ()
) -> Redaction:
    """Write a redacted text beside the original, with its reason and ledger entry; a later one replaces it.

    Raises PermissionDenied, and ValidationError without text or reason or when a passage of ``struck`` is still in the text.
    """
    text, reason, struck = clean_text(text), clean_text(reason), list(struck)
    if not text or not reason:
        raise ValidationError(_("请填写遮盖后的文字和原因。"))
    if count_in(text, struck):
        raise ValidationError(_("遮盖后的文字里还有要遮盖的内容，没有保存。请检查后再试。"))
    if count_in(reason, struck):
        raise ValidationError({"reason": _("原因里有被遮盖的文字，请改写。")})
    return _write_redaction(opinion, text, struck, reason, user, now)


def withdraw_redaction(*, opinion: Opinion, reason: str, user: Any, now: datetime) -> Redaction:
    """Take the redaction of an opinion back, with a reason; the earlier one stays on record.

    Raises PermissionDenied, and ValidationError without a reason or without a redaction.
    """
    reason = clean_text(reason)
    if not reason:
        raise ValidationError({"reason": _("请写明原因。")})
    return _write_redaction(opinion, "", [], reason, user, now)


def _write_redaction(
    opinion: Opinion, text: str, struck: list[str], reason: str, user: Any, now: datetime
) -> Redaction:
    """Write a redaction, or without a text take the one in force back."""
    notice, keys = own_notice([opinion], user)
    salt = new_salt()
    redaction = Redaction(
        opinion=opinion, text=text, struck=struck, reason=reason, salt=salt, made_by=user, made_at=now
    )
    redaction.commitment = commitment(salt, canonical_bytes(redaction_fields(redaction)))
    payload: dict[str, Any] = {"number": opinion.number, "redaction": redaction.commitment}
    if not text:
        payload["withdrawn"] = True
    with transaction.atomic():
        (fresh,) = locked_opinions(notice, keys, "redacted_text", "destroyed_at")
        if fresh.destroyed_at is not None:
            raise ValidationError(_("内容已依法销毁，不能再遮盖。"))
        if not text and not fresh.redacted_text:
            raise ValidationError(_("这条意见现在没有遮盖。"))
        redaction.save(force_insert=True)
        fresh.redacted_text = text
        fresh.save(update_fields=["redacted_text"])
        write_entry(
            record=notice.record, act="redacted", role="proponent", now=now, payload=payload, user=user
        )
        transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=fresh, now=now))
    return redaction


def erase_commenter(*, opinion: Opinion, now: datetime, role: str = "portal", user: Any = None) -> None:
    """Erase page two for ever by destroying its key, and the notes on feedback; number, page one and ledger entry stay, and an entry says so.

    The key goes first: if a later step fails, nothing can be read and the call can be made again.
    Raises PermissionDenied for anybody but the proponent's staff (role "proponent") and the portal itself (no user).
    """
    if not may_erase(user, role, opinion):
        raise PermissionDenied
    with transaction.atomic():
        record = opinion.notice.record
        lock_chain(chain_key(record))
        # Read anew: a withdrawn consent may have changed the key since, and somebody may have erased it.
        commenter = Commenter.objects.get(opinion=opinion)
        if commenter.erased_at is not None:
            return
        if commenter.key_id is not None:
            key_store.destroy_data_key(commenter.key_id, now=now)
        commenter.sealed, commenter.erased_at = None, now
        commenter.save(update_fields=["sealed", "erased_at"])
        mails.drop_mails(opinion)
        erase_notes(opinion)
        payload = {"numbers": [opinion.number], "part": "page_two"}
        write_entry(record=record, act="erased", role=role, now=now, payload=payload, user=user)
        transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))
