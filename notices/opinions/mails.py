"""Mails to commenters who left an e-mail address: the receipt, and word of an answer.

Nobody reads page two for them: the portal itself opens the address and seals it again in the outbox, under the same key, so
that a mail is erased with page two wherever a copy of it lies; no access is recorded. No other code may open page two
without a record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import Answer, Commenter, ContactKind, Opinion, OpinionFile
from notices.opinions.numbering import grouped
from notices.opinions.page_two import PageTwo, unseal
from notices.outbox.delivery import KeyGoneError
from notices.outbox.models import MailState, OutboxMail
from notices.outbox.services import queue_mail, reseal_mails
from notices.record_language import in_chinese

logger = logging.getLogger(__name__)


def _key(opinion: Opinion, occasion: str = "") -> str:
    return f"opinion:{opinion.number}:{occasion}"


@in_chinese
def queue_receipt(
    opinion: Opinion, page_two: PageTwo | None, files: Sequence[OpinionFile], *, code: str, now: datetime
) -> None:
    """Queue the receipt for a writer who left an e-mail address, in the caller's transaction; never fail it.

    The look-up code goes along: the mail is a form of the receipt, sent to the address that the writer named, and whoever
    loses the page could otherwise never see the answer. A stranger behind a mistyped address learns page one at most;
    with the code consents can only be taken back, and page two is never shown.
    """
    if page_two is None or page_two.contact_kind != ContactKind.EMAIL:
        return
    try:
        body = render_to_string(
            "emails/opinion_receipt.txt",
            {
                "opinion": opinion,
                "files": files,
                "entry": opinion.ledger_entry,
                "page": opinion.notice,
                "record": opinion.notice.record,
                "code_groups": grouped(code),
                "lookup_url": _lookup_url(),
            },
        )
        queue_mail(
            to=page_two.contact,
            subject=_("意见回执 %(number)s") % {"number": opinion.number},
            body=body,
            category="opinion_receipt",
            key=_key(opinion, "receipt"),
            now=now,
            key_id=opinion.commenter.key_id,
        )
    except Exception:
        # No traceback: its frames hold the address. An opinion is never lost for its mail.
        logger.error("the receipt mail of opinion %s was not queued", opinion.number)


def has_mail_readers(opinion_ids: Iterable[int]) -> bool:
    """Whether anybody among the writers of these opinions is to be told by e-mail."""
    return _with_address().filter(opinion__in=list(opinion_ids)).exists()


class MailsNotQueuedError(Exception):
    """Mails could not be queued; what went wrong with each is left out, for it may hold an address."""


@in_chinese
def queue_answer_mails(*, answer: Answer, now: datetime) -> int:
    """Queue word of an answer for everyone whom it serves and who left an e-mail address; return how many are new.

    One that fails stops no other; then MailsNotQueuedError says in the end how many failed, and the call can be made again.
    """
    commenters = _with_address().filter(opinion__answer=answer)
    rows = commenters.select_related("opinion__notice__record", "opinion__answer").order_by("pk")
    queued = failed = 0
    for commenter in rows.iterator(chunk_size=200):
        try:
            queued += _queue_answer(commenter, answer, now)
        except Exception as error:
            number = commenter.opinion.number
            logger.error("the answer mail of opinion %s was not queued: %s", number, type(error).__name__)
            failed += 1
    if failed:
        raise MailsNotQueuedError(f"{failed} of the mails on answer {answer.pk} were not queued")
    return queued


def _with_address() -> QuerySet[Commenter]:
    return Commenter.objects.filter(
        contact_kind=ContactKind.EMAIL, restricted_at=None, erased_at=None, sealed__isnull=False
    )


def _queue_answer(commenter: Commenter, answer: Answer, now: datetime) -> bool:
    opinion = commenter.opinion
    try:
        address = unseal(commenter).contact
    except KeyMissingError:
        return False
    context = {
        "opinion": opinion,
        "page": opinion.notice,
        "record": opinion.notice.record,
        "answer": answer,
        "lookup_url": _lookup_url(),
    }
    try:
        mail = queue_mail(
            to=address,
            subject=_("意见答复 %(number)s") % {"number": opinion.number},
            body=render_to_string("emails/opinion_answered.txt", context),
            category="opinion_answer",
            key=_key(opinion, f"answer:{answer.pk}"),
            now=now,
            key_id=commenter.key_id,
        )
    except KeyGoneError:
        return False
    return mail is not None


def drop_mails(opinion: Opinion) -> None:
    """Delete the mails of an opinion that are not out yet: its contact may not be used any more."""
    _waiting(opinion).delete()


def drop_receipt(opinion: Opinion) -> None:
    """Delete the receipt of an opinion that is not out yet: it holds what is destroyed now, text or names of files."""
    _waiting(opinion).filter(key=_key(opinion, "receipt")).delete()


def move_mails(opinion: Opinion, key_id: UUID) -> None:
    """Seal the mails that are not out yet under the new key of page two, before the old one is destroyed."""
    reseal_mails(mails=_waiting(opinion), key_id=key_id)


def _waiting(opinion: Opinion) -> QuerySet[OutboxMail]:
    mails = OutboxMail.objects.filter(key__startswith=_key(opinion))
    return mails.filter(state__in=(MailState.QUEUED, MailState.FAILED))


def undelivered(opinion: Opinion) -> list[str]:
    """Return in words which mails of an opinion failed, for staff; never the address."""
    failed = OutboxMail.objects.filter(key__startswith=_key(opinion), state=MailState.FAILED)
    words = {"opinion_receipt": _("回执邮件未送达"), "opinion_answer": _("答复邮件未送达")}
    return sorted({words[category] for category in failed.values_list("category", flat=True)})


def _lookup_url() -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('receipt_lookup')}"
