"""Sealed packages as background jobs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.archive.packages.jobs import work_file
from notices.archive.sealed.services import offered_bases, package_name, seal_package
from notices.exports.jobs import JobKind, MadeFile, Progress
from notices.exports.models import Job
from notices.models import NoticeRecord
from notices.opinions.models import AccessBasis


def _record(parameters: dict[str, Any]) -> NoticeRecord | None:
    return NoticeRecord.objects.select_related("page__project").filter(pk=parameters["record"]).first()


def _may_see(user: Any, parameters: dict[str, Any]) -> bool:
    record = _record(parameters)
    return record is not None and AccessBasis(parameters["basis"]) in offered_bases(
        user, record, now=timezone.now()
    )


def _make(job: Job, progress: Progress) -> MadeFile:
    record = NoticeRecord.objects.select_related("page__project").get(pk=job.parameters["record"])
    now = timezone.now()
    made = seal_package(
        record=record,
        recipient=str(job.parameters["recipient"]),
        user=job.requested_by,
        basis=AccessBasis(job.parameters["basis"]),
        purpose=str(job.parameters["purpose"]),
        now=now,
        target=work_file(),
        progress=progress,
    )
    return MadeFile(made.path, package_name(record, now=now), "application/octet-stream")


SEALED_JOB = JobKind("sealed_package", _("制作密封存档包"), _make, _may_see)
