"""Background tasks of the exports app."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notices.exports.job_running import perform
from notices.exports.models import Job


@task(queue_name="heavy")
def run_job(job_id: str) -> None:
    """Do a job that somebody asked for. Can be run again at any time."""
    perform(job=Job.objects.select_related("requested_by").get(pk=job_id), now=timezone.now())
