"""Files that come with an opinion: staged singly, committed together with its text or dropped, erased with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from notices.ledger.services import canonical_bytes, commitment, lock_chain, new_salt
from notices.opinions import file_vault, key_store, mails, signals
from notices.opinions.commitments import file_fields
from notices.opinions.file_checks import check_file
from notices.opinions.file_names import open_names, seal_name
from notices.opinions.form_tokens import form_key_hash
from notices.opinions.models import FileState, KeyPurpose, Opinion, OpinionFile
from notices.opinions.permissions import may_erase
from notices.permissions import is_operator
from notices.services import chain_key, write_entry


class FilesChangedError(ValidationError):
    """The files that wait for an opinion are not those that its writer was shown; nothing was sent."""

    def __init__(self) -> None:
        super().__init__(
            _("附件和核对时不一样，没有提交。请核对下面的附件，缺少的请返回重新添加，然后再提交。")
        )


def staged_files(form_key: str) -> list[OpinionFile]:
    """Return the files that wait under a form's key, with their names, in the order in which they were added."""
    files = list(OpinionFile.objects.filter(form_key_hash=form_key_hash(form_key), state=FileState.STAGED))
    open_names(files)
    return files


def stage_file(*, form_key: str, upload: Any, now: datetime) -> OpinionFile:
    """Check a file, store it sealed under a key of its own and have it wait for its opinion.

    The same bytes are staged once for a form, so that a repeated request does no harm. Raises ValidationError for a file that is
    not taken, for one too many, and while the room for waiting files is full.
    """
    key_hash = form_key_hash(form_key)
    _check_room(key_hash, upload.size)
    checked = check_file(upload)
    there = OpinionFile.objects.filter(form_key_hash=key_hash, state=FileState.STAGED, sha256=checked.sha256)
    if (found := there.first()) is not None:
        return found
    key_id, cipher = key_store.create_data_key(now=now, purpose=KeyPurpose.FILE)
    # The row comes before the bytes: what a crash leaves behind is found and cleared by it.
    file = OpinionFile.objects.create(
        form_key_hash=key_hash,
        state=FileState.DROPPED,
        sealed_name=seal_name(checked.name, cipher),
        file=file_vault.new_name(),
        sha256=checked.sha256,
        size=checked.size,
        content_type=checked.content_type,
        key_id=key_id,
        staged_at=now,
    )
    try:
        file_vault.write(str(file.file.name), upload, cipher)
        with transaction.atomic():
            _check_room(key_hash, 0)
            file.state = FileState.STAGED
            file.save(update_fields=["state"])
    except BaseException as error:
        # Claimed first: a connection that broke at the end may have staged it, and an opinion may have taken it since.
        if _claim(file):
            _clear(file)
        if isinstance(error, IntegrityError) and (found := there.first()) is not None:
            return found  # the same bytes, sent twice at the same time
        raise
    return file


def _check_room(key_hash: str, size: int) -> None:
    if Opinion.objects.filter(form_key_hash=key_hash).exists():
        raise ValidationError(_("这张表已经提交，不能再添加文件。要补充，请重新填写一张。"))
    waiting = OpinionFile.objects.exclude(state=FileState.COMMITTED)
    most = settings.OPINION_FILES_MAX
    if waiting.filter(form_key_hash=key_hash, state=FileState.STAGED).count() >= most:
        raise ValidationError(
            _("一条意见最多带 %(most)s 个文件。请先移除不要的，或者另提一条。"), params={"most": most}
        )
    total = waiting.aggregate(total=Sum("size"))["total"] or 0
    if total + size > settings.OPINION_STAGED_MAX_BYTES:
        raise ValidationError(
            _("现在上传的人多，暂时收不下文件。请过一会儿再添加；也可以先提交意见，以后补充。")
        )


def drop_file(*, form_key: str, file_id: int) -> str:
    """Drop a waiting file of a form and return its hash; empty when it is not there (any more)."""
    found = OpinionFile.objects.filter(
        pk=file_id, form_key_hash=form_key_hash(form_key), state=FileState.STAGED
    ).first()
    if found is None or not _claim(found):
        return ""
    _clear(found)
    return found.sha256


def _claim(file: OpinionFile) -> bool:
    """Mark a waiting file as dropped; false when an opinion was quicker."""
    waiting = OpinionFile.objects.filter(pk=file.pk, opinion=None)
    return bool(waiting.update(state=FileState.DROPPED))


def _clear(file: OpinionFile) -> None:
    """Remove key, bytes and row of a dropped file, the row last: after a break this is done again."""
    file_vault.destroy(key_id=file.key_id, name=str(file.file.name))
    file.delete()


def adopt_files(*, old_key: str, new_key: str, now: datetime) -> None:
    """Let the files of a form wait under its renewed token, as long as that lasts."""
    OpinionFile.objects.filter(form_key_hash=form_key_hash(old_key), state=FileState.STAGED).update(
        form_key_hash=form_key_hash(new_key), staged_at=now
    )


def drop_stale_files(*, now: datetime) -> int:
    """Drop what nobody sent in the days for which it is kept, and what a crash left behind; return how many."""
    kept = timedelta(days=settings.RETENTION_UNSENT_DAYS)
    stale = OpinionFile.objects.filter(~Q(state=FileState.COMMITTED), staged_at__lt=now - kept)
    dropped = 0
    for file in stale:
        if _claim(file):
            _clear(file)
            dropped += 1
    return dropped


def lock_files(form_key: str, named: Sequence[str]) -> list[OpinionFile]:
    """Return the waiting files of a form with their commitments, locked in the caller's transaction.

    ``named`` are the hashes that the writer was shown. Raises FilesChangedError when they are not exactly those that wait.
    """
    waiting = OpinionFile.objects.filter(form_key_hash=form_key_hash(form_key), state=FileState.STAGED)
    files = list(waiting.select_for_update())
    open_names(files)
    unreadable = any(file.file_name is None for file in files)
    if unreadable or sorted(file.sha256 for file in files) != sorted(named):
        raise FilesChangedError
    for file in files:
        file.salt = new_salt()
        file.commitment = commitment(file.salt, canonical_bytes(file_fields(file)))
    return files


def commit_files(files: Sequence[OpinionFile], opinion: Opinion, *, now: datetime) -> None:
    """Make locked files part of an opinion, in the transaction that writes it."""
    for file in files:
        file.opinion, file.state, file.committed_at = opinion, FileState.COMMITTED, now
        file.save(update_fields=["opinion", "state", "committed_at", "salt", "commitment"])


def erase_files(*, opinion: Opinion, now: datetime, role: str = "portal", user: Any = None) -> None:
    """Erase the files of an opinion for ever: keys, bytes, names, hashes and salts; an entry of the ledger says so.

    The keys go first: if a later step fails, nothing can be read and the call can be made again. Does nothing where no file is left.
    Raises PermissionDenied for others than the portal (no user), an operator and the proponent's staff, each in its role.
    """
    # An operator destroys content together with its files.
    if not (
        may_erase(user, role, opinion) or (role == "operator" and user is not None and is_operator(user))
    ):
        raise PermissionDenied
    left = opinion.files.filter(erased_at=None)
    for key_id in left.values_list("key_id", flat=True):
        if key_id is not None:
            key_store.destroy_data_key(key_id, now=now)
    with transaction.atomic():
        record = opinion.notice.record
        lock_chain(chain_key(record))
        files = list(left.all())
        if not files:
            return
        names = [str(file.file.name) for file in files]
        for file in files:
            file.sealed_name, file.file, file.sha256, file.salt, file.erased_at = None, "", "", None, now
            file.save(update_fields=OpinionFile.erasable)
        mails.drop_receipt(opinion)
        payload = {"numbers": [opinion.number], "part": "files"}
        write_entry(record=record, act="erased", role=role, now=now, payload=payload, user=user)
        # Whether or not the storage answers, the others hear of it: without its key nobody reads what is left there.
        transaction.on_commit(lambda: file_vault.remove(names), robust=True)
        transaction.on_commit(lambda: signals.opinion_changed.send_robust(Opinion, opinion=opinion, now=now))
