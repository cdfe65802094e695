"""The pages of a project's statement: what is missing, the author's parts, papers, and what was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.archive.models import StatementBuild, StatementFile, StatementPaper
from notices.archive.statement.blocks import Heading, Missing, missing_of
from notices.archive.statement.building import latest_statement, obstacles
from notices.archive.statement.jobs import KIND
from notices.archive.statement.outline import statement_blocks
from notices.archive.statement.permissions import may_read, may_write
from notices.archive.statement.published import count_table
from notices.archive.statement.record import StatementRecord, latest_paper
from notices.exports.jobs import request_job
from notices.models import NoticeRecord, Project
from notices.printing import missing_parts
from notices.printing.rendering import PrintingUnavailable
from notices.printing.word import DOCX_TYPE
from notices.proponent_views import send_scan

BUILDS_SHOWN = 5


def statement_url(project: Project) -> str:
    """Return the address of a project's statement."""
    return reverse("statement", args=[project.pk])


def project_for(user: Any, pk: int, *, write: bool = False) -> Project:
    """Return a project whose statement the person may open; for others it does not exist. Raises Http404, PermissionDenied."""
    project = get_object_or_404(Project.objects.select_related("proponent", "approval_authority"), pk=pk)
    if not may_read(user, project):
        raise Http404
    if write and not may_write(user, project):
        raise PermissionDenied
    return project


class StatementPage(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """A page about the statement of one project; ``writes`` keeps readers out."""

    header_icon = "doc-full-inverse"
    writes = True
    project: Project

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the project among those of the person."""
        self.project = project_for(request.user, self.project_key(), write=self.writes)
        return super().dispatch(request, *args, **kwargs)

    def project_key(self) -> int:
        """Return the project's key."""
        return int(self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Name the project."""
        return self.project.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the statement, and from there to its last notice."""
        trail = [*self.breadcrumbs_items, *_register_crumbs(self.project)]
        if not isinstance(self, StatementView):
            trail.append({"url": statement_url(self.project), "label": StatementView.page_title})
        return [*trail, {"url": "", "label": self.page_title}]


def _register_crumbs(project: Project) -> list[dict[str, Any]]:
    record = NoticeRecord.objects.filter(page__project=project).order_by("-pk").first()
    crumbs = [{"url": reverse("notice_register:index"), "label": _("公示登记")}]
    if record is not None:
        crumbs.append({"url": reverse("notice_register:inspect", args=[record.pk]), "label": record.code})
    return crumbs


@dataclass(slots=True)
class MissingPart:
    """A part of the outline with all that it misses."""

    heading: Heading
    items: list[Missing] = field(default_factory=list)


def missing_parts_of(found: Iterable[tuple[Heading, Missing]]) -> list[MissingPart]:
    """Return what is missing under each heading, in the order of the outline, every item once."""
    parts: dict[str, MissingPart] = {}
    for heading, item in found:
        part = parts.setdefault(heading.number, MissingPart(heading))
        if item not in part.items:
            part.items.append(item)
    return list(parts.values())


class StatementView(StatementPage, TemplateView):
    """What the statement says and misses, what was filed, what was made, and the next step."""

    template_name = "archive/admin/statement.html"
    page_title = gettext_lazy("公众参与说明")
    writes = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the record; nothing is drawn or made."""
        record = StatementRecord(self.project)
        missing = missing_parts_of(missing_of(statement_blocks(record)))
        lacking = missing_parts()
        return super().get_context_data(
            project=self.project,
            obstacles=obstacles(record, now=timezone.now()),
            unprintable=str(PrintingUnavailable(lacking)) if lacking else "",
            missing=missing,
            missing_count=sum(len(part.items) for part in missing),
            counts=record.counts,
            count_table=count_table(record.counts.rounds) if record.counts.rounds else None,
            elsewhere=record.elsewhere,
            pledge=record.pledge,
            final=latest_paper(self.project, StatementPaper.FINAL),
            builds=self.project.statement_builds.order_by("-number")[:BUILDS_SHOWN],
            latest=latest_statement(self.project),
            planned=record.planned,
            may_write=may_write(self.request.user, self.project),
            changes=_changes(record),
            **kwargs,
        )


def _changes(record: StatementRecord) -> list[dict[str, Any]]:
    """Return the last edits of author's parts: who, when, which parts."""
    if record.text.pk is None:
        return []
    rows = record.text.changes.select_related("made_by")[:BUILDS_SHOWN]
    labels = {item.name: str(item.verbose_name) for item in record.text._meta.concrete_fields}
    return [
        {
            "row": row,
            "who": row.made_by.get_full_name() or row.made_by.username,
            "parts": [labels[name] for name in row.before],
        }
        for row in rows
    ]


@require_POST
def ask_for_build(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the making and lead to its progress."""
    project = project_for(request.user, pk, write=True)
    job = request_job(kind=KIND, user=request.user, parameters={"project": project.pk}, now=timezone.now())
    return redirect("export_job", job.pk)


@require_safe
def build_file(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    """Send a made statement as Word file or PDF to those who may read it."""
    build = get_object_or_404(StatementBuild.objects.select_related("project__proponent"), pk=pk)
    project_for(request.user, build.project_id)
    is_word = suffix == "docx"
    file = build.docx if is_word else build.pdf
    name = f"公众参与说明-{build.project.name}-{build.number}.{suffix}"
    response = FileResponse(
        file.open("rb"),
        as_attachment=is_word,
        filename=name,
        content_type=DOCX_TYPE if is_word else "application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def paper_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """Send a filed paper to those who may read the statement."""
    paper = get_object_or_404(StatementFile, pk=pk)
    project_for(request.user, paper.project_id)
    return send_scan(paper)
