"""The page of a background job: how far it is, and its file when it is done."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.exports.jobs import jobs_of, label_of, may_see
from notices.exports.models import Job

REFRESH_SECONDS = 3


def job_list(request: HttpRequest) -> HttpResponseBase:
    """List the person's latest jobs."""
    now = timezone.now()
    rows = [(job, label_of(job), job.has_file(now)) for job in jobs_of(request.user)]
    title = _("后台任务")
    context = {"rows": rows, "page_title": title, "header_title": title}
    return TemplateResponse(request, "exports/job_list.html", context)


def job_page(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Show how far a job is; the page loads itself again until it has ended."""
    job = _own_job(request, job_id)
    context = {
        "job": job,
        "has_file": job.has_file(timezone.now()),
        "refresh_seconds": REFRESH_SECONDS if job.is_open else None,
        "page_title": label_of(job),
        "header_title": label_of(job),
    }
    return TemplateResponse(request, "exports/job.html", context)


def job_file(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Send the file; lead to the job's page, which says why, when it is not there."""
    job = _own_job(request, job_id)
    if not job.has_file(timezone.now()):
        return redirect("export_job", job_id)
    try:
        handle = job.path.open("rb")
    except FileNotFoundError:  # removed by the clock just now
        return redirect("export_job", job_id)
    response = FileResponse(handle, as_attachment=True, filename=job.file_name, content_type=job.content_type)
    response["Cache-Control"] = "no-store"
    # Made once and never changed: an interrupted download goes on from where it was.
    response["ETag"] = f'"{job.pk}"'
    return response


def _own_job(request: HttpRequest, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not may_see(request.user, job):
        raise Http404
    return job
