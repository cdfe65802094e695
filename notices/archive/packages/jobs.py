"""Packages as background jobs: a gigabyte takes longer than a page may."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.archive.packages.services import make_package, may_have_package, package_name
from notices.exports.jobs import JobKind, MadeFile, Progress
from notices.exports.models import Job
from notices.exports.services import profile_for
from notices.models import NoticeRecord

_LEFT_BEHIND = 24 * 60 * 60  # seconds after which a half-written package is nobody's any more


def _record(parameters: dict[str, Any]) -> NoticeRecord | None:
    return NoticeRecord.objects.select_related("page__project").filter(pk=parameters["record"]).first()


def _may_see(user: Any, parameters: dict[str, Any]) -> bool:
    record = _record(parameters)
    return record is not None and may_have_package(user, record.page)


def _make(job: Job, progress: Progress) -> MadeFile:
    record = NoticeRecord.objects.select_related("page__project").get(pk=job.parameters["record"])
    now = timezone.now()
    made = make_package(
        record=record,
        profile=profile_for(job.requested_by, record.page),
        user=job.requested_by,
        purpose=str(job.parameters["purpose"]),
        now=now,
        target=work_file(),
        progress=progress,
    )
    name = package_name(record, unfinished=bool(made.unfinished), now=now)
    return MadeFile(made.path, name, "application/zip")


def work_file() -> Path:
    """Return a new path beside the data, for a package may be larger than the system's folder for temporary files."""
    folder = Path(settings.DATA_DIR) / "packages"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _LEFT_BEHIND:
            old.unlink(missing_ok=True)
    return folder / uuid4().hex


PACKAGE_JOB = JobKind("archive_package", _("制作存档包"), _make, _may_see)
