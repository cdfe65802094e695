"""Opening a file that came with an opinion, never without a record of it.

A photo may show a house or a face, a letter is signed: files can say who wrote. So they are open like page one only to those who
must weigh them, the proponent's staff (Art. 18) and the approval authority, and to everybody else like page two, on a lawful
ground with a reason. Of a photo the former get a copy without place and device; its original is page two for all. Where the
writer restricted page two, so is every other file, for it is handed out only as it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.capacity import ledger_role
from notices.opinions import file_vault
from notices.opinions.access import RESTRICTED, is_readable
from notices.opinions.models import AccessBasis, Commenter, FileAccess, Opinion, OpinionFile
from notices.opinions.permissions import bases_for, may_answer, may_read_contacts
from notices.opinions.pictures import COPY_TYPE, copy_without_traces
from notices.opinions.text import clean_text
from notices.permissions import is_officer, is_operator
from notices.reasons import is_reason
from notices.services import write_entry

FILES_RESTRICTED = gettext_lazy("本人已要求限制使用身份信息，附件可能显示身份，不能下载。请按意见内容答复。")
_EXTENSIONS = {"JPG": "jpg", "PNG": "png", "WebP": "webp", "HEIC": "heic", "PDF": "pdf", "DOCX": "docx"}


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it is handed out; its name is made of the receipt number, for the writer's may hold a name."""

    name: str
    content_type: str
    data: bytes


def may_open_files(user: Any, opinion: Opinion) -> bool:
    """Whether the files of an opinion are open to the person together with page one."""
    if is_operator(user):
        return False
    if not is_officer(user):
        return may_answer(user, opinion.notice)
    project = opinion.notice.project
    authority = project.approval_authority_id if project else None
    return authority is not None and user.offices.filter(pk=authority).exists()


def file_context(opinion: Opinion, user: Any, *, now: datetime) -> dict[str, Any]:
    """Return the files of an opinion, who opened them, and what the person may open, for the register's entry."""
    files = list(opinion.files.all())
    opened = FileAccess.objects.filter(file__in=files).select_related("file", "read_by") if files else []
    return {
        "files": files,
        "file_accesses": list(opened),
        "may_open_files": bool(files) and may_open_files(user, opinion),
        "originals_closed": bool(files) and _is_restricted(opinion),
        "may_open_originals": bool(files) and bool(bases_for(user, opinion.notice.record, now=now)),
    }


def hand_out(*, file: OpinionFile, user: Any, now: datetime) -> Handed:
    """Return a document, or the copy of a photo, to somebody to whom it is open with page one.

    Raises PermissionDenied, ValidationError for a document whose writer restricted page two, KeyMissingError for an erased file,
    FileDamagedError.
    """
    opinion = _opinion_of(file)
    if not may_open_files(user, opinion):
        raise PermissionDenied
    if not file.is_picture and _is_restricted(opinion):
        raise ValidationError(FILES_RESTRICTED)
    _record(file, user=user, now=now, original=not file.is_picture)
    data = file_vault.read(file)
    if not file.is_picture:
        return Handed(_name(file, opinion), file.content_type, data)
    try:
        copy = copy_without_traces(data)
    except OSError:
        raise file_vault.FileDamagedError from None
    return Handed(f"{PurePath(_name(file, opinion)).stem}.jpg", COPY_TYPE, copy)


def hand_out_original(
    *, file: OpinionFile, user: Any, basis: AccessBasis, reason: str, now: datetime
) -> Handed:
    """Return a file as it was taken, to somebody who may read page two on the ground given.

    Raises PermissionDenied, ValidationError without a reason or where its writer restricted page two, KeyMissingError for an erased file, FileDamagedError.
    """
    opinion, reason = _opinion_of(file), clean_text(reason)
    if not may_read_contacts(user, opinion.notice.record, AccessBasis(basis), now=now):
        raise PermissionDenied
    # Read anew: it may have been restricted since the file was looked up.
    if not is_readable(Opinion.objects.get(pk=opinion.pk), AccessBasis(basis)):
        raise ValidationError(RESTRICTED)
    if not is_reason(reason):
        raise ValidationError({"reason": _("请写明查阅原因，原因会留存备查。")})
    with transaction.atomic():
        _record(file, user=user, now=now, original=True, basis=basis, reason=reason)
        payload = {"basis": str(AccessBasis(basis)), "count": 1}
        role, record = ledger_role(user), opinion.notice.record
        write_entry(record=record, act="original_read", role=role, now=now, payload=payload, user=user)
    return Handed(_name(file, opinion), file.content_type, file_vault.read(file))


def _is_restricted(opinion: Opinion) -> bool:
    # Asked anew: it may have been restricted since the opinion was read.
    return Commenter.objects.filter(opinion=opinion, restricted_at__isnull=False).exists()


def _opinion_of(file: OpinionFile) -> Opinion:
    if file.opinion is None:
        raise PermissionDenied  # nobody opens what was never sent
    return file.opinion


def _record(
    file: OpinionFile, *, user: Any, now: datetime, original: bool, basis: str = "", reason: str = ""
) -> None:
    FileAccess(file=file, original=original, basis=basis, reason=reason, read_by=user, read_at=now).save(
        force_insert=True
    )


def _name(file: OpinionFile, opinion: Opinion) -> str:
    number = list(opinion.files.values_list("pk", flat=True)).index(file.pk) + 1
    return f"{opinion.number}-{number}.{_EXTENSIONS.get(file.kind, 'bin')}"
