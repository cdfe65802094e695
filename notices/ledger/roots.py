"""Daily roots outside the database: a file with one line a day, only ever appended to, and the check against copies of it.

A line holds day, root, previous root, the number of chains and the heads that changed since the line before; all lines
together give the heads of every day, so that the roots can be computed from the file alone. Whoever has the database in
hand can recompute a chain with its head and the roots, but not the lines that others keep.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from notices.ledger.models import DailyRoot
from notices.ledger.services import canonical_bytes, record_daily_root, root_hash

FILE_NAME = "roots.jsonl"


class RootsDamagedError(Exception):
    """A line of a roots file is no line of ours or does not follow from those before; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class RootsForkedError(Exception):
    """The roots of the database do not go on where the file ends: the database is not the one that wrote it."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"The root of {day} does not follow from the last line of {FILE_NAME}; nothing was added to it. Was an older copy"
            " of the database put back? If it stays, rename the file, keep it, and the next root begins a new one."
        )


@dataclass(frozen=True, slots=True)
class RootLine:
    """One line; ``changed`` gives the new head of each chain that moved, None for one that is gone."""

    day: date
    root: str
    previous: str
    chains: int
    changed: Mapping[str, str | None]

    def to_bytes(self) -> bytes:
        """Return the line as it is written."""
        fields: dict[str, Any] = {
            "chains": self.chains,
            "changed": self.changed,
            "day": self.day.isoformat(),
            "previous": self.previous,
            "root": self.root,
        }
        return canonical_bytes(fields) + b"\n"


def roots_file() -> Path:
    """Return the path of this installation's own file."""
    return Path(settings.LEDGER_ROOTS_DIR) / FILE_NAME


def lines_of(roots: Iterable[DailyRoot], heads: dict[str, str] | None = None) -> Iterator[RootLine]:
    """Yield the line of each root, in the order of their days; ``heads`` are those before the first."""
    known = dict(heads or {})
    for root in roots:
        changed: dict[str, str | None] = {
            key: head for key, head in root.heads.items() if known.get(key) != head
        }
        changed.update(dict.fromkeys(known.keys() - root.heads.keys()))
        known = dict(root.heads)
        yield RootLine(root.day, root.root, root.previous, len(known), changed)


def read_lines(content: Iterable[bytes]) -> Iterator[tuple[RootLine, dict[str, str]]]:
    """Yield each line with the heads of its day, and check that its root follows from them.

    The heads are one dictionary, kept up to date. Raises RootsDamagedError.
    """
    heads: dict[str, str] = {}
    last: RootLine | None = None
    for number, raw in enumerate(content, start=1):
        line = _parsed(raw, number)
        for key, head in line.changed.items():
            if head is None:
                heads.pop(key, None)
            else:
                heads[key] = head
        follows = last is None or (line.previous == last.root and line.day > last.day)
        if not follows or root_hash(day=line.day, heads=heads, previous=line.previous) != line.root:
            raise RootsDamagedError(number)
        last = line
        yield line, heads


def _parsed(raw: bytes, number: int) -> RootLine:
    try:
        fields = json.loads(raw)
        line = RootLine(
            date.fromisoformat(fields["day"]),
            str(fields["root"]),
            str(fields["previous"]),
            int(fields["chains"]),
            {str(key): None if head is None else str(head) for key, head in fields["changed"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RootsDamagedError(number) from None
    return line


def append_missing_roots() -> int:
    """Append the roots that the file does not have yet and have them on the disk; return how many.

    A line that a crash cut short is taken off first: it never counted. Raises RootsDamagedError for a damaged file and
    RootsForkedError for that of another database; nothing is added to either.
    """
    path = roots_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with path.open("a+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.seek(0)
        last: RootLine | None = None
        heads: dict[str, str] = {}
        whole = 0
        complete = (raw for raw in handle if raw.endswith(b"\n"))
        for line, heads in read_lines(complete):  # noqa: B007
            last, whole = line, whole + len(line.to_bytes())
        missing = DailyRoot.objects.order_by("day")
        if last is not None:
            missing = missing.filter(day__gt=last.day)
            fork = missing.defer("heads").first()
            if fork is not None and fork.previous != last.root:
                raise RootsForkedError(fork.day)
        if handle.seek(0, os.SEEK_END) > whole:
            handle.truncate(whole)
        count = 0
        for line in lines_of(missing.iterator(chunk_size=20), heads):
            handle.write(line.to_bytes())
            count += 1
        handle.flush()
        os.fsync(handle.fileno())
    _sync_folder(path.parent)
    return count


def set_roots_aside(*, now: datetime) -> Path | None:
    """Rename the file where its last root is not one of the database's, and return its new path; the next root begins anew.

    For a restored backup that is older than the file. What was set aside can still be checked: ``verify_ledger --roots``.
    """
    path = roots_file()
    try:
        with path.open("rb") as content:
            last = None
            for last, _heads in read_lines(raw for raw in content if raw.endswith(b"\n")):  # noqa: B007
                pass
    except FileNotFoundError:
        return None
    except RootsDamagedError:
        last = None
    if last is not None and DailyRoot.objects.filter(day=last.day, root=last.root).exists():
        return None
    aside = path.with_name(f"roots-{timezone.localtime(now):%Y%m%dT%H%M%S}.jsonl")
    path.rename(aside)
    _sync_folder(path.parent)
    return aside


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def record_root_of_yesterday(*, now: datetime) -> DailyRoot:
    """Write the root of the day that has ended, here and outside the database; for the clock, once a day is enough."""
    root = record_daily_root(day=timezone.localdate(now) - timedelta(days=1))
    append_missing_roots()
    return root
