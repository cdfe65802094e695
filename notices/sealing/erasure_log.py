"""The list of what was erased, kept outside the databases: a restored backup is older than it, and erases the same again.

One line an act, only ever appended to, beside the daily roots: the moment, ``key`` and the id of a destroyed key, or
``content``, the number of an opinion whose content was destroyed by order of law, and the ground. Nothing in it is personal. What a crash
cut short is told when the list is read; any other line that cannot be read is an error, for it may name an erasure.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

logger = logging.getLogger(__name__)

FILE_NAME = "erased.txt"
# Written after what a crash left of a line: the list is only ever appended to.
_CUT = " (cut short)"


class ErasuresDamagedError(Exception):
    """A line of a list is none of ours; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Erasures:
    """What a list holds: ids of keys, the ground by the number of an opinion, and the numbers of lines that were cut short."""

    keys: set[UUID] = field(default_factory=set)
    contents: dict[str, str] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)


def erasure_log() -> Path:
    """Return the path of this installation's own list."""
    return Path(settings.LEDGER_ROOTS_DIR) / FILE_NAME


def note_keys(key_ids: Collection[UUID], *, now: datetime) -> None:
    """Note that keys are destroyed."""
    if key_ids:
        _append("".join(f"{now.isoformat()} key {key_id}\n" for key_id in key_ids))


def note_content(number: str, ground: str, *, now: datetime) -> None:
    """Note that the content of an opinion is destroyed."""
    _append(f"{now.isoformat()} content {number} {ground}\n")


def read_erasures(path: Path) -> Erasures:
    """Return what a list holds. Raises ErasuresDamagedError, OSError."""
    found = Erasures()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                _read_line(line, found)
        except ValueError:
            if not line.endswith(f"{_CUT}\n") and line.endswith("\n"):
                raise ErasuresDamagedError(number) from None
            found.cut.append(number)
    return found


def _read_line(line: str, found: Erasures) -> None:
    moment, *rest = line.rstrip("\n").split(" ")
    datetime.fromisoformat(moment)
    match rest:
        case ["key", name]:
            found.keys.add(UUID(name))
        # A ground without its end may be half a word.
        case ["content", name, ground] if line.endswith("\n"):
            found.contents[name] = ground
        case _:
            raise ValueError(line)


def _append(line: str) -> None:
    """Append and have it on the disk. A list that cannot be written stops no erasure."""
    path = erasure_log()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # What a crash cut short must not swallow the next line.
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = f"{_CUT}\n{line}"
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.error("the list of erasures %s cannot be written: %s", path, error.strerror)
