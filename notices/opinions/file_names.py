"""Names of files: sealed like the files themselves, since 张三身份证.jpg says who wrote."""

from __future__ import annotations

from collections.abc import Iterable

from notices.opinions.key_store import KeyMissingError, open_data_keys
from notices.opinions.models import OpinionFile
from notices.sealing import Fernet, InvalidToken


def seal_name(name: str, cipher: Fernet) -> bytes:
    """Return a name sealed under the key of its file."""
    return cipher.encrypt(name.encode())


def open_names(files: Iterable[OpinionFile]) -> None:
    """Set ``file_name`` of files, with one query for all their keys; it stays None where the key is gone.

    A name that was tampered with is empty, so that the commitment does not hold.
    """
    sealed = [(file, file.key_id, bytes(file.sealed_name)) for file in files if file.sealed_name]
    ciphers = open_data_keys(key_id for _file, key_id, _name in sealed if key_id) if sealed else {}
    for file, key_id, name in sealed:
        cipher = ciphers.get(key_id) if key_id else None
        if cipher is not None:
            file.file_name = _opened(name, cipher)


def name_of(file: OpinionFile) -> str:
    """Return the name of a file, opening it if that was not done yet. Raises KeyMissingError when its key is gone."""
    if file.file_name is None:
        open_names([file])
    if file.file_name is None:
        raise KeyMissingError(str(file.pk))
    return file.file_name


def _opened(sealed: bytes, cipher: Fernet) -> str:
    try:
        return cipher.decrypt(sealed).decode()
    except InvalidToken:
        return ""
