"""Sealing a notice: everything of it, page two and the keys included, to one key; recorded before anything is opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.archive.sealed import container
from notices.archive.sealed.contents import BATCH, ROWS, files_of, rows_of
from notices.archive.sealed.facts import Noted, facts_of
from notices.archive.sealed.hashing import Hashed, is_by_hash
from notices.archive.sealed.snapshot import snapshot
from notices.capacity import ledger_role
from notices.exports.models import ExportRecord, Profile
from notices.exports.services import profile_for
from notices.models import Meeting, NoticeRecord, NoticeStage
from notices.models.attachments import content_storage
from notices.opinions.key_transfer import carried_keys, carried_lookup_secrets
from notices.opinions.models import (
    AccessBasis,
    ContactAccess,
    FileAccess,
    Opinion,
    OpinionFile,
    RegistrationAccess,
)
from notices.opinions.permissions import may_read_contacts
from notices.reasons import is_reason
from notices.record_language import in_chinese
from notices.sealing.age import NotARecipientError, checked_recipient, sealed_to
from notices.services import write_entry

Progress = Callable[[int, int], None]
SEALED_FORMAT = "age"  # in the record of exports, beside the formats of tables
SEALED_KIND = "sealed"
NOT_A_KEY = gettext_lazy(
    "收件公钥不对。公钥以 age1 开头，共 62 个字符，由 new_archive_key 命令或者 age-keygen 工具生成。"
)
_KIB = 1024
# Grounds on which somebody reads all of page two; the proponent's are for single tasks.
_BASES = (AccessBasis.REVIEW, AccessBasis.REQUEST, AccessBasis.EXCEPTION)


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A finished package: where it lies, its SHA-256, size in bytes and ledger head, and the files that were not to be had."""

    path: Path
    sha256: str
    size: int
    head: str
    lacking: tuple[str, ...]


def offered_bases(user: Any, record: NoticeRecord, *, now: datetime) -> list[AccessBasis]:
    """Return the grounds on which a person may take the sealed package of a notice, nothing for most people."""
    if record.stage == NoticeStage.DRAFT:
        return []
    return [basis for basis in _BASES if may_read_contacts(user, record, basis, now=now)]


@in_chinese
def package_name(record: NoticeRecord, *, now: datetime) -> str:
    """Return the file name of a package."""
    return f"密封存档包-{record.code}-{timezone.localtime(now):%Y%m%d}.tar.age"


def seal_package(
    *,
    record: NoticeRecord,
    recipient: str,
    user: Any,
    basis: AccessBasis,
    purpose: str,
    now: datetime,
    target: Path,
    progress: Progress = lambda done, total: None,
) -> SealedPackage:
    """Write everything of a notice to ``target``, a new file that only the key of ``recipient`` opens.

    1. the access to page two, to files and to registrations is recorded with its ledger entries, 2. rows are read as they stand
    at one moment and stream into the package with keys and files, 3. the export is recorded and entered in the ledger; that
    entry is the first one that the package does not hold. Where a writer restricted the use of page two it travels as it lies,
    restriction included. Nothing stays at ``target`` when it fails. Raises PermissionDenied, ValidationError without purpose
    or key, OSError.
    """
    if basis not in offered_bases(user, record, now=now):
        raise PermissionDenied
    profile, purpose = profile_for(user, record.page), purpose.strip()
    if not is_reason(purpose):
        raise ValidationError({"purpose": _("请写明用途，用途会留存备查。")})
    try:
        recipient = checked_recipient(recipient)
    except NotARecipientError:
        raise ValidationError({"recipient": NOT_A_KEY}) from None
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as handle:
        try:
            _record_access(record, user, basis, purpose, now)
            with sealed_to(recipient, handle) as plain:
                made = _Making(record, plain, now, progress)
                made.write()
            handle.seek(0)
            digest, size = file_digest(handle, "sha256").hexdigest(), target.stat().st_size
            _record_export(record, user, profile, purpose, recipient, digest, now)
        except BaseException:
            target.unlink()
            raise
    return SealedPackage(target, digest, size, made.head, tuple(made.lacking))


class _Making:
    """One package on its way: what it named outside, its files and keys, and what was lacking."""

    def __init__(self, record: NoticeRecord, plain: IO[bytes], now: datetime, progress: Progress) -> None:
        self._record, self._now, self._progress = record, now, progress
        self._out = container.Writer(plain)
        self._noted = Noted(record)
        self._files: dict[str, None] = {}  # in their order, each once
        self._keys: set[UUID] = set()
        self.lacking: list[str] = []
        self.head = ""

    def write(self) -> None:
        """Write all members."""
        with snapshot():
            # Read anew: the access was entered since, and pages and projects may have changed.
            record = NoticeRecord.objects.select_related("page__project", "superseded_by").get(
                pk=self._record.pk
            )
            facts = facts_of(record, now=self._now)
            self.head = facts["head"]
            self._out.add(container.FACTS, facts)
            for number, batch in enumerate(self._batches(record), start=1):
                self._out.add_bytes(f"{container.ROWS}{number:06d}.jsonl", batch)
            self._out.add(container.REFERENCES, self._noted.references())
        keys = [asdict(key) for key in carried_keys(self._keys)]
        self._out.add(container.KEYS, {"keys": keys, "lookup": carried_lookup_secrets()})
        self._write_files(content_storage())
        self._out.add(container.END, {"lacking": self.lacking})
        self._out.close()

    def _batches(self, record: NoticeRecord) -> Iterator[bytes]:
        for rows in ROWS:
            found = rows_of(rows, record)
            while batch := list(islice(found, BATCH)):
                for row in batch:
                    self._noted.note(row)
                    self._files |= dict.fromkeys(files_of(row))
                    if key := row["fields"].get("key_id"):
                        self._keys.add(UUID(str(key)))
                yield b"\n".join(container.to_json(row) for row in batch) + b"\n"

    def _write_files(self, storage: Storage) -> None:
        sizes = {name: storage.size(name) for name in self._files if storage.exists(name)}
        self.lacking += [name for name in self._files if name not in sizes]
        total, done = sum(sizes.values()), 0
        for name, size in sizes.items():
            with storage.open(name) as file:
                source = Hashed(file)
                self._out.add_file(container.FILES + name, source, size)  # type: ignore[arg-type]
            if is_by_hash(name) and not name.endswith(source.digest.hexdigest()):
                self.lacking.append(name)
            done += size
            self._progress(done // _KIB, total // _KIB)


@transaction.atomic
def _record_access(record: NoticeRecord, user: Any, basis: AccessBasis, purpose: str, now: datetime) -> None:
    """Enter in the registers and in the ledger that all of page two, all files and all registrations are taken out."""
    why = {"basis": basis, "reason": purpose, "read_by": user, "read_at": now}
    opinions = list(
        Opinion.objects.filter(notice_id=record.page_id, commenter__sealed__isnull=False).values_list(
            "pk", flat=True
        )
    )
    role = ledger_role(user)

    def enter(act: str, payload: dict[str, Any]) -> None:
        write_entry(record=record, act=act, role=role, now=now, payload=payload, user=user)

    if opinions:
        access = ContactAccess(notice=record.page, **why)
        access.save(force_insert=True)
        access.opinions.set(opinions)
        enter("contacts_read", {"basis": str(basis), "count": len(opinions)})
    files = OpinionFile.objects.filter(opinion__notice_id=record.page_id, erased_at=None)
    accesses = [FileAccess(file=file, original=True, **why) for file in files]
    if accesses:
        FileAccess.objects.bulk_create(accesses, batch_size=BATCH)
        enter("original_read", {"basis": str(basis), "count": len(accesses)})
    for meeting in Meeting.objects.filter(notice_id=record.page_id):
        count = meeting.registrations.filter(sealed__isnull=False).count()
        if count:
            fields = {"meeting": meeting, "count": count, "reason": purpose, "read_by": user, "read_at": now}
            RegistrationAccess(**fields).save(force_insert=True)
            enter("registrations_read", {"meeting": meeting.pk, "count": count})


@transaction.atomic
def _record_export(
    record: NoticeRecord,
    user: Any,
    profile: Profile,
    purpose: str,
    recipient: str,
    digest: str,
    now: datetime,
) -> None:
    rows = Opinion.objects.filter(notice_id=record.page_id).count()
    ExportRecord.objects.create(
        notice=record.page,
        profile=profile,
        format=SEALED_FORMAT,
        scope=_("密封存档包，含公众信息；收件公钥 %(key)s") % {"key": recipient},
        purpose=purpose,
        rows=rows,
        sha256=digest,
        made_by=user,
        made_at=now,
    )
    payload = {
        "kind": SEALED_KIND,
        "profile": str(profile),
        "format": SEALED_FORMAT,
        "rows": rows,
        "sha256": digest,
    }
    write_entry(record=record, act="exported", role=ledger_role(user), now=now, payload=payload, user=user)
