"""A BagIt bag (RFC 8493) written straight into a ZIP file, stored and never compressed.

The Library of Congress' ``bagit`` makes a bag of a folder that already holds the payload, so a gigabyte would be copied into a
folder first and into the ZIP after that. What a bag is beside its payload are four short text files, written here while
the payload streams through; the tests have every bag validated by that library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

PAYLOAD = "data/"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_STEP = 1024 * 1024
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
_SURELY_SMALL = 1024 * 1024 * 1024
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a file: its SHA-256 and size in bytes, as they passed through."""

    sha256: str
    size: int


class BagWriter:
    """Writes payload files one after the other and the tag files at the end; holds one megabyte of a file at most."""

    def __init__(self, target: IO[bytes], *, folder: str) -> None:
        """Begin a bag in a file that can be sought; ``folder`` is the one folder that all lies in."""
        self._zip = ZipFile(target, "w", ZIP_STORED, allowZip64=True)
        self._folder = folder
        self._payload: dict[str, Written] = {}
        self._tags: dict[str, Written] = {}

    def add(
        self,
        path: str,
        source: IO[bytes],
        *,
        size: int | None = None,
        told: Callable[[int], None] = lambda _: None,
    ) -> Written:
        """Add a payload file; ``path`` lies below ``data/``. ``told`` hears of every piece's size. Raises OSError, ValueError."""
        if path in self._payload:
            raise ValueError(f"twice in one bag: {path}")
        self._payload[path] = self._write(PAYLOAD + path, source, size, told)
        return self._payload[path]

    def add_tag(self, path: str, content: bytes) -> None:
        """Add a file that is about the bag and lies beside the payload."""
        self._tags[path] = self._write(path, BytesIO(content), len(content), lambda _: None)

    def finish(self, info: Mapping[str, str]) -> None:
        """Write the manifests and close; ``info`` are lines of bag-info.txt, to which the size of the payload is added."""
        size = sum(file.size for file in self._payload.values())
        lines = {**info, "Payload-Oxum": f"{size}.{len(self._payload)}"}
        self.add_tag("bagit.txt", _DECLARATION)
        self.add_tag("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in lines.items()).encode())
        self.add_tag(MANIFEST, _manifest({PAYLOAD + path: file for path, file in self._payload.items()}))
        content = _manifest(self._tags)
        self._write(TAG_MANIFEST, BytesIO(content), len(content), lambda _: None)
        self._zip.close()

    def abandon(self) -> None:
        """Leave a bag that cannot be finished: closing it would write a directory into what may be closed already."""
        self._zip.fp = None

    def _write(self, path: str, source: IO[bytes], size: int | None, told: Callable[[int], None]) -> Written:
        entry = ZipInfo(f"{self._folder}/{path}", _FIXED_TIME)
        entry.external_attr = 0o644 << 16
        entry.file_size = size or 0
        digest, count = sha256(), 0
        with self._zip.open(entry, "w", force_zip64=size is None or size > _SURELY_SMALL) as target:
            while piece := source.read(_STEP):
                target.write(piece)
                digest.update(piece)
                count += len(piece)
                told(len(piece))
        return Written(digest.hexdigest(), count)


def _manifest(files: Mapping[str, Written]) -> bytes:
    return "".join(f"{file.sha256}  {path}\n" for path, file in sorted(files.items())).encode()
