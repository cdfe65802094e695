"""What kinds of background jobs there are, and who may have what they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.functional import Promise

from notices.exports.models import Job

Progress = Callable[[int, int], None]


class JobRefusedError(Exception):
    """The job cannot be done; the text says what to do and is shown to whoever asked."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """What a maker made: an open file, or the path of one that is moved away; its name and MIME type."""

    source: IO[bytes] | Path
    file_name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job. ``may_see(user, parameters)`` is asked at the request, by the worker and at every download."""

    name: str
    label: Promise | str
    make: Callable[[Job, Progress], MadeFile]
    may_see: Callable[[Any, dict[str, Any]], bool]


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Add a kind under its name; apps do so in ``ready()``."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> JobKind:
    """Return a kind; raises KeyError."""
    return _kinds[name]


def label_of(job: Job) -> str:
    """Return what a job is called."""
    return str(_kinds[job.kind].label) if job.kind in _kinds else job.kind


def may_see(user: Any, job: Job) -> bool:
    """Whether the person asked for this job and may still see what it makes."""
    kind = _kinds.get(job.kind)
    own = bool(user.is_active and job.requested_by_id == user.pk)
    return own and kind is not None and kind.may_see(user, job.parameters)
