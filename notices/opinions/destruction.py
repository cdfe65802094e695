"""Destroying unlawful content: one person proposes with ground and reason, another, an operator, decides.

Number, village, dates and ledger entries stay; the text, its redactions and files are overwritten or lose their keys.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.ledger.services import lock_chain
from notices.opinions import mails, signals, traces
from notices.opinions.files import erase_files
from notices.opinions.models import (
    DestructionGround,
    DestructionProposal,
    Opinion,
    ProposalState,
    PublicRelease,
    WithdrawnBecause,
)
from notices.opinions.permissions import may_answer
from notices.opinions.redaction import quotes
from notices.opinions.text import clean_line, clean_text
from notices.permissions import is_operator
from notices.sealing.erasure_log import note_content
from notices.services import chain_key, write_entry

LAPSES_AFTER = timedelta(days=30)


def may_propose(user: Any, opinion: Opinion) -> bool:
    """Whether the person may propose to destroy the content: the proponent's staff or an operator."""
    return opinion.destroyed_at is None and (is_operator(user) or may_answer(user, opinion.notice))


def may_decide(user: Any, proposal: DestructionProposal) -> bool:
    """Whether the person may decide: an operator who is not the one who proposed."""
    return is_operator(user) and proposal.proposed_by_id != user.pk


def open_proposal(opinion: Opinion) -> DestructionProposal | None:
    """Return the proposal that waits for a decision, None when there is none."""
    proposal: DestructionProposal | None = opinion.destruction_proposals.filter(
        state=ProposalState.OPEN
    ).first()
    return proposal


@transaction.atomic
def propose_destruction(
    *, opinion: Opinion, ground: str, document: str, reason: str, user: Any, now: datetime
) -> DestructionProposal:
    """Propose to destroy the content of an opinion.

    Raises PermissionDenied, and ValidationError with fields for what is missing, quotes the content, or comes twice.
    """
    if not may_propose(user, opinion):
        raise PermissionDenied
    document, reason = clean_line(document), clean_text(reason)
    _check_words(opinion, document=document, reason=reason)
    record = opinion.notice.record
    lock_chain(chain_key(record))
    if opinion.destruction_proposals.filter(state__in=(ProposalState.OPEN, ProposalState.CONFIRMED)).exists():
        raise ValidationError(_("这条意见已经有待确认或者已确认的销毁申请。"))
    proposal = DestructionProposal(
        opinion=opinion,
        ground=DestructionGround(ground),
        document=document,
        reason=reason,
        proposed_by=user,
        proposed_at=now,
    )
    proposal.save(force_insert=True)
    _enter(proposal, "destruction_proposed", "operator" if is_operator(user) else "proponent", user, now)
    return proposal


def _check_words(opinion: Opinion, **words: str) -> None:
    errors = {}
    for name, said in words.items():
        if not said:
            errors[name] = _("请填写，留存备查。")
        elif quotes(said, opinion.text):
            errors[name] = _("请不要引用意见中的文字，只写性质和依据。")
    if errors:
        raise ValidationError(errors)


def _enter(proposal: DestructionProposal, act: str, role: str, user: Any, now: datetime) -> None:
    payload = {"numbers": [proposal.opinion.number], "ground": str(proposal.ground)}
    record = proposal.opinion.notice.record
    write_entry(record=record, act=act, role=role, now=now, payload=payload, user=user)


def _open_and_locked(proposal: DestructionProposal) -> DestructionProposal:
    """Return the proposal read anew under its notice's chain lock. Raises ValidationError when it is decided."""
    lock_chain(chain_key(proposal.opinion.notice.record))
    fresh: DestructionProposal = DestructionProposal.objects.select_related("opinion__notice__record").get(
        pk=proposal.pk
    )
    if fresh.state != ProposalState.OPEN:
        raise ValidationError(_("这份申请已经处理过了。"))
    return fresh


def _decide(
    proposal: DestructionProposal, state: ProposalState, *, user: Any, now: datetime, reason: str = ""
) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, user, now
    proposal.decision_reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


@transaction.atomic
def reject_destruction(*, proposal: DestructionProposal, reason: str, user: Any, now: datetime) -> None:
    """Turn a proposal down, with a reason. Raises PermissionDenied, ValidationError."""
    if not may_decide(user, proposal):
        raise PermissionDenied
    reason = clean_text(reason)
    _check_words(proposal.opinion, reason=reason)
    fresh = _open_and_locked(proposal)
    _decide(fresh, ProposalState.REJECTED, user=user, now=now, reason=reason)
    _enter(fresh, "destruction_rejected", "operator", user, now)


def confirm_destruction(*, proposal: DestructionProposal, user: Any, now: datetime) -> None:
    """Decide that the content is destroyed, and destroy it for ever.

    1. the decision is recorded, so that nobody decides otherwise any more, 2. files lose their keys, 3. text, redactions
    and salts are overwritten, with the ledger entry, in one transaction, 4. the log of the database is emptied. What breaks
    off after the first step is done by ``finish_destructions``.
    Raises PermissionDenied, and ValidationError when the proposal is open no longer.
    """
    if not may_decide(user, proposal):
        raise PermissionDenied
    with transaction.atomic():
        fresh = _open_and_locked(proposal)
        if fresh.proposed_at + LAPSES_AFTER <= now:
            raise ValidationError(_("这份申请已超过三十天，请重新提出。"))
        _decide(fresh, ProposalState.CONFIRMED, user=user, now=now)
    _destroy(fresh, role="operator", user=user, now=now)


def _destroy(proposal: DestructionProposal, *, role: str, user: Any, now: datetime) -> None:
    destroy_content(
        opinion=proposal.opinion, ground=DestructionGround(proposal.ground), role=role, user=user, now=now
    )


def destroy_content(
    *, opinion: Opinion, ground: DestructionGround, role: str, user: Any, now: datetime
) -> None:
    """Do what was decided, here or before a backup was restored; may be called again after a break."""
    record = opinion.notice.record
    note_content(opinion.number, ground, now=now)
    erase_files(opinion=opinion, now=now, role=role, user=user)
    with transaction.atomic():
        lock_chain(chain_key(record))
        opinion = Opinion.objects.get(pk=opinion.pk)
        if opinion.destroyed_at is not None:
            return
        PublicRelease.objects.filter(opinion=opinion, withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=user, withdrawn_because=WithdrawnBecause.DESTROYED
        )
        opinion.destroy_content(now=now)
        mails.drop_receipt(opinion)
        payload = {"numbers": [opinion.number], "part": "page_one", "ground": str(ground)}
        write_entry(record=record, act="erased", role=role, now=now, payload=payload, user=user)
        transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))
    traces.empty_log()


def finish_destructions(*, now: datetime) -> int:
    """Destroy what two people decided to destroy and a break left; return how many."""
    left = DestructionProposal.objects.filter(state=ProposalState.CONFIRMED, opinion__destroyed_at=None)
    count = 0
    for proposal in left.select_related("opinion__notice__record"):
        _destroy(proposal, role="portal", user=None, now=now)
        count += 1
    return count


def lapse_proposals(*, now: datetime) -> int:
    """Let proposals lapse that nobody decided in thirty days; return how many."""
    due = DestructionProposal.objects.filter(
        state=ProposalState.OPEN, proposed_at__lte=now - LAPSES_AFTER
    ).select_related("opinion__notice__record")
    return sum(_lapse(proposal, now) for proposal in due)


@transaction.atomic
def _lapse(proposal: DestructionProposal, now: datetime) -> bool:
    try:
        fresh = _open_and_locked(proposal)
    except ValidationError:
        return False  # decided since the list was read
    _decide(fresh, ProposalState.LAPSED, user=None, now=now)
    _enter(fresh, "destruction_lapsed", "portal", None, now)
    return True
