"""What the portal knows of a project when its statement is made: rounds, evidence, numbers, papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Max, Q

from notices.archive.models import ElsewhereRound, Statement, StatementFile, StatementPaper
from notices.archive.statement.counts import Counts, counts_of
from notices.archive.wording import wording_of
from notices.calendars import current_calendar
from notices.evidence_overview import load_evidence
from notices.ledger.models import Entry
from notices.models import NoticePage, NoticeRecord, Project
from notices.opinions.models import TopicMark
from notices.services import chain_key
from notices.statutory.facts import NoticeKind
from notices.statutory.workdays import Calendar

# Making files, and reading what is kept, changes nothing that a statement says.
_OWN_ACTS = (
    "archived", "exported", "contacts_read", "original_read", "registrations_read", "registrations_erased",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Round:
    """A round published here: its register row, its public wording, and the page with its evidence."""

    record: NoticeRecord
    page: NoticePage
    evidence: NoticePage


class StatementRecord:
    """One project, read when first asked for; made anew for every build."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.calendar: Calendar = current_calendar()

    @cached_property
    def text(self) -> Statement:
        """Return the author's parts, unsaved when nobody has written any."""
        found = Statement.objects.filter(project=self.project).first()
        return found or Statement(project=self.project)

    @cached_property
    def records(self) -> list[NoticeRecord]:
        """Return the public notices of the project in the order of publication, those of the past left out."""
        rows = NoticeRecord.objects.public().filter(page__project=self.project, historical=False)
        rows = rows.select_related("page", "revision", "approved_revision")
        return list(rows.order_by("published_at", "pk"))

    @cached_property
    def rounds(self) -> list[Round]:
        """Return the rounds with wording and evidence."""
        return [Round(record, wording_of(record), load_evidence(record.page)) for record in self.records]

    def of_kind(self, kind: NoticeKind) -> list[Round]:
        """Return the rounds of a kind."""
        return [row for row in self.rounds if row.record.page.kind == kind]

    @cached_property
    def elsewhere(self) -> list[ElsewhereRound]:
        """Return what was published elsewhere, the earliest first."""
        rows = ElsewhereRound.objects.filter(project=self.project).prefetch_related("files")
        return list(rows)

    def elsewhere_of(self, kind: NoticeKind) -> list[ElsewhereRound]:
        """Return what was published elsewhere of a round."""
        return [row for row in self.elsewhere if row.round == kind]

    @cached_property
    def main(self) -> NoticeRecord | None:
        """Return the last draft-report notice: the statement is entered in its chain. None before its publication."""
        rows = [record for record in self.records if record.page.kind == NoticeKind.DRAFT_REPORT]
        return rows[-1] if rows else None

    @cached_property
    def planned(self) -> NoticeRecord | None:
        """Return the pre-approval notice that is prepared or public, None while there is none."""
        rows = NoticeRecord.objects.filter(page__project=self.project, page__kind=NoticeKind.PRE_APPROVAL)
        rows = rows.exclude(stage__in=("withdrawn", "superseded")).select_related(
            "page", "revision", "approved_revision"
        )
        return rows.order_by("-pk").first()

    @cached_property
    def counts(self) -> Counts:
        """Return the numbers of opinions over all rounds and channels."""
        return counts_of(self.records, self.elsewhere)

    @cached_property
    def pledge(self) -> StatementFile | None:
        """Return the sealed pledge filed last."""
        return latest_paper(self.project, StatementPaper.PLEDGE)

    @property
    def proponent_name(self) -> str:
        """Return the name of the 建设单位 as its last notice gives it."""
        return (self.rounds[-1].page.proponent_name if self.rounds else "") or self.project.proponent.title

    @property
    def consultant_name(self) -> str:
        """Return the name of the consultant as the last notice gives it."""
        return self.rounds[-1].page.consultant_name if self.rounds else ""

    @property
    def demo(self) -> bool:
        """Whether the project is invented."""
        return any(record.demo for record in self.records)

    @cached_property
    def as_of(self) -> datetime | None:
        """Return the time of the latest act, edit or filing that the statement shows."""
        entries = Entry.objects.filter(chain__key__in=[chain_key(record) for record in self.records])
        # A final statement is made of a build and must not make it out of date.
        final = entries.filter(act="evidence_filed", payload__kind=str(StatementPaper.FINAL))
        shown = entries.exclude(act__in=_OWN_ACTS).exclude(pk__in=final.values("pk"))
        times = [
            shown.aggregate(at=Max("at"))["at"],
            self.text.updated_at,
            StatementFile.objects.filter(~Q(kind=StatementPaper.FINAL), project=self.project).aggregate(
                at=Max("filed_at")
            )["at"],
            TopicMark.objects.filter(
                opinion__notice__in=[record.page_id for record in self.records]
            ).aggregate(at=Max("marked_at"))["at"],
            *(row.recorded_at for row in self.elsewhere),
        ]
        return max((at for at in times if at is not None), default=None)


def latest_paper(project: Project, kind: StatementPaper) -> StatementFile | None:
    """Return the paper of a kind that was filed last."""
    return StatementFile.objects.filter(project=project, kind=kind).order_by("-filed_at", "-pk").first()
