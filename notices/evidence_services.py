"""Filing evidence: dated records and the files that prove them, each act an entry of the notice's ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.attachment_services import clean_file_name
from notices.content_store import StoredFile, sniff_type, store
from notices.local_copies import local_copy
from notices.models.evidence import (
    Evidence,
    EvidenceFile,
    Meeting,
    NewspaperInsertion,
    OtherChannel,
    PaperViewing,
    SitePosting,
)
from notices.models.records import NoticeRecord
from notices.photos import PhotoError, read_photo
from notices.services import write_entry
from search.extraction import inspect_document

_OWNERS: dict[type[Evidence], str] = {
    NewspaperInsertion: "insertion",
    SitePosting: "posting",
    PaperViewing: "viewing",
    OtherChannel: "channel",
    Meeting: "meeting",
}
MAX_BYTES = 30 * 1024 * 1024
POSTING_SPOT = "村务公开栏"


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file that was checked and stored, ready to be hung on a record."""

    name: str
    stored: StoredFile
    content_type: str
    taken_at: datetime | None


def prepare_file(upload: Any, *, most_bytes: int = MAX_BYTES) -> PreparedFile:
    """Check a file and store it, outside any transaction: hashing takes its time.

    Raises ValidationError for a file that is empty, too large, damaged, or no picture or PDF.
    """
    if isinstance(upload, PreparedFile):
        return upload
    name = clean_file_name(upload.name or "")
    params = {"name": name}
    if upload.size == 0:
        raise ValidationError(_("“%(name)s”是空文件，请重新选择。"), params=params)
    if upload.size > most_bytes:
        limit = most_bytes // (1024 * 1024)
        raise ValidationError(
            _("“%(name)s”超过 %(limit)s MB，请压缩后再传。"), params={**params, "limit": limit}
        )
    try:
        photo = read_photo(upload)
    except PhotoError as error:
        raise ValidationError(_photo_message(error.reason), params=params) from None
    if photo is None and sniff_type(upload) != "application/pdf":
        raise ValidationError(_("“%(name)s”不是照片或 PDF，请换成 JPG、PNG 或 PDF。"), params=params)
    stored = store(upload)
    if photo is not None:
        return PreparedFile(name, stored, photo.content_type, photo.taken_at)
    with local_copy(stored.name) as path:
        reasons = inspect_document(path).reasons
    if reasons:
        raise ValidationError([f"{name}：{reason}" for reason in reasons])
    return PreparedFile(name, stored, "application/pdf", None)


def _photo_message(reason: str) -> str:
    if reason == "heic":
        return _("“%(name)s”是 HEIC 照片，本机不能读取。请在手机上改存为 JPG 再传。")
    if reason == "huge":
        return _("“%(name)s”超过一亿二千万像素，请用普通模式拍摄后再传。")
    return _("“%(name)s”已损坏，请重新拍摄或重新选择。")


def file_evidence(
    *,
    evidence: Evidence,
    uploads: Sequence[Any],
    user: Any,
    now: datetime | None = None,
    moment: str = "",
) -> Evidence:
    """Save a record of evidence, new or mended, and hang its files on it.

    Works on locked notices as well: proof is gathered while a notice stands. ``moment`` says when in the life of a
    posting its photos were taken. Raises ValidationError for a bad file.
    """
    files = [prepare_file(upload) for upload in uploads]
    with transaction.atomic():
        is_new = evidence.pk is None
        changed = is_new or _has_changed(evidence)
        if is_new:
            evidence.recorded_by = user
        evidence.save()
        added = add_files(evidence=evidence, files=files, moment=moment, user=user)
        if changed or added:
            act = "evidence_filed" if is_new or not changed else "evidence_mended"
            _write(evidence, act=act, files=added, user=user, now=now or timezone.now())
    return evidence


def add_files(
    *,
    evidence: Evidence,
    files: Iterable[PreparedFile],
    user: Any,
    moment: str = "",
    by_qr: bool = False,
    note: str = "",
) -> list[EvidenceFile]:
    """Hang prepared files on a saved record, within the caller's transaction; one that hangs there already is left out."""
    owner = {_OWNERS[type(evidence)]: evidence}
    known = set(EvidenceFile.objects.filter(**owner).values_list("sha256", flat=True))
    added = []
    for file in files:
        if file.stored.sha256 in known:
            continue
        known.add(file.stored.sha256)
        added.append(
            EvidenceFile.objects.create(
                **owner,
                file_name=file.name,
                file=file.stored.name,
                sha256=file.stored.sha256,
                size=file.stored.size,
                content_type=file.content_type,
                taken_at=file.taken_at,
                moment=moment if isinstance(evidence, SitePosting) else "",
                by_qr=by_qr,
                note=note,
                uploaded_by=user,
            )
        )
    return added


@transaction.atomic
def add_photos_by_qr(
    *, posting: SitePosting, files: Sequence[PreparedFile], moment: str, note: str, now: datetime, most: int
) -> int:
    """Hang photos on a posting that somebody took at the spot, without an account; return how many were new.

    Raises ValidationError when more than ``most`` photos would hang on it by this way.
    """
    posting = SitePosting.objects.select_for_update().get(pk=posting.pk)
    there = posting.files.filter(by_qr=True).count()
    if there + len(files) > most:
        left = max(0, most - there)
        raise ValidationError(
            _("这个张贴点最多传 %(most)s 张，还可以传 %(left)s 张。"), params={"most": most, "left": left}
        )
    added = add_files(evidence=posting, files=files, user=None, moment=moment, by_qr=True, note=note)
    if added:
        _write(posting, act="evidence_filed", files=added, user=None, now=now)
    return len(added)


@transaction.atomic
def remove_evidence(*, evidence: Evidence, user: Any, now: datetime) -> None:
    """Delete a record on which no file hangs. Raises ValidationError when one does."""
    if evidence.files.exists():  # type: ignore[attr-defined]
        raise ValidationError(_("记录下已有文件，不能删除；登记有误的请修改记录。"))
    _write(evidence, act="evidence_removed", files=[], user=user, now=now)
    evidence.delete()


@transaction.atomic
def propose_postings(*, record: NoticeRecord, villages: Sequence[str], user: Any, now: datetime) -> int:
    """Make a posting for each village that has none yet; return how many were made."""
    there = list(SitePosting.objects.filter(notice_id=record.page_id).values_list("village", flat=True))
    made = 0
    for village in villages:
        if any(village in place for place in there):
            continue
        posting = SitePosting(notice=record.page, village=village, spot=POSTING_SPOT)
        file_evidence(evidence=posting, uploads=[], user=user, now=now)
        there.append(village)
        made += 1
    return made


@transaction.atomic
def renew_upload(*, posting: SitePosting) -> SitePosting:
    """Open the photo upload anew under a new code: codes printed before are worthless from now on."""
    posting = SitePosting.objects.select_for_update().get(pk=posting.pk)
    posting.upload_use, posting.upload_revoked = posting.upload_use + 1, False
    posting.save(update_fields=["upload_use", "upload_revoked"])
    return posting


@transaction.atomic
def revoke_upload(*, posting: SitePosting) -> SitePosting:
    """Close the photo upload of a posting."""
    posting = SitePosting.objects.select_for_update().get(pk=posting.pk)
    posting.upload_revoked = True
    posting.save(update_fields=["upload_revoked"])
    return posting


def owner_of(file: EvidenceFile) -> Evidence:
    """Return the record that a file belongs to."""
    return next(owner for name in _OWNERS.values() if (owner := getattr(file, name)) is not None)


def _facts(evidence: Evidence) -> dict[str, Any]:
    fields = (field for field in evidence._meta.concrete_fields if field.editable)
    return {
        field.attname: getattr(evidence, field.attname) for field in fields if field.name != "recorded_by"
    }


def _has_changed(evidence: Evidence) -> bool:
    before = type(evidence)._default_manager.get(pk=evidence.pk)
    return _facts(before) != _facts(evidence)


def _write(evidence: Evidence, *, act: str, files: Sequence[EvidenceFile], user: Any, now: datetime) -> None:
    """Write the public entry: what kind, which day, which files; never who."""
    day: date | None = evidence.day
    payload = {
        "kind": _OWNERS[type(evidence)],
        "record": evidence.pk,
        "date": day.isoformat() if day else None,
        "files": sorted(file.sha256 for file in files),
        "by_qr": any(file.by_qr for file in files),
    }
    record = NoticeRecord.objects.get(page_id=evidence.notice_id)  # type: ignore[attr-defined]
    write_entry(record=record, act=act, role="proponent", now=now, payload=payload, user=user)
