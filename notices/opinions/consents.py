"""What a commenter takes back: consents at once, and the use of the contact. Asked for with number and look-up code.

The callers have checked the code; it is all that says who asks, so both acts only ever narrow what may be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from notices.ledger.services import lock_chain
from notices.opinions import key_store, mails, signals
from notices.opinions.models import Commenter, Opinion
from notices.opinions.page_two import Sealed, seal, unseal
from notices.services import chain_key, write_entry


class Consent(models.TextChoices):
    """The consents of page two, named as their fields."""

    PUBLISH_PERSONAL = "publish_personal", _("公开个人信息")
    SHOW_TEXT = "show_text", _("隐去身份后公开意见内容")
    ID_NUMBER = "id_number_consent", _("处理身份证号")


def given_consents(commenter: Commenter) -> list[Consent]:
    """Return the consents that stand."""
    return [consent for consent in Consent if getattr(commenter, consent.value)]


def withdraw_consents(*, opinion: Opinion, consents: Iterable[Consent], now: datetime) -> list[Consent]:
    """Withdraw consents and return those that stood until now; what they covered ends with them.

    With the consent to its use the ID number goes: 1. page two is sealed without it under a new key, 2. the ledger entry
    carries the new commitment of page two, which from then on counts in place of that in ``opinion_received``, 3. the old
    key is destroyed, so that no copy of the old row can be opened. The old key goes last: were it destroyed first and the
    second step failed, the contact would be lost too.
    Raises PermissionDenied for an opinion recorded on behalf, whose code staff have seen.
    """
    commenter = _own_commenter(opinion)
    asked = [consent for consent in given_consents(commenter) if consent in set(consents)]
    if not asked:
        return []
    sealed = _without_id_number(commenter, now) if Consent.ID_NUMBER in asked else None
    old_key = commenter.key_id
    # Not in a ``finally``: a connection that breaks at the end may have committed, and then page two lies under the new key.
    # Whether anything names it shows when the orphans are cleared.
    withdrawn, used = _withdraw(opinion, asked, sealed, old_key=old_key, now=now)
    if sealed is not None and not used:
        key_store.discard_data_key(sealed.key_id)
    if used and old_key is not None:
        key_store.destroy_data_key(old_key, now=now)
    return withdrawn


@transaction.atomic
def _withdraw(
    opinion: Opinion, asked: list[Consent], sealed: Sealed | None, *, old_key: UUID | None, now: datetime
) -> tuple[list[Consent], bool]:
    """Return what was withdrawn, and whether page two was replaced by ``sealed``."""
    record = opinion.notice.record
    lock_chain(chain_key(record))
    commenter = Commenter.objects.get(opinion=opinion)
    withdrawn = [consent for consent in given_consents(commenter) if consent in asked]
    if not withdrawn:
        return [], False
    changed = ["consents_changed_at", *(consent.value for consent in withdrawn)]
    payload: dict[str, Any] = {"numbers": [opinion.number]}
    for consent in withdrawn:
        setattr(commenter, consent.value, False)
    # Between reading and locking it may have been erased, or sealed anew by the same request sent twice.
    used = sealed is not None and commenter.erased_at is None and commenter.key_id == old_key
    if sealed is not None and used:
        commenter.sealed, commenter.key_id = sealed.data, sealed.key_id
        changed += ["sealed", "key_id"]
        mails.move_mails(opinion, sealed.key_id)
        payload["page_two"] = sealed.commitment
    commenter.consents_changed_at = now
    commenter.save(update_fields=changed)
    write_entry(record=record, act="consent_withdrawn", role="public", now=now, payload=payload)
    transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))
    return withdrawn, used


def _without_id_number(commenter: Commenter, now: datetime) -> Sealed | None:
    """Return page two sealed without its ID number, None where it cannot be opened any more.

    The portal opens it for its writer; nobody sees it, so no access is recorded.
    """
    try:
        return seal(replace(unseal(commenter), id_number=""), now=now)
    except key_store.KeyMissingError:
        return None


@transaction.atomic
def restrict_contact(*, opinion: Opinion, now: datetime) -> bool:
    """Restrict the use of page two (个人信息保护法 第44条): nobody but the approval authority reads it, no mail is sent.

    Returns False when it was restricted before. Raises PermissionDenied for an opinion recorded on behalf.
    """
    _own_commenter(opinion)
    record = opinion.notice.record
    lock_chain(chain_key(record))
    commenter = Commenter.objects.get(opinion=opinion)
    if commenter.restricted_at is not None:
        return False
    commenter.restricted_at = now
    commenter.save(update_fields=["restricted_at"])
    mails.drop_mails(opinion)
    payload = {"numbers": [opinion.number]}
    write_entry(record=record, act="contact_restricted", role="public", now=now, payload=payload)
    transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))
    return True


def _own_commenter(opinion: Opinion) -> Commenter:
    """Return page two of an opinion whose code only its writer has."""
    if opinion.transcriber_id is not None:
        raise PermissionDenied
    return Commenter.objects.get(opinion=opinion)
