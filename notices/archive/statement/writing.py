"""Acts on what people contribute to a statement: author's parts, rounds held elsewhere, papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notices.archive.models import (
    ElsewhereRound,
    Statement,
    StatementBuild,
    StatementChange,
    StatementFile,
    StatementPaper,
)
from notices.archive.statement.permissions import may_write
from notices.evidence_services import PreparedFile, prepare_file
from notices.filing import scan_fields
from notices.models import NoticeRecord, Project
from notices.opinions.text import clean_line, clean_text
from notices.services import write_entry
from notices.statutory.statement_outline import AUTHOR_PARTS


def write_parts(*, project: Project, texts: Mapping[str, str], user: Any, now: datetime) -> list[str]:
    """Save author's parts by field and return those that changed; what stood before is kept. Raises PermissionDenied."""
    _refuse_strangers(user, project)
    with transaction.atomic():
        Statement.objects.get_or_create(project=project)
        statement = Statement.objects.select_for_update().get(project=project)
        fresh = {name: clean_text(texts[name]) for name in AUTHOR_PARTS if name in texts}
        before = {name: getattr(statement, name) for name in fresh if getattr(statement, name) != fresh[name]}
        if before:
            for name in before:
                setattr(statement, name, fresh[name])
            statement.updated_at = now
            statement.save(update_fields=[*before, "updated_at"])
            StatementChange.objects.create(statement=statement, before=before, made_by=user, made_at=now)
    return list(before)


def record_elsewhere(
    *, row: ElsewhereRound, uploads: Sequence[Any], user: Any, now: datetime
) -> ElsewhereRound:
    """Save a round held elsewhere, new or mended, and hang its files on it.

    Raises PermissionDenied, ValidationError for a bad file.
    """
    _refuse_strangers(user, row.project)
    files = [prepare_file(upload) for upload in uploads]
    with transaction.atomic():
        is_new = row.pk is None
        row.name = clean_line(row.name)
        row.content, row.handling = clean_text(row.content), clean_text(row.handling)
        row.recorded_by, row.recorded_at = user, now
        row.save()
        known = set(row.files.values_list("sha256", flat=True))
        fresh = [file for file in files if file.stored.sha256 not in known]
        for file in fresh:
            _file(row.project, StatementPaper.ELSEWHERE, file, user, now, elsewhere=row)
        _enter(
            row.project,
            "evidence_filed" if is_new else "evidence_mended",
            user,
            now,
            kind=str(StatementPaper.ELSEWHERE),
            record=row.pk,
            date=row.started_on.isoformat(),
            files=sorted(file.stored.sha256 for file in fresh),
        )
    return row


def remove_elsewhere(*, row: ElsewhereRound, user: Any, now: datetime) -> None:
    """Delete a round recorded by mistake. Raises PermissionDenied, ValidationError once a file hangs on it."""
    _refuse_strangers(user, row.project)
    if row.files.exists():
        raise ValidationError(_("记录下已有文件，不能删除；登记有误的请修改记录。"))
    with transaction.atomic():
        _enter(
            row.project,
            "evidence_removed",
            user,
            now,
            kind=str(StatementPaper.ELSEWHERE),
            record=row.pk,
            date=row.started_on.isoformat(),
            files=[],
        )
        row.delete()


def file_paper(
    *, project: Project, kind: StatementPaper, upload: Any, user: Any, now: datetime
) -> StatementFile:
    """File the sealed pledge, or the edited and sealed statement (a PDF, as it will be published).

    Raises PermissionDenied, ValidationError for a bad file.
    """
    _refuse_strangers(user, project)
    is_final = kind == StatementPaper.FINAL
    file = prepare_file(upload, **({"most_bytes": settings.ATTACHMENT_MAX_BYTES} if is_final else {}))
    if is_final and file.content_type != "application/pdf":
        raise ValidationError(_("定稿请上传 PDF 文件：在 Word 或者 WPS 中另存为 PDF，或者盖章后扫描为 PDF。"))
    with transaction.atomic():
        build = StatementBuild.objects.filter(project=project).order_by("-number").first()
        row = _file(project, kind, file, user, now, build=build if is_final else None)
        _enter(
            project,
            "evidence_filed",
            user,
            now,
            kind=str(kind),
            record=row.pk,
            files=[file.stored.sha256],
        )
    return row


def _file(
    project: Project, kind: StatementPaper, file: PreparedFile, user: Any, now: datetime, **owner: Any
) -> StatementFile:
    return StatementFile.objects.create(
        project=project, kind=kind, filed_by=user, filed_at=now, **scan_fields(file), **owner
    )


def _refuse_strangers(user: Any, project: Project) -> None:
    if not may_write(user, project):
        raise PermissionDenied


def chain_record(project: Project) -> NoticeRecord | None:
    """Return the notice in whose chain acts on the statement are entered: the last draft report, else the last notice public."""
    rows = NoticeRecord.objects.public().filter(page__project=project, historical=False)
    rows = rows.order_by("published_at", "pk").select_related("page")
    every = list(rows)
    drafts = [row for row in every if row.page.kind == "draft_report"]
    found = drafts or every
    return found[-1] if found else None


def _enter(project: Project, act: str, user: Any, now: datetime, **payload: Any) -> None:
    """Write the public entry; before the first publication on the portal there is no chain, and the build names the facts."""
    record = chain_record(project)
    if record is not None:
        write_entry(record=record, act=act, role="proponent", now=now, payload=payload, user=user)
