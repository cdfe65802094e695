"""The statement as pre-approval publication (Art. 20): the draft of that round, with statement and full report attached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from notices.archive.models import StatementPaper
from notices.archive.statement.building import latest_statement
from notices.archive.statement.permissions import may_write
from notices.archive.statement.record import StatementRecord, latest_paper
from notices.attachment_services import add_attachment, remove_attachment
from notices.models import AttachmentKind, NoticePage, NoticeStage, Project
from notices.permissions import can_change_attachments
from notices.rounds import start_next_round


@dataclass(frozen=True, slots=True)
class Prepared:
    """The draft, and why the statement could not be attached yet; empty when it is."""

    page: NoticePage
    waiting: str


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The file that goes public."""

    file: Any
    sha256: str
    name: str


def prepare_publication(
    *, project: Project, planned_on: date, report: Any, user: Any, now: datetime
) -> Prepared:
    """Make the draft of the pre-approval round, or fill the one there is: date, number of opinions, statement, report.

    ``report`` is the uploaded full report, None to attach it later in the editor. Raises PermissionDenied, and ValidationError
    when the round has left the draft stage or a file is bad.
    """
    if not may_write(user, project):
        raise PermissionDenied
    record = StatementRecord(project)
    page = _draft(record, user)
    if not can_change_attachments(user, page):
        raise ValidationError(_("报批前公开的草稿正在核对，不能改动。请先撤回提交，再办理。"))
    if report is not None:
        _attach(page, AttachmentKind.FULL_REPORT, report, "", user, now)
    latest: NoticePage = page.get_latest_revision_as_object()
    latest.planned_date, latest.statement_count = planned_on, record.counts.total
    latest.save_revision(user=user)
    chosen, waiting = chosen_statement(project)
    if chosen is not None:
        _attach_statement(page, chosen, user, now)
    return Prepared(page, waiting)


def _draft(record: StatementRecord, user: Any) -> NoticePage:
    planned, main = record.planned, record.main
    if planned is not None:
        if planned.stage != NoticeStage.DRAFT:
            raise ValidationError(_("报批前公开已经核对或者公开，不能再改动。"))
        page: NoticePage = planned.page
        return page
    if main is None:
        raise ValidationError(_("项目的征求意见稿公示还没有公开，不能建立报批前公开。"))
    return start_next_round(record=main, user=user)


def chosen_statement(project: Project) -> tuple[_Chosen | None, str]:
    """Return the statement to be published: the final one that was filed, else the last one made; or why there is none yet."""
    final, build = latest_paper(project, StatementPaper.FINAL), latest_statement(project)
    if final is not None:
        return _Chosen(final.file, final.sha256, final.file_name), ""
    if build is None:
        return None, _("还没有公众参与说明。请先生成，或者上传定稿。")
    if build.missing:
        words = _("说明还有 %(count)s 处缺证据。补齐后重新生成，或者上传定稿，再回到这里附上。")
        return None, words % {"count": build.missing}
    return _Chosen(build.pdf, build.pdf_sha256, f"公众参与说明-{project.name}.pdf"), ""


def _attach_statement(page: NoticePage, chosen: _Chosen, user: Any, now: datetime) -> None:
    """Put the statement on the draft in the place of an earlier one."""
    there = list(page.attachments.filter(kind=AttachmentKind.STATEMENT))
    if not any(row.sha256 == chosen.sha256 for row in there):
        with chosen.file.open("rb") as handle:
            _attach(page, AttachmentKind.STATEMENT, File(handle, name=chosen.name), "", user, now)
    for row in there:
        if row.sha256 != chosen.sha256:
            remove_attachment(attachment=row)


def _attach(page: NoticePage, kind: str, upload: Any, title: str, user: Any, now: datetime) -> None:
    add_attachment(notice=page, upload=upload, kind=kind, title=title, user=user, now=now)
