"""Bringing volumes up to date as a background job that somebody asked for; its file is the list of the volumes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.archive.volumes.making import make_volumes
from notices.exports.jobs import JobKind, JobRefusedError, MadeFile, Progress
from notices.exports.models import Job
from notices.exports.services import profile_for
from notices.models import NoticeRecord
from notices.printing import PrintingFaultError, PrintingUnavailable, UnprintableTextError

NAME = "volumes"


def _may_see(user: Any, parameters: dict[str, Any]) -> bool:
    record = NoticeRecord.objects.select_related("page").filter(pk=parameters["record"]).first()
    try:
        return record is not None and bool(profile_for(user, record.page))
    except PermissionDenied:
        return False


def _make(job: Job, progress: Progress) -> MadeFile:
    """Return the list of the volumes, without anything that stands in them: the volumes themselves are fetched one by one."""
    record = NoticeRecord.objects.get(pk=job.parameters["record"])
    try:
        volumes = make_volumes(record_id=record.pk, now=timezone.now(), progress=progress)
    except PrintingUnavailable as error:
        raise JobRefusedError(str(error)) from error
    except (PrintingFaultError, UnprintableTextError) as error:
        text = _("有卷册没有生成：%(reason)s。其余已经更新。请把这句话告诉平台管理员。")
        raise JobRefusedError(text % {"reason": error}) from error
    text = render_to_string("archive/volume_list.txt", {"record": record, "volumes": volumes})
    name = _("意见卷册清单-%(code)s.txt") % {"code": record.code}
    return MadeFile(BytesIO(f"\ufeff{text}".encode()), name, "text/plain; charset=utf-8")


VOLUMES_JOB = JobKind(NAME, gettext_lazy("生成意见卷册"), _make, _may_see)


def latest_job(record: NoticeRecord, user: Any) -> Job | None:
    """Return the job that the page shows: an open one, whoever asked, else the person's latest."""
    jobs = Job.objects.filter(kind=NAME, parameters={"record": record.pk})
    opened: Job | None = next((job for job in jobs.order_by("requested_at") if job.is_open), None)
    return opened or jobs.filter(requested_by=user).first()
