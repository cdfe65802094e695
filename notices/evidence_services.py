"""Filing evidence: dated records and the files that prove them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.attachment_services import clean_file_name
from notices.content_store import sniff_type, store
from notices.models.evidence import (
    Evidence,
    EvidenceFile,
    Meeting,
    NewspaperInsertion,
    OtherChannel,
    PaperViewing,
    SitePosting,
)

_OWNERS: dict[type[Evidence], str] = {
    NewspaperInsertion: "insertion",
    SitePosting: "posting",
    PaperViewing: "viewing",
    OtherChannel: "channel",
    Meeting: "meeting",
}
_TYPES = {"application/pdf", "image/jpeg", "image/png", "image/webp"}
MAX_BYTES = 30 * 1024 * 1024


def check_evidence_file(upload: Any) -> None:
    """Raise ValidationError when a file is empty, too large or no picture or PDF."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("“%(name)s”超过 30 MB，请压缩后再传。"), params={"name": upload.name})
    if sniff_type(upload) not in _TYPES:
        raise ValidationError(_("“%(name)s”不是 PDF、JPG 或 PNG 文件。"), params={"name": upload.name})


@transaction.atomic
def file_evidence(*, evidence: Evidence, uploads: list[Any], user: Any) -> Evidence:
    """Save a record of evidence, new or mended, and hang its files on it.

    Works on locked notices as well: proof is gathered while a notice stands. Raises ValidationError for a bad file.
    """
    if evidence.pk is None:
        evidence.recorded_by = user
    evidence.save()
    for upload in uploads:
        check_evidence_file(upload)
        stored = store(upload)
        EvidenceFile.objects.create(
            **{_OWNERS[type(evidence)]: evidence},
            file_name=clean_file_name(upload.name or ""),
            file=stored.name,
            sha256=stored.sha256,
            size=stored.size,
            content_type=stored.content_type,
            uploaded_by=user,
        )
    return evidence


def owner_of(file: EvidenceFile) -> Evidence:
    """Return the record that a file belongs to."""
    return next(owner for name in _OWNERS.values() if (owner := getattr(file, name)) is not None)
