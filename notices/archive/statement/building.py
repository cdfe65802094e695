"""Making a statement: numbers counted anew, refused while an opinion waits, stored by hash, entered in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.archive.editions import ARCHIVED
from notices.archive.models import StatementBuild
from notices.archive.services import make_archives
from notices.archive.statement.blocks import missing_of
from notices.archive.statement.exposure import exposed_numbers
from notices.archive.statement.files import word_statement
from notices.archive.statement.handling import opinions_of
from notices.archive.statement.outline import statement_blocks
from notices.archive.statement.permissions import may_write
from notices.archive.statement.pictures import drawn
from notices.archive.statement.printed import print_statement
from notices.archive.statement.record import StatementRecord
from notices.content_store import StoredFile, store
from notices.models import NoticeRecord, Project
from notices.opinions.facts import opinion_facts
from notices.opinions.public_opinions import takes_opinions
from notices.printing import part_versions
from notices.project_dates import collecting_notices
from notices.services import write_entry
from notices.statutory.statement_compliance import say_day

STATEMENT = "statement"  # the kind under which a build is entered in the ledger
Progress = Callable[[int, int], None]
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no statement is made yet, and the address where that is changed; empty where waiting is all."""

    words: str
    url: str = ""


def obstacles(record: StatementRecord, *, now: datetime) -> list[Obstacle]:
    """Return why no statement can be made now."""
    if record.main is None:
        return [Obstacle(_("项目的征求意见稿公示还没有在本平台公开，公开以后才能生成公众参与说明。"))]
    found = []
    for row in collecting_notices([record.project], now=now):
        until = _("到%(day)s截止") % {"day": say_day(row.last_day)} if row.last_day else _("还没有截止")
        words = {"code": row.code, "until": until}
        found.append(Obstacle(_("公示 %(code)s 征求意见%(until)s，截止以后才能生成。") % words))
    return found + [found_here for row in record.records if (found_here := _unanswered(row)) is not None]


def _unanswered(record: NoticeRecord) -> Obstacle | None:
    """Say how many opinions received in time wait for their answer (Arts. 18 and 19)."""
    waiting = opinion_facts([record.page])["opinions_unanswered"] if takes_opinions(record) else 0
    if not waiting:
        return None
    words = ngettext(
        "公示 %(code)s 还有 %(count)s 条期限内收到的意见没有答复，答复以后才能生成。",
        "公示 %(code)s 还有 %(count)s 条期限内收到的意见没有答复，答复以后才能生成。",
        waiting,
    )
    return Obstacle(
        words % {"code": record.code, "count": waiting}, reverse("opinions_desk", args=[record.page_id])
    )


def build_statement(
    *, project: Project, user: Any, now: datetime, progress: Progress | None = None
) -> StatementBuild:
    """Make the statement as Word file and PDF from the record as it stands, and return it.

    A record that has not changed since the last build returns that one: the bytes are the same.
    Raises PermissionDenied, ValidationError with every obstacle, PrintingUnavailable, PrintingFaultError,
    UnprintableTextError.
    """
    if not may_write(user, project):
        raise PermissionDenied
    tell = progress or (lambda done, total: None)
    tell(0, _STEPS)
    for row in StatementRecord(project).records:
        make_archives(record_id=row.pk, now=now)
    tell(1, _STEPS)
    record = StatementRecord(project)
    _refuse(record, now=now)
    created = record.as_of or now
    _refuse_exposed(record)
    blocks = list(drawn(statement_blocks(record)))
    tell(2, _STEPS)
    docx = store(BytesIO(word_statement(record, blocks, created=created)))
    tell(3, _STEPS)
    printed = print_statement(record, blocks, created=created)
    pdf = store(BytesIO(printed.content))
    facts = {
        "pages": printed.pages,
        "counts": record.counts.as_json(),
        "missing": len(list(missing_of(blocks))),
        "as_of": created,
        "tool_versions": part_versions(),
    }
    return _keep(record, docx, pdf, facts, user, now)


def _refuse(record: StatementRecord, *, now: datetime) -> None:
    found = obstacles(record, now=now)
    if found:
        raise ValidationError([obstacle.words for obstacle in found])


def _refuse_exposed(record: StatementRecord) -> None:
    if numbers := exposed_numbers(record, opinions_of(record)):
        raise ValidationError(
            _("意见 %(numbers)s 中遮盖的文字又出现在答复或者撰写的内容里。请改写以后再生成。"),
            params={"numbers": "、".join(numbers)},
        )


def _keep(
    record: StatementRecord,
    docx: StoredFile,
    pdf: StoredFile,
    facts: dict[str, Any],
    user: Any,
    now: datetime,
) -> StatementBuild:
    main = record.main
    if main is None:  # refused before
        raise ValidationError(_("项目没有已公开的征求意见稿公示。"))
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=record.project.pk)
        last = project.statement_builds.order_by("-number").first()
        if last is not None and (last.docx_sha256, last.pdf_sha256) == (docx.sha256, pdf.sha256):
            return last
        fresh = StatementRecord(project)
        if fresh.as_of != record.as_of or fresh.counts.as_json() != facts["counts"]:
            raise ValidationError(_("生成期间登记有变化，没有采用。请重新生成一次。"))
        build = StatementBuild.objects.create(
            project=project,
            notice=main.page,
            number=last.number + 1 if last else 1,
            docx=docx.name,
            docx_sha256=docx.sha256,
            docx_size=docx.size,
            pdf=pdf.name,
            pdf_sha256=pdf.sha256,
            pdf_size=pdf.size,
            made_by=user,
            made_at=now,
            **facts,
        )
        payload = {
            "kind": STATEMENT,
            "version": build.number,
            "sha256": pdf.sha256,
            "docx_sha256": docx.sha256,
            "opinions": record.counts.total,
        }
        write_entry(record=main, act=ARCHIVED, role="proponent", now=now, payload=payload, user=user)
    return build


def latest_statement(project: Project) -> StatementBuild | None:
    """Return the statement made last, None before the first."""
    return project.statement_builds.order_by("-number").first()
