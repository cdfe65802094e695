"""Making a statement in the background: pictures of pages and hundreds of opinions take longer than a page may load."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.archive.responses import FAILURES
from notices.archive.services import ArchiveLostError
from notices.archive.statement.building import build_statement
from notices.archive.statement.permissions import may_write
from notices.exports.jobs import JobKind, JobRefusedError, MadeFile, Progress
from notices.exports.models import Job
from notices.models import Project
from notices.printing.word import DOCX_TYPE

KIND = "statement"


def _make(job: Job, progress: Progress) -> MadeFile:
    project = Project.objects.get(pk=job.parameters["project"])
    try:
        build = build_statement(project=project, user=job.requested_by, now=timezone.now(), progress=progress)
    except PermissionDenied:
        raise JobRefusedError(_("只有建设单位和授权书有效的受托编制单位可以生成公众参与说明。")) from None
    except (*FAILURES, ArchiveLostError) as error:
        raise JobRefusedError(_("文件现在不能生成。%(reason)s") % {"reason": error}) from error
    return MadeFile(build.docx.open("rb"), f"公众参与说明-{project.name}.docx", DOCX_TYPE)


def _may_see(user: Any, parameters: dict[str, Any]) -> bool:
    project = Project.objects.filter(pk=parameters["project"]).first()
    return project is not None and may_write(user, project)


STATEMENT_JOB = JobKind(KIND, gettext_lazy("公众参与说明"), _make, _may_see)
