"""What must be on file before a notice opens, beside the rules: agreement, authorisations, confirmation, four eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import WorkflowState

from notices.capacity import is_authorised
from notices.content_hash import content_hash
from notices.correction_rules import prepared_wording
from notices.models.parties import Consultant, PublicationConfirmation
from notices.statutory.facts import NoticeKind

if TYPE_CHECKING:
    from notices.models import Attachment, NoticePage, NoticeRecord

FOUR_EYES = gettext_lazy("起草、修改、上传附件或者提交过这份公示的人不能核对它，请其他管理员办理。")
TAKES_OPINIONS = (NoticeKind.FIRST_ROUND, NoticeKind.DRAFT_REPORT)


# Says what stands against the files of a draft that only a higher app can judge; it answers within a transaction, quickly.
GapProvider = Callable[["NoticePage"], Sequence[str]]
_providers: list[GapProvider] = []


def register_gaps(provider: GapProvider) -> None:
    """Add a provider, once; apps do so in ``ready()``."""
    if provider not in _providers:
        _providers.append(provider)


def filing_gaps(page: NoticePage, *, on: date) -> list[str]:
    """Return what the 建设单位 of a notice has still to file or to replace before its approval, and who does it."""
    return agreement_gaps(page) + _authorisation_gaps(page, on=on) + file_gaps(page)


def file_gaps(page: NoticePage) -> list[str]:
    """Return what stands against the files of a notice, as the registered providers judge now."""
    return [gap for provider in _providers for gap in provider(page)]


def agreement_gaps(page: NoticePage) -> list[str]:
    """Return what to do about the missing agreement of 个人信息保护法 Art. 21."""
    if not _takes_opinions(page) or page.get_parent().specific.agreements.exists():
        return []
    return [
        _(
            "建设单位还没有备案委托处理协议。公开以后会收到公众的个人信息，"
            "请建设单位或平台管理员先在“建设单位”页上传签字盖章的协议（个人信息保护法第二十一条）。"
        )
    ]


def _authorisation_gaps(page: NoticePage, *, on: date) -> list[str]:
    """Return what to do about each consultant that has an account in use and no authorisation valid on the day."""
    if not _takes_opinions(page):
        return []
    at_work = Consultant.objects.filter(
        proponent=page.get_parent().pk, delegates__user__is_active=True
    ).distinct()
    return [
        _("%(name)s的授权书未备案，或者已过有效期。请建设单位或平台管理员在“建设单位”页上传（第六条）。")
        % {"name": consultant.name}
        for consultant in at_work
        if not is_authorised(consultant, on=on)
    ]


def _takes_opinions(page: NoticePage) -> bool:
    return bool(page.path) and page.kind in TAKES_OPINIONS


def wording_digest(page: NoticePage) -> str:
    """Return what a confirmation is bound to: the SHA-256 over the fingerprint of wording and files and the planned date."""
    return _digest(page, page.files())


def submitted_wording(page: NoticePage) -> NoticePage:
    """Return the draft as last saved, with the files that go with it: those of the version to come in a correction."""
    latest: NoticePage = page.get_latest_revision_as_object()
    correction = page.record.correction_being_edited
    return prepared_wording(latest, correction) if correction is not None else latest


def typed_digest(page: NoticePage) -> str:
    """Return the same of the words alone, of a page in memory, saved or not."""
    return _digest(page, ())


def _digest(page: NoticePage, attachments: Iterable[Attachment]) -> str:
    return sha256(f"{content_hash(page, attachments)} {page.planned_date}".encode()).hexdigest()


def current_confirmation(record: NoticeRecord, page: NoticePage) -> PublicationConfirmation | None:
    """Return the confirmation that fits the wording of ``page``, the latest one; None when there is none."""
    given = [confirmation for confirmation in record.confirmations.all() if confirmation.digest]
    if not given:
        return None
    digest = wording_digest(page)
    return next((confirmation for confirmation in given if confirmation.digest == digest), None)


def confirmation_gap(record: NoticeRecord, page: NoticePage) -> str:
    """Return why the wording of ``page`` may not be published yet, empty when its 建设单位 has confirmed it."""
    if current_confirmation(record, page) is not None:
        return ""
    if record.confirmations.exists():
        return _("建设单位确认以后，内容又有改动，原来的确认不再有效。请建设单位对现在的文本重新确认公开。")
    return _(
        "建设单位还没有确认公开这份文本。请建设单位的账号在“公开确认”页确认，或者上传盖章扫描件（第六条）。"
    )


def has_written(page: NoticePage, user: Any) -> bool:
    """Whether the person has a part in what now waits for its check, by whatever path.

    Created the draft, submitted it, put a file on it, or saved a revision that says something else than the one
    before it, since the draft began or the notice was last published.
    """
    if user is None or user.pk is None:
        return False
    record, files = page.record, page.attachments.filter(uploaded_by=user)
    if record.revision_id is None and (page.owner_id == user.pk or files.exists()):
        return True
    if files.filter(since_version__gt=max(record.version, 1)).exists():
        return True
    asked = WorkflowState.objects.for_instance(page).filter(
        status=WorkflowState.STATUS_IN_PROGRESS, requested_by=user
    )
    return asked.exists() or _has_changed_wording(page, user)


def _has_changed_wording(page: NoticePage, user: Any) -> bool:
    revisions = page.revisions.order_by("created_at", "pk")
    base = page.record.revision
    if base is not None:
        revisions = revisions.filter(created_at__gte=base.created_at)
    if not revisions.filter(user=user).exists():
        return False
    previous = None
    for revision in revisions.iterator(chunk_size=20):
        digest = typed_digest(revision.as_object())
        is_base = base is not None and revision.pk == base.pk
        if revision.user_id == user.pk and digest != previous and not is_base:
            return True
        previous = digest
    return False
