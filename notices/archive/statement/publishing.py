"""The statement as pre-approval publication (Art. 20): the draft of that round, with statement and full report attached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from notices.archive.models import StatementBuild, StatementFile, StatementPaper
from notices.archive.statement.building import latest_statement
from notices.archive.statement.permissions import may_write
from notices.archive.statement.record import StatementRecord, latest_paper
from notices.attachment_services import add_attachment, remove_attachment
from notices.models import AttachmentKind, NoticePage, NoticeStage, Project
from notices.permissions import can_change_attachments
from notices.rounds import start_next_round
from notices.statutory.facts import NoticeKind


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

    The number is that of the last statement made, not of the register: the two stand side by side
    in public. A statement that no longer agrees with the register is not attached, and taken off again where it was attached
    from here.

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
        _replace(page, AttachmentKind.FULL_REPORT, report, user, now)
    chosen, waiting = chosen_statement(record)
    latest: NoticePage = page.get_latest_revision_as_object()
    latest.planned_date = planned_on
    if (build := _current_build(record)) is not None:
        latest.statement_count = build.counts["total"]
    latest.save_revision(user=user)
    if chosen is None:
        _take_off(page, project)
    else:
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


def _current_build(record: StatementRecord) -> StatementBuild | None:
    """Return the last build while it is up to date.

    It no longer is once an act, edit or filing followed that a statement shows: a consent withdrawn, a redaction, a round
    held elsewhere.
    """
    build = latest_statement(record.project)
    if build is None or build.as_of != record.as_of or not record.counts.agrees_with(build.counts):
        return None
    return build


def chosen_statement(record: StatementRecord) -> tuple[_Chosen | None, str]:
    """Return the statement to be published: the final one made of the last build, else that build; or why there is none yet."""
    build, final = _current_build(record), latest_paper(record.project, StatementPaper.FINAL)
    if build is None:
        if latest_statement(record.project) is None:
            return None, _("还没有公众参与说明。请先生成。")
        return None, _("生成说明以后登记有变化，说明已经过时。请重新生成，再回到这里附上。")
    if final is not None:
        if final.build_id != build.pk:
            return None, _("定稿不是按最新生成的说明制作的。请按最新的一份核对、修改，重新上传定稿。")
        return _Chosen(final.file, final.sha256, final.file_name), ""
    if build.missing:
        words = _("说明还有 %(count)s 处缺证据。补齐后重新生成，或者上传定稿，再回到这里附上。")
        return None, words % {"count": build.missing}
    return _Chosen(build.pdf, build.pdf_sha256, f"公众参与说明-{record.project.name}.pdf"), ""


def _attach_statement(page: NoticePage, chosen: _Chosen, user: Any, now: datetime) -> None:
    shown = set(page.attachments.filter(kind=AttachmentKind.STATEMENT).values_list("sha256", flat=True))
    if shown != {chosen.sha256}:
        with chosen.file.open("rb") as handle:
            _replace(page, AttachmentKind.STATEMENT, File(handle, name=chosen.name), user, now)


def _replace(page: NoticePage, kind: AttachmentKind, upload: Any, user: Any, now: datetime) -> None:
    """Put a file on the draft in the place of those of its kind; a bad file leaves them as they are."""
    there = list(page.attachments.filter(kind=kind))
    add_attachment(notice=page, upload=upload, kind=kind, title="", user=user, now=now)
    for row in there:
        remove_attachment(attachment=row)


def stale_statement(page: NoticePage) -> list[str]:
    """Return why the statement on a pre-approval draft may not be approved or go public any more: acts followed that it does not show.

    Only of a statement attached from here; what somebody attached in the editor is theirs, and its number is a rule's.
    """
    if page.kind != NoticeKind.PRE_APPROVAL or page.project is None:
        return []
    there = set(page.attachments.filter(kind=AttachmentKind.STATEMENT).values_list("sha256", flat=True))
    if not there & _made_here(page.project):
        return []
    chosen, _waiting = chosen_statement(StatementRecord(page.project))
    if chosen is not None and chosen.sha256 in there:
        return []
    if page.record.stage == NoticeStage.APPROVED:
        way = _("请平台管理员撤销核对，由建设单位在“公众参与说明”页重新生成并附上，再提交核对。")
    else:
        way = _("请建设单位撤回提交，在“公众参与说明”页重新生成并附上，再提交核对。")
    return [_("附上的公众参与说明已经过时：附上以后登记有变化，或者又上传了定稿。") + way]


def _made_here(project: Project) -> set[str]:
    """Return the hashes of the statements that were made or filed for a project."""
    finals = StatementFile.objects.filter(project=project, kind=StatementPaper.FINAL)
    return {
        *StatementBuild.objects.filter(project=project).values_list("pdf_sha256", flat=True),
        *finals.values_list("sha256", flat=True),
    }


def _take_off(page: NoticePage, project: Project) -> None:
    """Take statements off the draft that were attached from here; what somebody attached in the editor is theirs."""
    for row in page.attachments.filter(kind=AttachmentKind.STATEMENT, sha256__in=_made_here(project)):
        remove_attachment(attachment=row)
