"""Files of the content storage as they pass by."""

from __future__ import annotations

from hashlib import sha256
from typing import IO


class Hashed:
    """A file whose SHA-256 is taken as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


def is_by_hash(name: str) -> bool:
    """Whether a name in the content storage is the hash of what lies there; names of sealed files say nothing."""
    folder, _slash, digest = name.partition("/")
    return len(digest) == sha256().digest_size * 2 and digest.startswith(folder)
