"""Where the files of opinions lie: each sealed under a key of its own, in lines of one megabyte of plain bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID, uuid4

from django.core.files.base import File
from django.utils import timezone

from notices.opinions import key_store
from notices.opinions.models import OpinionFile
from notices.opinions.models.opinion import opinion_storage
from notices.sealing import Fernet, InvalidToken

_STEP = 1024 * 1024
_HELD = 4 * _STEP


class FileDamagedError(Exception):
    """The stored bytes are gone or are not those that were taken."""


def new_name() -> str:
    """Return a name in the storage that says nothing of the content."""
    name = uuid4().hex
    return f"opinions/{name[:2]}/{name}"


def write(name: str, plain: IO[bytes], cipher: Fernet) -> None:
    """Write a file sealed and have it on the disk before returning."""
    storage = opinion_storage()
    # Storages read as they like, so what they are given holds nothing plain.
    with SpooledTemporaryFile(max_size=_HELD) as sealed:
        plain.seek(0)
        while piece := plain.read(_STEP):
            sealed.write(cipher.encrypt(piece) + b"\n")
        plain.seek(0)
        sealed.seek(0)
        saved = storage.save(name, File(sealed, name="sealed"))
    try:
        path = Path(storage.path(saved))
    except NotImplementedError:  # an object store has it durably once it answers
        return
    for target in (path, path.parent, path.parent.parent):
        _sync(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(file: OpinionFile) -> bytes:
    """Return the plain bytes. Raises KeyMissingError for an erased file, FileDamagedError when they are not as taken.

    For services that have recorded who opens it; see ``notices.opinions.file_access``.
    """
    if file.key_id is None or file.erased_at is not None:
        raise key_store.KeyMissingError(str(file.pk))
    cipher = key_store.open_data_key(file.key_id)
    try:
        with opinion_storage().open(str(file.file.name)) as sealed:
            plain = b"".join(cipher.decrypt(line.rstrip(b"\n")) for line in sealed.readlines())
    except (OSError, InvalidToken):
        raise FileDamagedError from None
    if sha256(plain).hexdigest() != file.sha256:
        raise FileDamagedError
    return plain


def destroy(*, key_id: UUID | None, name: str) -> None:
    """Remove the bytes of a file that never became part of an opinion, and its key with every trace."""
    if key_id is not None:
        key_store.destroy_data_key(key_id, now=timezone.now())
        key_store.discard_data_key(key_id)
    remove([name])


def remove(names: Iterable[str]) -> None:
    """Remove stored bytes; what is not there is no fault."""
    for name in names:
        opinion_storage().delete(name)
