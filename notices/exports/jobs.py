"""Long work in the background: asked for on a page, done by a worker, fetched by whoever asked.

A maker is registered in an app's ``ready()``; it may be run again from the start when its worker died, so it records
what it did only at its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction

from notices.exports.job_kinds import (
    JobKind,
    JobRefusedError,
    MadeFile,
    Progress,
    kind_named,
    label_of,
    may_see,
    register,
)
from notices.exports.models import Job, JobState
from notices.exports.tasks import run_job

__all__ = [
    "JobKind",
    "JobRefusedError",
    "MadeFile",
    "Progress",
    "jobs_of",
    "label_of",
    "may_see",
    "register",
    "request_job",
]


def jobs_of(user: Any, *, kind: str = "") -> list[Job]:
    """Return the latest jobs of a person, of one kind or of all."""
    jobs = Job.objects.filter(requested_by=user)
    return list((jobs.filter(kind=kind) if kind else jobs)[:20])


def request_job(*, kind: str, user: Any, parameters: dict[str, Any], now: datetime) -> Job:
    """Queue a job and return it; the same one when the person waits for just this already.

    ``parameters`` are JSON without personal data. Raises PermissionDenied for who may not see what it makes.
    """
    if not kind_named(kind).may_see(user, parameters):
        raise PermissionDenied
    with transaction.atomic():
        # Two clicks at once come one after the other; SQLite has them so by itself.
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        waiting = Job.objects.filter(
            kind=kind, requested_by=user, state__in=[JobState.WAITING, JobState.RUNNING]
        )
        same = next((job for job in waiting if job.parameters == parameters), None)
        if same is not None:
            return same
        job = Job.objects.create(kind=kind, requested_by=user, parameters=parameters, requested_at=now)
        job.task_id = str(run_job.enqueue(str(job.pk)).id)
        job.save(update_fields=["task_id"])
    job.refresh_from_db()
    return job
