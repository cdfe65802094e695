"""Exports that are made in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.exports.jobs import JobKind, JobRefusedError, MadeFile, Progress, request_job
from notices.exports.models import Job, Profile
from notices.exports.selections import Selection, may_export
from notices.exports.services import export_records
from notices.printing import PrintingUnavailable

NAME = "export"


def request_export(
    *,
    selection: Selection,
    notices: list[int],
    user: Any,
    profile: Profile,
    export_format: str,
    purpose: str,
    now: datetime,
) -> Job:
    """Queue an export of a selection within the notices that it covers now."""
    parameters = {
        "limits": selection.within(notices).as_json(),
        "profile": str(profile),
        "format": export_format,
        "purpose": purpose,
    }
    return request_job(kind=NAME, user=user, parameters=parameters, now=now)


def make_export(job: Job, progress: Progress) -> MadeFile:
    """Make and record the export that a job asks for."""
    asked = job.parameters
    try:
        export = export_records(
            selection=Selection.from_json(asked["limits"]),
            user=job.requested_by,
            profile=Profile(asked["profile"]),
            export_format=asked["format"],
            purpose=asked["purpose"],
            now=timezone.now(),
            progress=progress,
        )
    except PrintingUnavailable as error:
        raise JobRefusedError(_("%(reason)s 或者改用 XLSX、CSV 格式导出。") % {"reason": error}) from error
    except PermissionDenied as error:
        raise JobRefusedError(_("您已无权导出其中的内容，没有生成文件。")) from error
    return MadeFile(export.handle, export.file_name, export.content_type)


def may_see_export(user: Any, parameters: dict[str, Any]) -> bool:
    """Whether the person may still export all notices of a job."""
    notices = list(Selection.from_json(parameters["limits"]).notices)
    return may_export(user, notices=notices, profile=parameters["profile"])


EXPORT = JobKind(NAME, gettext_lazy("导出意见记录"), make_export, may_see_export)
