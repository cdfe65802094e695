"""Doing background jobs, keeping their files for a day, and ending what nobody works on any more."""

from __future__ import annotations

import logging
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from notices.exports.job_kinds import JobRefusedError, MadeFile, Progress, kind_named, may_see
from notices.exports.models import Job, JobState
from notices.record_language import in_chinese

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=24)  # the file
LISTED = timedelta(days=30)  # the row
_BETWEEN_UPDATES = 1.0  # seconds
_OPEN = (JobState.WAITING, JobState.RUNNING)


@in_chinese
def perform(*, job: Job, now: datetime) -> None:
    """Do a job that is waiting, or that a worker left behind when it died; one that ended stays as it is."""
    begun = Job.objects.filter(pk=job.pk, state__in=_OPEN).update(
        state=JobState.RUNNING, started_at=now, done=0, total=0
    )
    if not begun:
        return
    try:
        if not may_see(job.requested_by, job):
            raise JobRefusedError(_("您已无权查看这些内容，没有生成文件。"))
        made = kind_named(job.kind).make(job, _progress_of(job))
        size = _keep(made, job.path)
    except (JobRefusedError, ValidationError) as error:
        _fail(job, "；".join(getattr(error, "messages", None) or [str(error)]))
    except Exception:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        _fail(job, _("生成时出错，没有做成。请重新提出一次；仍然不成的，请把任务编号告诉平台管理员。"))
    else:
        ended = timezone.now()
        Job.objects.filter(pk=job.pk).update(
            state=JobState.DONE,
            finished_at=ended,
            expires_at=ended + KEPT,
            file_name=made.file_name,
            content_type=made.content_type,
            size=size,
        )


def tidy_jobs(*, now: datetime) -> int:
    """Remove files that are over their term and end jobs that nobody works on any more; return how many were ended.

    A killed worker's task is queued again by the clock (``portal.upkeep``); when that was given up, or the task is gone,
    the job fails here instead of running for ever.
    """
    ended = 0
    for job in Job.objects.filter(state__in=_OPEN):
        if job.task_id and _is_given_up(job.task_id):
            _fail(job, _("生成程序中断了，没有做成。请重新提出一次，或者缩小范围分几次生成。"))
            ended += 1
    Job.objects.filter(requested_at__lt=now - LISTED).exclude(state__in=_OPEN).delete()
    kept = {
        str(pk)
        for pk in Job.objects.exclude(state=JobState.FAILED)
        .exclude(expires_at__lte=now)
        .values_list("pk", flat=True)
    }
    folder = _folder()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in kept:
            path.unlink(missing_ok=True)
    return ended


def _is_given_up(task_id: str) -> bool:
    state = DBTaskResult.objects.filter(pk=task_id).values_list("status", flat=True).first()
    return state not in (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def _fail(job: Job, message: str) -> None:
    Job.objects.filter(pk=job.pk, state__in=_OPEN).update(
        state=JobState.FAILED, message=message, finished_at=timezone.now()
    )


def _progress_of(job: Job) -> Progress:
    """Return what a maker calls as often as it likes; the database hears of it once a second."""
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _BETWEEN_UPDATES:
            told = time.monotonic()
            Job.objects.filter(pk=job.pk).update(done=done, total=total)

    return progress


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "jobs"


def _keep(made: MadeFile, target: Path) -> int:
    """Bring a file to its place, readable by its owner only; return its size."""
    _folder().mkdir(mode=0o700, exist_ok=True)
    if isinstance(made.source, Path):
        made.source.chmod(0o600)
        shutil.move(made.source, target)
    else:
        target.unlink(missing_ok=True)
        target.touch(mode=0o600)
        with made.source as source, target.open("wb") as copy:
            source.seek(0)
            shutil.copyfileobj(source, copy, 1024 * 1024)
    return target.stat().st_size
