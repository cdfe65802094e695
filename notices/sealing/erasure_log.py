"""The list of what was erased, kept outside the databases: a restored backup is older than it, and erases the same again.

One line an act, only ever appended to, beside the daily roots: the moment, ``key`` and the id of a destroyed key, or
``content``, the number of an opinion whose content was destroyed by order of law, and the ground. Nothing in it is personal.
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


@dataclass(frozen=True, slots=True)
class Erasures:
    """What a list holds: ids of keys, the ground by the number of an opinion, and the numbers of lines that are none of ours."""

    keys: set[UUID] = field(default_factory=set)
    contents: dict[str, str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)


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
    """Return what a list holds; a line that a crash cut short stops none after it. Raises OSError."""
    found = Erasures()
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            _moment, kind, name, *ground = line.split()
            if kind == "key":
                found.keys.add(UUID(name))
            elif kind == "content":
                found.contents[name] = ground[0]
            else:
                raise ValueError(kind)
        except (ValueError, IndexError):
            found.unreadable.append(number)
    return found


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
                line = f"\n{line}"
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.error("the list of erasures %s cannot be written: %s", path, error.strerror)
