"""The container of a sealed package: an age file that holds a tar archive, so that ``age -d … | tar x`` opens it too.

Members, in this order: ``sealed.json`` (what it is), ``rows/…`` (lines of JSON), ``references.json`` (what rows name outside
the package), ``keys.json`` (data keys and secrets of look-up codes), ``files/…`` (as they lie in the content storage, those of
opinions sealed under their data keys), ``end.json`` (what is lacking; proves that the package is whole).
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from notices.sealing.age import opened_with

FORMAT = "eia-sealed/1"
FACTS, REFERENCES, KEYS, END = "sealed.json", "references.json", "keys.json", "end.json"
ROWS, FILES = "rows/", "files/"
_STEP = 1024 * 1024


class NotAPackageError(Exception):
    """The file opens with the key and is no sealed package of this format."""


class Writer:
    """Writes members one after the other."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 - closed by close()
            fileobj=target, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_STEP
        )

    def add(self, name: str, value: Any) -> None:
        """Add a value as JSON."""
        self.add_bytes(name, to_json(value))

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add_file(name, BytesIO(content), len(content))

    def add_file(self, name: str, source: IO[bytes], size: int) -> None:
        """Add a member that is read as it is written. Raises OSError when there is less of it than ``size``."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, source)

    def close(self) -> None:
        """Write the end of the archive."""
        self._tar.close()


def members(path: Path, identity: str) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield name, content and size of each member; a content is read before the next one is asked for.

    Once it is through, every byte has been authenticated. Raises OSError, NotAPackageError and what
    ``notices.sealing.age.opened_with`` raises.
    """
    with path.open("rb") as source, opened_with(identity, source) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r|", bufsize=_STEP) as archive:
                for member in archive:
                    content = archive.extractfile(member)
                    if content is not None:
                        yield member.name, content, member.size
        except tarfile.TarError:
            raise NotAPackageError from None
        while plain.read(_STEP):
            pass


def to_json(value: Any) -> bytes:
    """Return a value as one line of JSON; moments keep their microseconds, which Django's own encoder cuts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(type(value).__name__)
