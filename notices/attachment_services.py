"""Adding a file to a draft or to a correction, and taking it off again."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices import signals
from notices.content_store import StoredFile, sniff_type, store
from notices.local_copies import local_copy
from notices.models.attachments import (
    PDF_TYPE,
    READABLE_TYPES,
    Attachment,
    AttachmentKind,
)
from notices.models.corrections import CorrectionClass
from notices.models.pages import NoticePage
from notices.models.records import NoticeRecord, NoticeStage
from notices.statutory.identifiers import personal_data_in
from search.extraction import PageText, inspect_document

_TYPES = {*READABLE_TYPES, "image/jpeg", "image/png", "image/webp"}
_REPORTS = {AttachmentKind.DRAFT_REPORT, AttachmentKind.FULL_REPORT}
# Of personal data; beyond that a file is to be gone through anyway.
MAX_SAMPLES = 50
MAX_PAGES_NAMED = 20


def clean_file_name(name: str) -> str:
    """Return the last part of a file name without control characters, at most 200 characters, never empty."""
    base = PurePath(name.replace("\\", "/")).name
    kept = "".join(char for char in base if char.isprintable()).strip()
    return kept[-200:] or "file"


def _check(upload: Any, kind: str) -> None:
    if upload.size == 0:
        raise ValidationError(_("文件是空的，请重新选择。"))
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise ValidationError(_("文件超过 %(limit)s MB，请分册上传。"), params={"limit": limit})
    content_type = sniff_type(upload)
    if content_type not in _TYPES:
        raise ValidationError(_("只接受 PDF、DOCX、JPG、PNG 文件；压缩包、加密文件请先解开。"))
    if kind in _REPORTS and content_type != PDF_TYPE:
        raise ValidationError(_("报告书全文请上传 PDF 文件。"))


def _version_in_preparation(notice: NoticePage) -> int:
    """Return the version to which files may be added now: the first of a draft, the next in a correction.

    Reads the stage anew, under a lock where there is a transaction to hold it. Raises ValidationError.
    """
    records = NoticeRecord.objects.filter(page_id=notice.pk)
    if transaction.get_connection().in_atomic_block:
        records = records.select_for_update()
    record = records.get()
    if record.stage == NoticeStage.DRAFT:
        return 1
    correction = record.correction_being_edited
    if correction is None:
        raise ValidationError(_("公示已核对或已公开，不能再增减附件。"))
    if correction.correction_class != CorrectionClass.STATUTORY:
        raise ValidationError(_("文字更正不能增减附件。请先把更正改为“法定事项变更”。"))
    return correction.base_version + 1


def _inspect(stored: StoredFile) -> dict[str, Any]:
    """Return what is kept of a file's inside; raise ValidationError with every reason not to take it."""
    if stored.content_type not in READABLE_TYPES:
        return {}
    with local_copy(stored.name) as path:
        found = inspect_document(path)
    if found.reasons:
        raise ValidationError(list(found.reasons))
    return {
        "pages": found.page_count if stored.content_type == PDF_TYPE else None,
        "text_share": found.text_share,
        "pages_without_text": list(found.pages_without_text),
        "personal_data": _personal_data(found.pages),
    }


def _personal_data(pages: tuple[PageText, ...]) -> list[dict[str, Any]]:
    """Return each masked number once with the pages it stands on, as far as a person needs to find it."""
    found: dict[str, list[int]] = {}
    for page in pages:
        for sample in personal_data_in(page.text):
            found.setdefault(sample, []).append(page.number)
    return [
        {"sample": sample, "pages": numbers[:MAX_PAGES_NAMED]}
        for sample, numbers in islice(found.items(), MAX_SAMPLES)
    ]


def add_attachment(
    *,
    notice: NoticePage,
    upload: Any,
    kind: str,
    title: str,
    user: Any,
    now: datetime,
    redaction_note: str = "",
) -> Attachment:
    """Store a file and attach it to a draft, or to the version that a correction prepares.

    Raises ValidationError when nothing may be added to the notice, or the file is empty, too large, encrypted,
    damaged or of a type that cannot be published.
    """
    _version_in_preparation(notice)
    _check(upload, kind)
    stored = store(upload)
    facts = _inspect(stored)
    name = clean_file_name(upload.name or "")
    with transaction.atomic():
        # Reading a large file takes its time; the notice may have been approved meanwhile.
        version = _version_in_preparation(notice)
        attachment = Attachment.objects.create(
            notice=notice,
            kind=kind,
            title=title.strip() or str(AttachmentKind(kind).label),
            file_name=name,
            file=stored.name,
            sha256=stored.sha256,
            size=stored.size,
            content_type=stored.content_type,
            **facts,
            redaction_note=redaction_note,
            uploaded_by=user,
            uploaded_at=now,
            since_version=version,
        )
        transaction.on_commit(
            lambda: signals.attachment_added.send(Attachment, attachment=attachment, now=now)
        )
    return attachment


@transaction.atomic
def remove_attachment(*, attachment: Attachment) -> None:
    """Take a file off a draft, or off the version that a correction prepares: earlier versions keep it.

    The stored bytes stay until nothing refers to them.
    """
    version = _version_in_preparation(attachment.notice)
    if attachment.since_version >= version:
        attachment.delete()
    else:
        attachment.until_version = version - 1
        attachment.save(update_fields=["until_version"])
